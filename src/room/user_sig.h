// UserSig (TLSSigAPIv2): the signed text that proves who a user is. Compatible with the signing
// libraries that applications have in their back ends.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "room/names.h"

namespace plaza::room {

/// Bounds of the text, and of what it inflates to.
inline constexpr size_t kMaxUserSigBytes = 4096;
inline constexpr size_t kMaxUserSigInflated = 8192;

/// What a UserSig says. Seconds; `time` since the Unix epoch.
struct UserSig {
  std::string user;
  SdkAppId app;
  int64_t time = 0;
  int64_t expire = 0;
  std::optional<base::Bytes> userbuf;
};

/// Packs and signs.
std::string SignUserSig(const UserSig& claims, std::string_view secret_key);

/// Unpacks without believing anything; only fit to learn which app and user are claimed. Errors
/// have code 70003.
base::Result<UserSig> ReadUserSig(std::string_view text);

/// Reads and checks all: that it names this app (70014) and user (70013), that the signature was
/// made with this key (70009) and that it has not expired (70001). Malformed: 70003. The error's
/// field is `userSig`.
base::Result<UserSig> VerifyUserSig(std::string_view text, std::string_view secret_key,
                                    SdkAppId app, std::string_view user, base::WallTime now);

}  // namespace plaza::room
