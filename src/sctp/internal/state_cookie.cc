#include "sctp/internal/state_cookie.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cassert>

namespace plaza::sctp::internal {
namespace {

constexpr uint16_t kForwardTsnBit = 1;
constexpr uint16_t kReConfigBit = 2;

}  // namespace

std::array<uint8_t, 32> CookieJar::Sign(base::ByteView content) const {
  std::array<uint8_t, 32> tag{};
  unsigned size = tag.size();
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), content.data(), content.size(),
       tag.data(), &size);
  return tag;
}

CookieJar::Sealed CookieJar::Seal(const StateCookie& cookie) const {
  Sealed sealed{};
  base::ByteWriter writer(sealed);
  writer.U32(cookie.terms.tag);
  writer.U32(cookie.terms.initial_tsn);
  writer.U32(cookie.terms.window);
  writer.U16(cookie.terms.streams);
  writer.U16(static_cast<uint16_t>((cookie.terms.forward_tsn ? kForwardTsnBit : 0) |
                                   (cookie.terms.re_config ? kReConfigBit : 0)));
  writer.U64(static_cast<uint64_t>(cookie.made_at.time_since_epoch().count()));
  assert(writer.ok() && writer.size() == kContentSize);
  writer.Write(Sign(writer.written()));
  return sealed;
}

std::optional<StateCookie> CookieJar::Open(base::ByteView sealed) const {
  if (sealed.size() != kCookieSize) return std::nullopt;
  const auto tag = Sign(sealed.first(kContentSize));
  if (CRYPTO_memcmp(tag.data(), sealed.data() + kContentSize, tag.size()) != 0) return std::nullopt;
  base::ByteReader reader(sealed);
  StateCookie cookie;
  cookie.terms.tag = reader.U32();
  cookie.terms.initial_tsn = reader.U32();
  cookie.terms.window = reader.U32();
  cookie.terms.streams = reader.U16();
  const uint16_t bits = reader.U16();
  cookie.terms.forward_tsn = (bits & kForwardTsnBit) != 0;
  cookie.terms.re_config = (bits & kReConfigBit) != 0;
  cookie.made_at = base::Time(base::Duration(static_cast<int64_t>(reader.U64())));
  return cookie;
}

}  // namespace plaza::sctp::internal
