// One member of a room: an entry of a user, what it sends and what it wants.
#pragma once

#include <optional>
#include <vector>

#include "base/time.h"
#include "room/app.h"
#include "room/internal/token_bucket.h"
#include "room/member_observer.h"
#include "room/private_map_key.h"
#include "room/tracks.h"
#include "room/wishes.h"

namespace plaza::room {

/// What a member may still say.
struct MessageBudget {
  TokenBucket messages;
  TokenBucket bytes;
  MessageBudget(const AppLimits& limits, base::Time now)
      : messages(limits.messages_per_second, limits.messages_per_second, now),
        bytes(limits.message_bytes_per_second, limits.message_bytes_per_second, now) {}
};

struct Member {
  MemberId id;
  UserId user;
  Role role = Role::kAnchor;
  Permissions permissions;
  AppLimits limits;            ///< of its app, when it entered
  std::optional<PeerId> peer;  ///< none before its first offer
  bool negotiated = false;     ///< an offer was answered: there is something that carries tracks
  MemberObserver* observer = nullptr;
  Tracks tracks;
  WishTable wishes;
  std::vector<Wish> told;               ///< the wishes that the media plane has
  std::optional<MessageBudget> budget;  ///< once it has said something
  base::WallTime entered_at{};
};

}  // namespace plaza::room
