// The cryptography of one kind of packet (RTP or RTCP) in one direction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "srtp/internal/key_derivation.h"
#include "srtp/profile.h"

namespace plaza::srtp {

enum class Direction : uint8_t { kSeal, kOpen };

/// What besides its bytes makes a packet's nonce and tag.
struct PacketContext {
  uint32_t ssrc = 0;
  uint64_t index = 0;  ///< RTP: rollover counter and sequence number; RTCP: SRTCP index
  uint32_t trailer =
      0;  ///< authenticated after the packet. RTP: rollover counter; RTCP: E flag, index
  size_t header_size = 0;  ///< leading bytes that are authenticated, not encrypted
};

/// Keyed once; per packet only the nonce changes and nothing is allocated.
class Transform {
 public:
  virtual ~Transform() = default;

  /// Encrypts `plain` to behind the header that `out` starts with (out.size() is header and
  /// payload), and writes the tag of RtpOverhead() bytes. `plain` may be where the result goes.
  virtual bool Seal(const PacketContext& context, std::span<uint8_t> out, const uint8_t* plain,
                    uint8_t* tag) = 0;

  /// Checks the tag of `packet` (header and payload) and decrypts the payload to `plain`, which may
  /// be where it comes from. False if the tag does not fit; then `plain` must not be used.
  virtual bool Open(const PacketContext& context, base::ByteView packet, const uint8_t* tag,
                    uint8_t* plain) = 0;
};

/// Each gives null if OpenSSL refuses the key.
std::unique_ptr<Transform> MakeGcmTransform(PacketKind kind, Direction direction,
                                            const SessionKeys& keys);
std::unique_ptr<Transform> MakeCmTransform(const SessionKeys& keys);

/// The transform of `profile` with the session keys of `master` (master key, then master salt).
std::unique_ptr<Transform> MakeTransform(Profile profile, PacketKind kind, Direction direction,
                                         base::ByteView master);

}  // namespace plaza::srtp
