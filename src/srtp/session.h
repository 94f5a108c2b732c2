// Protects and opens SRTP and SRTCP packets (RFC 3711, RFC 7714), one direction a session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "srtp/profile.h"

namespace plaza::srtp {

/// Streams (SSRCs) that one session keeps state for, RTP and RTCP counted apart.
inline constexpr size_t kMaxStreams = 1024;

/// What became of one packet.
enum class Verdict : uint8_t {
  kOk,
  kAuthFailed,      ///< the tag does not fit (forged, damaged, another key), or OpenSSL failed
  kReplayed,        ///< its index was used before, or is too old to know
  kMalformed,       ///< not RTP or RTCP of version 2, or a length points outside
  kNoRoom,          ///< `out` is too small
  kTooManyStreams,  ///< it would be stream number kMaxStreams + 1
  kKeyExhausted,    ///< all indices of this stream are used; the session needs a new key
};

/// The name of a verdict in lower case with dashes, for logs and metrics.
const char* ToString(Verdict verdict);

/// A verdict, and the bytes written to `out` (0 unless it is kOk).
struct Outcome {
  Verdict verdict = Verdict::kMalformed;
  size_t size = 0;
  bool ok() const { return verdict == Verdict::kOk; }
};

/// Protects what we send. Belongs to one thread; allocates only for a stream's first packet.
class OutboundSession {
 public:
  /// `master` is the master key followed by the master salt (16 + MasterSaltSize(profile) bytes),
  /// as DTLS-SRTP yields it for the local side. An Error if its size is wrong.
  static base::Result<OutboundSession> Create(Profile profile, base::ByteView master);
  OutboundSession(OutboundSession&&) noexcept;
  OutboundSession& operator=(OutboundSession&&) noexcept;
  ~OutboundSession();

  Profile profile() const;

  /// Writes header, encrypted `prefix` and `payload`, and tag to `out`. `header` is a whole RTP
  /// header (fixed part, CSRCs, extension); `prefix` goes before the payload and may be empty (for
  /// RTX the two bytes of the original sequence number, RFC 4588). `out` needs their sizes +
  /// RtpOverhead(). None of the inputs may overlap `out`, except that `payload` may lie exactly
  /// where it will be written.
  ///
  /// The rollover counter follows `header`'s sequence number as a receiver's would (RFC 3711
  /// section 3.3.1): a stream starts below 2^15 and jumps less than 2^15. A sequence number that
  /// was used before gives kReplayed: to protect two packets with one index would give the key
  /// away.
  Outcome ProtectRtp(base::ByteView header, base::ByteView prefix, base::ByteView payload,
                     std::span<uint8_t> out);
  Outcome ProtectRtp(base::ByteView header, base::ByteView payload, std::span<uint8_t> out) {
    return ProtectRtp(header, {}, payload, out);
  }

  /// Protects a compound RTCP packet, always encrypted. `out` needs RtcpOverhead() more bytes; it
  /// may start where `compound` starts, and else must not overlap it.
  Outcome ProtectRtcp(base::ByteView compound, std::span<uint8_t> out);

 private:
  struct State;
  explicit OutboundSession(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Opens what we receive. Belongs to one thread; allocates only for a stream's first authentic
/// packet, so forged packets grow nothing.
class InboundSession {
 public:
  /// As OutboundSession::Create(), with the remote side's key and salt.
  static base::Result<InboundSession> Create(Profile profile, base::ByteView master);
  InboundSession(InboundSession&&) noexcept;
  InboundSession& operator=(InboundSession&&) noexcept;
  ~InboundSession();

  Profile profile() const;

  /// Opens `packet` into `out` (room for its size less RtpOverhead()), which may start where
  /// `packet` starts and else must not overlap it. When the verdict is not kOk, `out` holds nothing
  /// of use.
  Outcome UnprotectRtp(base::ByteView packet, std::span<uint8_t> out);
  /// The same for SRTCP. Packets that are authenticated but not encrypted (E flag 0) are taken too.
  Outcome UnprotectRtcp(base::ByteView packet, std::span<uint8_t> out);

 private:
  struct State;
  explicit InboundSession(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace plaza::srtp
