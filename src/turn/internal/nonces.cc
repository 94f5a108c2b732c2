#include "turn/internal/nonces.h"

#include <charconv>

#include "base/encoding.h"
#include "turn/internal/hmac.h"

namespace plaza::turn::internal {
namespace {

constexpr size_t kProofBytes = 9;

int64_t SecondOf(base::Time now) {
  return std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
}

}  // namespace

std::string Nonces::For(const base::Path& client, int64_t second) const {
  const std::string made = std::to_string(second);
  const auto proof = HmacSha1(secret_, made + " " + client.remote.ToString());
  return made + "-" + base::Base64UrlEncode(base::ByteView(proof).first(kProofBytes));
}

std::string Nonces::Make(const base::Path& client, base::Time now) const {
  return For(client, SecondOf(now));
}

bool Nonces::Holds(std::string_view nonce, const base::Path& client, base::Time now) const {
  int64_t second = 0;
  const auto [rest, error] = std::from_chars(nonce.data(), nonce.data() + nonce.size(), second);
  if (error != std::errc() || rest == nonce.data() + nonce.size() || *rest != '-') return false;
  const base::Duration age = std::chrono::seconds(SecondOf(now) - second);
  return age >= base::Duration(0) && age < kNonceLife && nonce == For(client, second);
}

}  // namespace plaza::turn::internal
