// The self-signed certificate that a DTLS endpoint shows; its fingerprint goes into SDP.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "dtls/fingerprint.h"

// OpenSSL's names for X509 and EVP_PKEY, so that its headers stay out of ours.
struct x509_st;
struct evp_pkey_st;

namespace plaza::dtls {

/// How long a made certificate is valid. Peers check its fingerprint, not its dates.
inline constexpr base::Duration kCertificateLifetime = std::chrono::hours(24) * 365;

/// An ECDSA P-256 key and a certificate of it. Immutable, cheap to copy, may be shared by threads.
class Certificate {
 public:
  /// Makes a key and signs a certificate for it, valid from a day before `now`.
  static base::Result<Certificate> Generate(base::WallTime now);
  /// From text that holds a private key and its certificate in PEM. An Error if either is missing,
  /// the key is not ECDSA P-256, or they don't belong together.
  static base::Result<Certificate> FromPem(std::string_view pem);

  /// Private key (PKCS #8) and certificate in PEM: a secret.
  std::string ToPem() const;
  /// The sha-256 fingerprint, for `a=fingerprint:`.
  const Fingerprint& fingerprint() const { return fingerprint_; }

  x509_st* x509() const { return x509_.get(); }
  evp_pkey_st* key() const { return key_.get(); }

 private:
  Certificate(std::shared_ptr<evp_pkey_st> key, std::shared_ptr<x509_st> x509);

  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> x509_;
  Fingerprint fingerprint_;
};

}  // namespace plaza::dtls
