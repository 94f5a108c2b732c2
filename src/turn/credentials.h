// Short-lived credentials that need no table: the name says until when and for whom, the password
// proves that we made the name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace plaza::turn {

struct Credentials {
  std::string username;  ///< "<unix seconds>:<user>"
  std::string password;
};

/// Holds until `expires`. `user` is whom limits count for: at most 400 bytes.
Credentials MakeCredentials(std::string_view secret, std::string_view user, base::WallTime expires);

/// A username taken apart. Nothing when it is not one of ours by its form.
struct Username {
  int64_t expires = 0;  ///< Unix seconds
  std::string_view user;
};
std::optional<Username> ReadUsername(std::string_view username);

/// The password of a username that we made.
std::string PasswordOf(std::string_view secret, std::string_view username);

/// The key of MESSAGE-INTEGRITY (RFC 8489 section 9.2.2): 16 bytes.
std::string MakeLongTermKey(std::string_view username, std::string_view realm,
                            std::string_view password);

}  // namespace plaza::turn
