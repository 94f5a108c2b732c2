#include "turn/internal/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>

namespace plaza::turn::internal {

std::array<uint8_t, 20> HmacSha1(std::string_view key, std::string_view text) {
  std::array<uint8_t, 20> digest{};
  unsigned size = 0;
  if (HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const uint8_t*>(text.data()), text.size(), digest.data(),
           &size) == nullptr ||
      size != digest.size())
    std::abort();  // SHA-1 is missing: nobody can be authenticated
  return digest;
}

}  // namespace plaza::turn::internal
