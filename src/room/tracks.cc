#include "room/tracks.h"

#include <algorithm>
#include <string>

#include "signal/codes.h"

namespace plaza::room {
namespace {

base::Error Refuse(int code, std::string field, const std::string& rule) {
  std::string message = field + " " + rule;
  return {base::ErrorKind::kInvalidArgument, std::move(message), std::move(field), code};
}

bool SameTrack(const signal::Track& a, const signal::Track& b) {
  return a.kind == b.kind && a.stream == b.stream;
}

/// What somebody needs who publishes such a track.
bool MaySend(Permissions permissions, StreamType stream, MediaKind kind) {
  if (stream == StreamType::kAux) return permissions.Has(Permission::kSendAux);
  return permissions.Has(kind == MediaKind::kAudio ? Permission::kSendAudio
                                                   : Permission::kSendVideo);
}

std::string Path(size_t index) { return "tracks[" + std::to_string(index) + "]"; }

}  // namespace

base::Result<Tracks> Tracks::With(const std::vector<signal::SentTrack>& changes,
                                  Permissions permissions) const {
  Tracks result = *this;
  for (size_t i = 0; i < changes.size(); ++i)
    if (auto merged = result.Merge(changes[i], Path(i)); !merged) return merged.error();
  // Only now: in one request a line may go from one track to another.
  for (size_t i = 0; i < changes.size(); ++i) {
    const Item* changed = result.Find(changes[i].stream, changes[i].kind);
    if (changed == nullptr || !changed->sent.published) continue;
    const SentTrack sent = changed->sent;
    if (!MaySend(permissions, sent.stream, sent.kind))
      return Refuse(signal::code::kNoPermission, Path(i), "may not be published by this member");
    std::erase_if(result.items_, [&](const Item& item) {
      return !item.sent.published && item.sent.mid == sent.mid;
    });
    if (std::count_if(result.items_.begin(), result.items_.end(),
                      [&](const Item& item) { return item.sent.mid == sent.mid; }) > 1)
      return Refuse(signal::code::kBadMember, Path(i) + ".mid", "carries another track already");
  }
  return result;
}

base::Status Tracks::Merge(const signal::SentTrack& change, const std::string& path) {
  Item* item = Find(change.stream, change.kind);
  if (item == nullptr) {
    if (!change.mid) return Refuse(signal::code::kBadMember, path + ".mid", "is missing");
    item = &items_.emplace_back();
    item->sent.kind = change.kind;
    item->sent.stream = change.stream;
  }
  SentTrack& sent = item->sent;
  if (change.mid) {
    if (change.mid->empty()) return Refuse(signal::code::kBadMember, path + ".mid", "is empty");
    sent.mid = *change.mid;
  }
  if (change.muted) sent.muted = *change.muted;
  if (change.layers) sent.layers = *change.layers;
  if (change.published && *change.published != sent.published) {
    sent.published = *change.published;
    item->stalled = false;
  }
  return {};
}

Tracks Tracks::Withdrawn() const {
  Tracks result = *this;
  for (Item& item : result.items_) item.sent.published = item.stalled = false;
  return result;
}

Tracks Tracks::Permitted(Permissions permissions) const {
  Tracks result = *this;
  for (Item& item : result.items_)
    if (!MaySend(permissions, item.sent.stream, item.sent.kind))
      item.sent.published = item.stalled = false;
  return result;
}

bool Tracks::SetStalled(StreamType stream, MediaKind kind, bool stalled) {
  Item* item = Find(stream, kind);
  if (item == nullptr || !item->sent.published) return false;
  item->stalled = stalled;
  return true;
}

Tracks::Item* Tracks::Find(StreamType stream, MediaKind kind) {
  const auto found = std::find_if(items_.begin(), items_.end(), [&](const Item& item) {
    return item.sent.stream == stream && item.sent.kind == kind;
  });
  return found == items_.end() ? nullptr : &*found;
}

bool Tracks::Publishes() const {
  return std::any_of(items_.begin(), items_.end(),
                     [](const Item& item) { return item.sent.published; });
}

bool Tracks::Publishes(StreamType stream, MediaKind kind) const {
  return std::any_of(items_.begin(), items_.end(), [&](const Item& item) {
    return item.sent.published && item.sent.stream == stream && item.sent.kind == kind;
  });
}

bool Tracks::PublishesLike(const Tracks& other) const {
  for (const StreamType stream : {StreamType::kMain, StreamType::kAux})
    for (const MediaKind kind : {MediaKind::kAudio, MediaKind::kVideo})
      if (Publishes(stream, kind) != other.Publishes(stream, kind)) return false;
  return true;
}

std::vector<SentTrack> Tracks::Sent() const {
  std::vector<SentTrack> sent;
  for (const Item& item : items_) sent.push_back(item.sent);
  return sent;
}

std::vector<signal::Track> Tracks::Visible() const {
  std::vector<signal::Track> tracks;
  for (const Item& item : items_) {
    if (!item.sent.published || item.stalled) continue;
    signal::Track track{item.sent.kind, item.sent.stream, item.sent.muted, 0, 0};
    if (!item.sent.layers.empty() && track.kind == MediaKind::kVideo) {
      track.width = item.sent.layers.back().width;
      track.height = item.sent.layers.back().height;
    }
    tracks.push_back(track);
  }
  return tracks;
}

TrackDiff DiffTracks(const std::vector<signal::Track>& before,
                     const std::vector<signal::Track>& after) {
  TrackDiff diff;
  const auto find = [](const std::vector<signal::Track>& list, const signal::Track& track) {
    return std::find_if(list.begin(), list.end(),
                        [&](const signal::Track& other) { return SameTrack(track, other); });
  };
  for (const signal::Track& track : before)
    if (find(after, track) == after.end()) diff.ended.push_back(track);
  for (const signal::Track& track : after) {
    const auto old = find(before, track);
    if (old == before.end()) {
      diff.started.push_back(track);
    } else if (!(*old == track)) {
      diff.changed.push_back(track);
    }
  }
  return diff;
}

}  // namespace plaza::room
