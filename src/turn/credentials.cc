#include "turn/credentials.h"

#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <cstdlib>

#include "base/encoding.h"
#include "turn/internal/hmac.h"

namespace plaza::turn {
std::string PasswordOf(std::string_view secret, std::string_view username) {
  return base::Base64Encode(internal::HmacSha1(secret, username));
}

Credentials MakeCredentials(std::string_view secret, std::string_view user,
                            base::WallTime expires) {
  Credentials credentials;
  credentials.username = std::to_string(base::UnixSeconds(expires)) + ":" + std::string(user);
  credentials.password = PasswordOf(secret, credentials.username);
  return credentials;
}

std::optional<Username> ReadUsername(std::string_view username) {
  Username read;
  const char* const end = username.data() + username.size();
  const auto [rest, error] = std::from_chars(username.data(), end, read.expires);
  if (error != std::errc() || rest == end || *rest != ':' || rest + 1 == end) return std::nullopt;
  read.user = username.substr(static_cast<size_t>(rest + 1 - username.data()));
  return read;
}

std::string MakeLongTermKey(std::string_view username, std::string_view realm,
                            std::string_view password) {
  std::string text(username);
  text.append(":").append(realm).append(":").append(password);
  std::array<uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr) != 1)
    std::abort();  // MD5 is missing: nobody can be authenticated
  return std::string(digest.begin(), digest.begin() + size);
}

}  // namespace plaza::turn
