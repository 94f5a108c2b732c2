// One DTLS 1.2 association on OpenSSL.
#pragma once

#include <optional>

#include "dtls/internal/datagram_bio.h"
#include "dtls/transport.h"

struct ssl_st;
struct x509_store_ctx_st;

namespace plaza::dtls {

/// OpenSSL's own retransmission timer is used, in its documented way. That timer reads the wall
/// clock: for simulation, testing/simulated_openssl.h puts a fake one under it.
class OpenSslTransport final : public Transport {
 public:
  /// Takes `ssl`, fresh from its context.
  OpenSslTransport(ssl_st* ssl, const TransportConfig& config, TransportObserver& observer);
  ~OpenSslTransport() override;
  OpenSslTransport(const OpenSslTransport&) = delete;
  OpenSslTransport& operator=(const OpenSslTransport&) = delete;

  /// The rest of construction; an Error if OpenSSL refuses.
  base::Status Init();

  void Start(base::Time now) override;
  void HandleDatagram(base::ByteView datagram, base::Time now) override;
  base::Time NextDeadline() const override;
  void HandleTimeout(base::Time now) override;
  base::Status SendData(base::ByteView data) override;
  void Close() override;
  TransportState state() const override { return state_; }
  const TransportStats& stats() const override { return stats_; }

  /// For SSL_CTX_set_cert_verify_callback(): whether the peer's certificate is an expected one.
  static int VerifyPeer(x509_store_ctx_st* store, void* unused);

 private:
  static unsigned int NextRetransmission(ssl_st* ssl, unsigned int last_us);

  bool ended() const {
    return state_ == TransportState::kClosed || state_ == TransportState::kFailed;
  }
  void Begin(base::Time now);
  void Advance(base::Time now);
  void Handshake();
  void ReadData();
  void FinishHandshake();
  std::optional<SrtpKeys> ExportKeys() const;
  void UpdateTimer(base::Time now);
  void Flush();
  void Fail(const std::string& reason);

  ssl_st* ssl_;
  const TransportConfig config_;
  TransportObserver& observer_;
  DatagramPort port_;
  TransportState state_ = TransportState::kNew;
  TransportStats stats_;
  bool certificate_matches_ = false;
  bool certificate_seen_ = false;
  base::Time handshake_deadline_ = base::kNever;
  base::Time retransmission_ = base::kNever;
};

}  // namespace plaza::dtls
