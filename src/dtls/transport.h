// One DTLS association that yields SRTP keys (RFC 5764): the interface that peers are built on.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "dtls/fingerprint.h"

namespace plaza::dtls {

/// Largest datagram that a transport puts out.
inline constexpr size_t kMaxDatagramSize = 1200;
/// Largest piece of application data, so that its record fits a datagram.
inline constexpr size_t kMaxDataSize = kMaxDatagramSize - 37;
/// Largest piece of application data that a peer may send us (RFC 6347: a whole record).
inline constexpr size_t kMaxReceivedDataSize = 16 * 1024;
/// A handshake that takes longer than this fails.
inline constexpr base::Duration kHandshakeTimeout = std::chrono::seconds(30);
/// A lost flight is sent again after this time, and then after twice the time before, up to the
/// cap.
inline constexpr base::Duration kFirstRetransmission = std::chrono::milliseconds(100);
inline constexpr base::Duration kMaxRetransmission = std::chrono::seconds(3);

/// Whether we send the ClientHello (SDP `setup:active`) or wait for it (`setup:passive`).
enum class Role : uint8_t { kClient, kServer };

/// SRTP protection profiles by their IANA numbers.
enum class SrtpProfile : uint16_t { kAes128CmSha1Tag80 = 0x0001, kAeadAes128Gcm = 0x0007 };

/// What the handshake agreed on for SRTP. Each side's master is its key followed by its salt (30
/// bytes for AES_CM_128_HMAC_SHA1_80, 28 for AEAD_AES_128_GCM).
struct SrtpKeys {
  SrtpProfile profile = SrtpProfile::kAeadAes128Gcm;
  base::Bytes local;   ///< protects what we send
  base::Bytes remote;  ///< opens what we receive
};

struct TransportConfig {
  Role role = Role::kServer;
  /// Those that the peer's SDP names; its certificate must match one. Must not be empty.
  std::vector<Fingerprint> remote_fingerprints;
  /// In order of our preference; the server's order decides.
  std::vector<SrtpProfile> srtp_profiles = {SrtpProfile::kAeadAes128Gcm,
                                            SrtpProfile::kAes128CmSha1Tag80};
};

/// What the owner of a transport hears from it. Calls come from within the transport's own
/// functions; the transport may be used from here, but not be destroyed from here.
class TransportObserver {
 public:
  virtual ~TransportObserver() = default;
  /// Send this to the peer, at most kMaxDatagramSize bytes.
  virtual void OnDtlsDatagram(base::ByteView datagram) = 0;
  /// The handshake is done and the peer's certificate is the one that was announced. Once.
  virtual void OnDtlsConnected(const SrtpKeys& keys) = 0;
  /// One piece of application data (an SCTP packet).
  virtual void OnDtlsData(base::ByteView data) = 0;
  /// The peer closed (close_notify). The last call.
  virtual void OnDtlsClosed() = 0;
  /// The handshake or the association broke; `reason` is for logs. The last call.
  virtual void OnDtlsFailed(const std::string& reason) = 0;
};

enum class TransportState : uint8_t { kNew, kConnecting, kConnected, kClosed, kFailed };

struct TransportStats {
  uint64_t dropped_datagrams = 0;  ///< not DTLS, malformed, or after the end
  uint64_t retransmissions = 0;    ///< flights sent again because a timer ran out
};

/// Does no I/O: takes datagrams and the time, gives datagrams, events and the next deadline.
/// Belongs to one thread.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Call when datagrams can be sent. The client sends its ClientHello; the server goes on waiting.
  virtual void Start(base::Time now) = 0;
  /// One datagram from the peer (first byte 20 to 63, RFC 7983). Anything is safe to pass.
  virtual void HandleDatagram(base::ByteView datagram, base::Time now) = 0;
  /// When HandleTimeout() wants to be called; base::kNever when nothing is waited for.
  virtual base::Time NextDeadline() const = 0;
  virtual void HandleTimeout(base::Time now) = 0;
  /// Sends application data of at most kMaxDataSize bytes. Unreliable, as datagrams are. An Error
  /// when it is larger or the transport is not connected.
  virtual base::Status SendData(base::ByteView data) = 0;
  /// Tells the peer (close_notify) and ends. No event follows.
  virtual void Close() = 0;

  virtual TransportState state() const = 0;
  virtual const TransportStats& stats() const = 0;
};

/// Makes transports of one certificate.
class TransportFactory {
 public:
  virtual ~TransportFactory() = default;
  /// What our SDP announces.
  virtual const Fingerprint& local_fingerprint() const = 0;
  /// `observer` must outlive the transport. An Error when `config` is unusable.
  virtual base::Result<std::unique_ptr<Transport>> Create(const TransportConfig& config,
                                                          TransportObserver& observer) = 0;
};

}  // namespace plaza::dtls
