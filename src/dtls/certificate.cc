// The self-signed certificate that a DTLS endpoint shows; its fingerprint goes into SDP.
#include "dtls/certificate.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include "dtls/internal/openssl_error.h"

namespace plaza::dtls {
namespace {

using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;
using KeyPtr = std::shared_ptr<EVP_PKEY>;
using X509Ptr = std::shared_ptr<X509>;

KeyPtr OwnKey(EVP_PKEY* key) { return KeyPtr(key, &EVP_PKEY_free); }
X509Ptr OwnX509(X509* x509) { return X509Ptr(x509, &X509_free); }

base::Bytes ToDer(X509* x509) {
  const int size = i2d_X509(x509, nullptr);
  if (size <= 0) return {};
  base::Bytes der(static_cast<size_t>(size));
  uint8_t* end = der.data();
  i2d_X509(x509, &end);
  return der;
}

bool SetSerialAndName(X509* x509) {
  uint64_t serial = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) return false;
  serial >>= 1;  // A serial number is positive.
  X509_NAME* name = X509_get_subject_name(x509);
  static constexpr char kCommonName[] = "plaza";
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), serial) == 1 &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                    reinterpret_cast<const unsigned char*>(kCommonName), -1, -1,
                                    0) == 1 &&
         X509_set_issuer_name(x509, name) == 1;
}

bool SetValidity(X509* x509, base::WallTime now) {
  const time_t begin = base::UnixSeconds(now - std::chrono::hours(24));
  const time_t end = base::UnixSeconds(now + kCertificateLifetime);
  return ASN1_TIME_set(X509_getm_notBefore(x509), begin) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(x509), end) != nullptr;
}

bool IsP256(EVP_PKEY* key) {
  char group[32] = {};
  size_t size = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_group_name(key, group, sizeof group, &size) == 1 &&
         std::string_view(group, size) == "prime256v1";
}

// Without this OpenSSL would ask on the terminal for an encrypted key's password.
int NoPassword(char*, int, int, void*) { return -1; }

}  // namespace

Certificate::Certificate(KeyPtr key, X509Ptr x509)
    : key_(std::move(key)),
      x509_(std::move(x509)),
      fingerprint_(Fingerprint::Of(Hash::kSha256, ToDer(x509_.get()))) {}

base::Result<Certificate> Certificate::Generate(base::WallTime now) {
  ERR_clear_error();
  KeyPtr key = OwnKey(EVP_EC_gen("P-256"));
  X509Ptr x509 = OwnX509(X509_new());
  constexpr long kVersion3 = 2;
  if (!key || !x509 || X509_set_version(x509.get(), kVersion3) != 1 ||
      !SetSerialAndName(x509.get()) || !SetValidity(x509.get(), now) ||
      X509_set_pubkey(x509.get(), key.get()) != 1 ||
      X509_sign(x509.get(), key.get(), EVP_sha256()) == 0) {
    return OpenSslError("making a certificate");
  }
  return Certificate(std::move(key), std::move(x509));
}

base::Result<Certificate> Certificate::FromPem(std::string_view pem) {
  ERR_clear_error();
  constexpr size_t kMaxPemSize = 64 * 1024;
  if (pem.size() > kMaxPemSize) return base::InvalidArgument("certificate", "PEM text is too long");
  const auto open = [pem] {
    return BioPtr(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  };
  KeyPtr key = OwnKey(PEM_read_bio_PrivateKey(open().get(), nullptr, &NoPassword, nullptr));
  X509Ptr x509 = OwnX509(PEM_read_bio_X509(open().get(), nullptr, &NoPassword, nullptr));
  const bool together = key && x509 && X509_check_private_key(x509.get(), key.get()) == 1;
  ERR_clear_error();
  if (!key) return base::InvalidArgument("certificate", "PEM text holds no readable private key");
  if (!x509) return base::InvalidArgument("certificate", "PEM text holds no readable certificate");
  if (!IsP256(key.get())) {
    return base::InvalidArgument("certificate", "the private key is not ECDSA P-256");
  }
  if (!together) {
    return base::InvalidArgument("certificate", "private key and certificate don't match");
  }
  return Certificate(std::move(key), std::move(x509));
}

std::string Certificate::ToPem() const {
  BioPtr bio(BIO_new(BIO_s_mem()), &BIO_free);
  if (!bio ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1 ||
      PEM_write_bio_X509(bio.get(), x509_.get()) != 1) {
    return {};
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<size_t>(size));
}

}  // namespace plaza::dtls
