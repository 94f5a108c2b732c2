// HMAC-SHA1 that keeps the hash state after the key's two blocks, so a packet costs no key setup.
#include "srtp/internal/hmac_sha1.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cassert>

namespace plaza::srtp {

HmacSha1::HmacSha1(std::span<const uint8_t> key) {
  assert(key.size() <= SHA_CBLOCK);
  const auto absorb = [key](SHA_CTX& state, uint8_t pad) {
    std::array<uint8_t, SHA_CBLOCK> block{};
    std::copy(key.begin(), key.end(), block.begin());
    for (uint8_t& byte : block) byte ^= pad;
    SHA1_Init(&state);
    SHA1_Update(&state, block.data(), block.size());
    OPENSSL_cleanse(block.data(), block.size());
  };
  absorb(inner_, 0x36);
  absorb(outer_, 0x5c);
}

HmacSha1::~HmacSha1() {
  OPENSSL_cleanse(&inner_, sizeof inner_);
  OPENSSL_cleanse(&outer_, sizeof outer_);
}

std::array<uint8_t, SHA_DIGEST_LENGTH> HmacSha1::Compute(base::ByteView message,
                                                         base::ByteView trailer) const {
  std::array<uint8_t, SHA_DIGEST_LENGTH> digest;
  SHA_CTX state = inner_;
  SHA1_Update(&state, message.data(), message.size());
  SHA1_Update(&state, trailer.data(), trailer.size());
  SHA1_Final(digest.data(), &state);
  state = outer_;
  SHA1_Update(&state, digest.data(), digest.size());
  SHA1_Final(digest.data(), &state);
  return digest;
}

}  // namespace plaza::srtp
