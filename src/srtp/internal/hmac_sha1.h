// HMAC-SHA1 that keeps the hash state after the key's two blocks, so a packet costs no key setup.
#pragma once

// OpenSSL 3 discourages the plain SHA-1 functions; its EVP_MAC costs a tenth more per packet.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace plaza::srtp {

/// RFC 2104 with SHA-1, for keys of at most a block (64 bytes).
class HmacSha1 {
 public:
  explicit HmacSha1(std::span<const uint8_t> key);
  ~HmacSha1();
  HmacSha1(const HmacSha1&) = delete;
  HmacSha1& operator=(const HmacSha1&) = delete;

  /// The code of `message` followed by `trailer`.
  std::array<uint8_t, SHA_DIGEST_LENGTH> Compute(base::ByteView message,
                                                 base::ByteView trailer) const;

 private:
  SHA_CTX inner_;
  SHA_CTX outer_;
};

}  // namespace plaza::srtp
