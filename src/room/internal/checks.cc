#include "room/internal/checks.h"

#include <utility>

#include "signal/codes.h"

namespace plaza::room {

base::Result<Tracks> CheckTracks(const Room& room, const Publisher& publisher, const Tracks& before,
                                 const std::vector<signal::SentTrack>& changes) {
  auto tracks = before.With(changes, publisher.permissions);
  if (!tracks || !tracks->Publishes()) return tracks;
  if (publisher.role == Role::kAudience)
    return base::Error{base::ErrorKind::kPermissionDenied, "the audience publishes nothing",
                       "tracks", signal::code::kRoleMayNot};
  if (!publisher.has_media)
    return base::Error{base::ErrorKind::kFailedPrecondition, "there was no offer yet", "tracks",
                       signal::code::kBadMember};
  auto place = room.HasPlaceFor(publisher.user, publisher.role, true, publisher.limits);
  if (!place) return place.error();
  return tracks;
}

base::Error SdpError(base::Error error, const char* field) {
  const bool theirs = error.kind == base::ErrorKind::kInvalidArgument ||
                      error.kind == base::ErrorKind::kUnsupported;
  const bool busy = error.kind == base::ErrorKind::kDeadlineExceeded;
  error.code = theirs ? signal::code::kBadSdp
               : busy ? signal::code::kTooManyRequests
                      : signal::code::kInternal;
  error.field = theirs ? field : "";
  return error;
}

}  // namespace plaza::room
