// What one member sends: its tracks, how requests change them, and what of them the room sees.
#pragma once

#include <vector>

#include "base/result.h"
#include "room/media_plane.h"
#include "room/private_map_key.h"
#include "signal/messages.h"
#include "signal/terms.h"

namespace plaza::room {

/// At most one track for each kind of each stream.
class Tracks {
 public:
  /// These tracks with the changes of a request, all or none; absent members stay as they were.
  /// Errors have code kBadMember, or kNoPermission where `permissions` lack what a published track
  /// needs, and name the member, as in "tracks[0].mid".
  base::Result<Tracks> With(const std::vector<signal::SentTrack>& changes,
                            Permissions permissions) const;
  /// The same, nothing published.
  Tracks Withdrawn() const;
  /// The same, nothing published that these don't permit.
  Tracks Permitted(Permissions permissions) const;

  /// Marks what came to a halt, or runs again. False if there is no such track.
  bool SetStalled(StreamType stream, MediaKind kind, bool stalled);

  bool Publishes() const;
  bool Publishes(StreamType stream, MediaKind kind) const;
  /// Whether the two publish the same kinds of the same streams.
  bool PublishesLike(const Tracks& other) const;
  /// All of them as the media plane takes them.
  std::vector<SentTrack> Sent() const;
  /// What is published and runs, as the room announces it.
  std::vector<signal::Track> Visible() const;

 private:
  struct Item {
    SentTrack sent;
    bool stalled = false;
  };
  Item* Find(StreamType stream, MediaKind kind);
  base::Status Merge(const signal::SentTrack& change, const std::string& path);

  std::vector<Item> items_;
};

/// What makes `after` of `before`.
struct TrackDiff {
  std::vector<signal::Track> ended;
  std::vector<signal::Track> started;
  std::vector<signal::Track> changed;
};
TrackDiff DiffTracks(const std::vector<signal::Track>& before,
                     const std::vector<signal::Track>& after);

}  // namespace plaza::room
