// The real DTLS: transports on OpenSSL, sharing one certificate and its settings.
#pragma once

#include <memory>

#include "dtls/certificate.h"
#include "dtls/transport.h"

struct ssl_ctx_st;

namespace plaza::dtls {

/// DTLS 1.2 settings for one certificate, both roles. Make one a process: transports that it
/// creates share it, so each costs little. Immutable, so threads may share it; transports may
/// outlive it.
class Context final : public TransportFactory {
 public:
  static base::Result<std::unique_ptr<Context>> Create(const Certificate& certificate);

  const Fingerprint& local_fingerprint() const override { return certificate_.fingerprint(); }
  base::Result<std::unique_ptr<Transport>> Create(const TransportConfig& config,
                                                  TransportObserver& observer) override;

 private:
  explicit Context(const Certificate& certificate) : certificate_(certificate) {}

  Certificate certificate_;
  std::shared_ptr<ssl_ctx_st> client_;
  std::shared_ptr<ssl_ctx_st> server_;
};

}  // namespace plaza::dtls
