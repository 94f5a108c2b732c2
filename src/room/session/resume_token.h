// The resume token: names a session to the server that has it, and, for a day, proves to a server
// that does not know the session (any more) who was let in and what they may do.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/time.h"
#include "room/events.h"
#include "room/names.h"
#include "room/private_map_key.h"

namespace plaza::room {

/// How long it stands for a userSig.
inline constexpr base::Duration kResumeTokenLife = std::chrono::hours(24);
inline constexpr size_t kResumeKeyBytes = 32;

struct ResumeToken {
  SdkAppId app;
  UserId user;
  RoomName room;
  Permissions permissions;
  std::string session;
  int64_t entered_ms =
      0;                ///< when the user entered anew, Unix milliseconds; kept when it comes back
  int64_t expires = 0;  ///< Unix seconds
};

/// Signs and verifies with HMAC-SHA256 under the server's own key.
class ResumeTokens {
 public:
  /// Before it has a key, nothing is valid. Sign() requires one.
  void SetKey(base::Bytes key) { key_ = std::move(key); }
  std::string Sign(const ResumeToken& token) const;
  /// Nothing unless it was signed with this key. Whether it has expired is for the caller to ask.
  std::optional<ResumeToken> Verify(std::string_view text) const;

 private:
  base::Bytes key_;
};

}  // namespace plaza::room
