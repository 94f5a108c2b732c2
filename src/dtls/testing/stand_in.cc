// A DTLS without cryptography, for simulations of thousands of peers. Protects nothing: tests only.
#include "dtls/testing/stand_in.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace plaza::dtls::testing {
namespace {

// A datagram is a first byte in DTLS's range (RFC 7983), a word that no DTLS has there, a kind, a
// body.
constexpr uint8_t kFirstByte = 22;
constexpr std::string_view kMark = "stand-in";
constexpr size_t kHeaderSize = 1 + kMark.size() + 1;

enum class Kind : uint8_t { kHello, kAnswer, kData, kClose };

base::Bytes Encode(Kind kind, base::ByteView body) {
  base::Bytes datagram;
  datagram.reserve(kHeaderSize + body.size());
  datagram.push_back(kFirstByte);
  datagram.insert(datagram.end(), kMark.begin(), kMark.end());
  datagram.push_back(static_cast<uint8_t>(kind));
  datagram.insert(datagram.end(), body.begin(), body.end());
  return datagram;
}

base::Bytes Digest(std::string_view purpose, base::ByteView a, base::ByteView b) {
  base::Bytes input(purpose.begin(), purpose.end());
  input.insert(input.end(), a.begin(), a.end());
  input.insert(input.end(), b.begin(), b.end());
  return Fingerprint::Of(Hash::kSha256, input).digest;
}

class StandInTransport final : public Transport {
 public:
  StandInTransport(const Fingerprint& local, const TransportConfig& config,
                   TransportObserver& observer)
      : local_(local), config_(config), observer_(observer) {}

  void Start(base::Time now) override {
    if (state_ != TransportState::kNew || config_.role == Role::kServer) return;
    state_ = TransportState::kConnecting;
    handshake_deadline_ = now + kHandshakeTimeout;
    wait_ = kFirstRetransmission;
    retransmission_ = now + wait_;
    SendHello();
  }

  void HandleDatagram(base::ByteView datagram, base::Time) override {
    const bool mine = datagram.size() >= kHeaderSize && datagram[0] == kFirstByte &&
                      base::AsText(datagram.subspan(1, kMark.size())) == kMark;
    if (!mine ||
        !Handle(static_cast<Kind>(datagram[kHeaderSize - 1]), datagram.subspan(kHeaderSize))) {
      ++stats_.dropped_datagrams;
    }
  }

  base::Time NextDeadline() const override {
    return state_ == TransportState::kConnecting ? std::min(handshake_deadline_, retransmission_)
                                                 : base::kNever;
  }

  void HandleTimeout(base::Time now) override {
    if (now < NextDeadline()) return;
    if (now >= handshake_deadline_) return Fail("the handshake took too long");
    wait_ = std::min(2 * wait_, kMaxRetransmission);
    retransmission_ = now + wait_;
    ++stats_.retransmissions;
    SendHello();
  }

  base::Status SendData(base::ByteView data) override {
    if (state_ != TransportState::kConnected) {
      return base::Error{base::ErrorKind::kFailedPrecondition, "DTLS is not connected"};
    }
    if (data.empty() || data.size() > kMaxDataSize) {
      return base::InvalidArgument("data", "does not fit one DTLS record");
    }
    observer_.OnDtlsDatagram(Encode(Kind::kData, data));
    return {};
  }

  void Close() override {
    if (ended()) return;
    if (std::exchange(state_, TransportState::kClosed) == TransportState::kConnected) {
      observer_.OnDtlsDatagram(Encode(Kind::kClose, {}));
    }
  }

  TransportState state() const override { return state_; }
  const TransportStats& stats() const override { return stats_; }

 private:
  bool ended() const {
    return state_ == TransportState::kClosed || state_ == TransportState::kFailed;
  }

  void SendHello() { observer_.OnDtlsDatagram(Encode(Kind::kHello, local_.digest)); }

  // False for what does not fit the state.
  bool Handle(Kind kind, base::ByteView body) {
    const bool server = config_.role == Role::kServer;
    if (kind == Kind::kHello && server && !ended()) {
      if (state_ == TransportState::kNew && !Matches(body)) return true;
      observer_.OnDtlsDatagram(Encode(Kind::kAnswer, local_.digest));
      if (state_ == TransportState::kNew) Connect(body);
      return true;
    }
    if (kind == Kind::kAnswer && !server && state_ == TransportState::kConnecting) {
      if (Matches(body)) Connect(body);
      return true;
    }
    if (state_ != TransportState::kConnected) return false;
    if (kind == Kind::kData) {
      observer_.OnDtlsData(body);
      return true;
    }
    if (kind != Kind::kClose) return false;
    state_ = TransportState::kClosed;
    observer_.OnDtlsClosed();
    return true;
  }

  bool Matches(base::ByteView digest) {
    for (const Fingerprint& expected : config_.remote_fingerprints) {
      if (std::equal(expected.digest.begin(), expected.digest.end(), digest.begin(),
                     digest.end())) {
        return true;
      }
    }
    Fail("the peer's certificate has none of the announced fingerprints");
    return false;
  }

  void Connect(base::ByteView remote) {
    const bool server = config_.role == Role::kServer;
    const base::ByteView client_digest = server ? remote : base::ByteView(local_.digest);
    const base::ByteView server_digest = server ? base::ByteView(local_.digest) : remote;
    // A master is longer than some profile's: both sides cut off the same.
    const bool gcm = config_.srtp_profiles.front() == SrtpProfile::kAeadAes128Gcm;
    base::Bytes client_master = Digest("client", client_digest, server_digest);
    base::Bytes server_master = Digest("server", client_digest, server_digest);
    client_master.resize(gcm ? 28 : 30);
    server_master.resize(gcm ? 28 : 30);
    state_ = TransportState::kConnected;
    observer_.OnDtlsConnected({config_.srtp_profiles.front(),
                               server ? server_master : client_master,
                               server ? client_master : server_master});
  }

  void Fail(const std::string& reason) {
    state_ = TransportState::kFailed;
    observer_.OnDtlsFailed(reason);
  }

  const Fingerprint local_;
  const TransportConfig config_;
  TransportObserver& observer_;
  TransportState state_ = TransportState::kNew;
  TransportStats stats_;
  base::Time handshake_deadline_ = base::kNever;
  base::Time retransmission_ = base::kNever;
  base::Duration wait_{};
};

}  // namespace

StandInFactory::StandInFactory(uint64_t seed) {
  uint8_t bytes[8];
  base::StoreU64(bytes, seed);
  fingerprint_ = Fingerprint::Of(Hash::kSha256, bytes);
}

base::Result<std::unique_ptr<Transport>> StandInFactory::Create(const TransportConfig& config,
                                                                TransportObserver& observer) {
  if (config.remote_fingerprints.empty()) {
    return base::InvalidArgument("remote_fingerprints", "the peer's SDP names no fingerprint");
  }
  if (config.srtp_profiles.empty()) {
    return base::InvalidArgument("srtp_profiles", "no SRTP profile is allowed");
  }
  return std::unique_ptr<Transport>(
      std::make_unique<StandInTransport>(fingerprint_, config, observer));
}

}  // namespace plaza::dtls::testing
