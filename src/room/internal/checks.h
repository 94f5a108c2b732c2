// Rules that entering and later requests share.
#pragma once

#include <vector>

#include "base/result.h"
#include "room/room.h"
#include "room/tracks.h"
#include "signal/messages.h"

namespace plaza::room {

/// A member as far as the rules for tracks go.
struct Publisher {
  const UserId& user;
  Role role;
  Permissions permissions;
  const AppLimits& limits;
  bool has_media;  ///< there is, or with this request will be, a media peer
};

/// The tracks of a member after a request, if it may have them beside all others in the room.
base::Result<Tracks> CheckTracks(const Room& room, const Publisher& publisher, const Tracks& before,
                                 const std::vector<signal::SentTrack>& changes);

/// What a failed negotiation means to who asked; `field` is where their SDP stood.
base::Error SdpError(base::Error error, const char* field);

}  // namespace plaza::room
