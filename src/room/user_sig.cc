#include "room/user_sig.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "room/internal/hmac.h"
#include "room/internal/user_sig_packing.h"
#include "signal/codes.h"

namespace plaza::room {
namespace {

using Json = nlohmann::ordered_json;

struct Signed {
  UserSig claims;
  base::Bytes signature;
};

base::Error Refuse(int code, std::string message) {
  return {base::ErrorKind::kUnauthenticated, std::move(message), "userSig", code};
}
base::Error Malformed(const std::string& what) {
  return Refuse(signal::code::kUserSigMalformed, "userSig is malformed: " + what);
}

std::array<uint8_t, 32> Signature(const UserSig& claims, std::string_view secret_key) {
  std::string text = "TLS.identifier:" + claims.user + "\n" +
                     "TLS.sdkappid:" + std::to_string(claims.app.value()) + "\n" +
                     "TLS.time:" + std::to_string(claims.time) + "\n" +
                     "TLS.expire:" + std::to_string(claims.expire) + "\n";
  if (claims.userbuf) text += "TLS.userbuf:" + base::Base64Encode(*claims.userbuf) + "\n";
  return HmacSha256(base::AsBytes(secret_key), text);
}

std::optional<std::string> Text(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

/// A whole number from 0 to `max`.
std::optional<int64_t> Number(const Json& json, const char* name, int64_t max) {
  const auto found = json.find(name);
  if (found == json.end()) return std::nullopt;
  if (!found->is_number_unsigned() || found->get<uint64_t>() > static_cast<uint64_t>(max))
    return std::nullopt;
  return found->get<int64_t>();
}

base::Result<Signed> Read(std::string_view text) {
  constexpr int64_t kMaxSeconds = int64_t{1} << 40;  // time + expire can't overflow
  const auto unpacked = UnpackUserSig(text);
  if (!unpacked) return Malformed("it is not packed as a UserSig");
  const Json json = Json::parse(*unpacked, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return Malformed("it has no JSON object");
  if (Text(json, "TLS.ver") != "2.0") return Malformed("TLS.ver is not 2.0");
  const auto user = Text(json, "TLS.identifier");
  const auto app = Number(json, "TLS.sdkappid", std::numeric_limits<uint32_t>::max());
  const auto time = Number(json, "TLS.time", kMaxSeconds);
  const auto expire = Number(json, "TLS.expire", kMaxSeconds);
  const auto signature = base::Base64Decode(Text(json, "TLS.sig").value_or(""));
  if (!user || !app || !time || !expire || !signature || signature->size() != 32)
    return Malformed("a member is missing or not legal");
  Signed result{{*user, SdkAppId(static_cast<uint32_t>(*app)), *time, *expire, {}}, *signature};
  if (json.contains("TLS.userbuf")) {
    result.claims.userbuf = base::Base64Decode(Text(json, "TLS.userbuf").value_or("!"));
    if (!result.claims.userbuf) return Malformed("TLS.userbuf is not base64");
  }
  return result;
}

}  // namespace

std::string SignUserSig(const UserSig& claims, std::string_view secret_key) {
  Json json = {{"TLS.ver", "2.0"},
               {"TLS.identifier", claims.user},
               {"TLS.sdkappid", claims.app.value()},
               {"TLS.expire", claims.expire},
               {"TLS.time", claims.time}};
  if (claims.userbuf) json["TLS.userbuf"] = base::Base64Encode(*claims.userbuf);
  json["TLS.sig"] = base::Base64Encode(Signature(claims, secret_key));
  return PackUserSig(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

base::Result<UserSig> ReadUserSig(std::string_view text) {
  auto read = Read(text);
  if (!read) return read.error();
  return std::move(read->claims);
}

base::Result<UserSig> VerifyUserSig(std::string_view text, std::string_view secret_key,
                                    SdkAppId app, std::string_view user, base::WallTime now) {
  auto read = Read(text);
  if (!read) return read.error();
  const UserSig& claims = read->claims;
  if (claims.app != app)
    return Refuse(signal::code::kUserSigOtherApp,
                  "userSig was made for app " + std::to_string(claims.app.value()));
  if (claims.user != user)
    return Refuse(signal::code::kUserSigOtherUser, "userSig was made for another user");
  if (!SameInConstantTime(Signature(claims, secret_key), read->signature))
    return Refuse(signal::code::kUserSigOtherKey,
                  "the signature of userSig does not fit: made with another key, or changed");
  if (base::UnixSeconds(now) > claims.time + claims.expire)
    return Refuse(signal::code::kUserSigExpired, "userSig has expired");
  return std::move(read->claims);
}

}  // namespace plaza::room
