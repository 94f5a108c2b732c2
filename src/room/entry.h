// Entering a room, as doors ask for it and as they are answered.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/strong_id.h"
#include "room/app.h"
#include "room/member_observer.h"
#include "room/private_map_key.h"
#include "signal/messages.h"

namespace plaza::room {

/// Somebody whose identity and permissions have been checked wants to enter.
struct Entry {
  RoomKey room;
  UserId user;
  Scene scene = Scene::kRtc;  ///< counts if this entry opens the room
  Role role = Role::kAnchor;  ///< counts in scene live
  Permissions permissions;
  AppLimits limits;
  std::optional<std::string> offer;
  std::vector<signal::SentTrack> tracks;
  signal::AutoSubscribe auto_subscribe;
  MemberObserver* observer = nullptr;  ///< must live until the member is gone
};

struct Entered {
  MemberId member;
  Role role = Role::kAnchor;
  RoomView room;
  std::optional<OfferResult> media;
};

/// An entry under way.
using EntryId = base::StrongId<struct EntryIdTag>;

}  // namespace plaza::room
