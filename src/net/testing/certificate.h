// For tests: a certificate of its own authority for "localhost" and 127.0.0.1, made on the spot.
#pragma once

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "net/tls.h"

namespace plaza::net {

/// The PEM files live as long as this.
class TestCertificate {
 public:
  explicit TestCertificate(long serial = 1) {
    const std::string base = std::filesystem::temp_directory_path() /
                             ("plaza_net_tls_" + std::to_string(getpid()) + "_" +
                              std::to_string(reinterpret_cast<uintptr_t>(this)));
    files_ = {base + ".crt", base + ".key"};
    Write(serial);
  }
  ~TestCertificate() {
    std::filesystem::remove(files_.certificate);
    std::filesystem::remove(files_.key);
  }

  const TlsFiles& files() const { return files_; }
  /// For a client that trusts it.
  TlsTrust trust() const { return {files_.certificate, true}; }

  /// Replaces both files.
  void Write(long serial) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"),
                                                                  EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    X509* const x = certificate.get();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), serial);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, key.get());
    X509_NAME* const name = X509_get_subject_name(x);
    const auto text = reinterpret_cast<const unsigned char*>("Plaza test");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
    X509_set_issuer_name(x, name);
    X509_EXTENSION* const extension =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    X509_add_ext(x, extension, -1);
    X509_EXTENSION_free(extension);
    EXPECT_GT(X509_sign(x, key.get(), EVP_sha256()), 0);

    FILE* file = std::fopen(files_.certificate.c_str(), "w");
    EXPECT_EQ(PEM_write_X509(file, x), 1);
    std::fclose(file);
    file = std::fopen(files_.key.c_str(), "w");
    EXPECT_EQ(PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
    std::fclose(file);
  }

 private:
  TlsFiles files_;
};

}  // namespace plaza::net
