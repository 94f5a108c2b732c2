#include "room/internal/hmac.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace plaza::room {

std::array<uint8_t, 32> HmacSha256(base::ByteView key, std::string_view text) {
  std::array<uint8_t, 32> out{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const uint8_t*>(text.data()), text.size(), out.data(), &size);
  return out;
}

bool SameInConstantTime(base::ByteView a, base::ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace plaza::room
