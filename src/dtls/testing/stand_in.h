// A DTLS without cryptography, for simulations of thousands of peers. Protects nothing: tests only.
#pragma once

#include <cstdint>
#include <memory>

#include "dtls/transport.h"

namespace plaza::dtls::testing {

/// Makes transports that greet each other in two small messages (sent again when lost) and derive
/// the SRTP keys from the two fingerprints, which everybody knows. The same seed gives the same
/// bytes. Profiles are not negotiated: each side takes the first of its own.
class StandInFactory final : public TransportFactory {
 public:
  /// `seed` takes the certificate's place: the local fingerprint is derived from it.
  explicit StandInFactory(uint64_t seed);

  const Fingerprint& local_fingerprint() const override { return fingerprint_; }
  base::Result<std::unique_ptr<Transport>> Create(const TransportConfig& config,
                                                  TransportObserver& observer) override;

 private:
  Fingerprint fingerprint_;
};

}  // namespace plaza::dtls::testing
