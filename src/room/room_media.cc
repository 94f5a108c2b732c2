// The room towards the media plane: whose media each member receives, and what the plane reports.
#include <utility>

#include "room/room.h"

namespace plaza::room {
namespace {

bool MayReceive(Permissions permissions, StreamType stream, MediaKind kind) {
  if (stream == StreamType::kAux) return permissions.Has(Permission::kReceiveAux);
  return permissions.Has(kind == MediaKind::kAudio ? Permission::kReceiveAudio
                                                   : Permission::kReceiveVideo);
}

/// What `member` gets of one stream of `publisher`: wanted, published and permitted.
Wish WishFor(const Member& member, const Wanted& wanted, const Member& publisher,
             StreamType stream) {
  const auto gets = [&](MediaKind kind) {
    return publisher.tracks.Publishes(stream, kind) && MayReceive(member.permissions, stream, kind);
  };
  Wish wish{{*publisher.peer, stream}};
  wish.audio = wanted.audio && gets(MediaKind::kAudio);
  wish.video = wanted.video.on && gets(MediaKind::kVideo);
  if (wish.video) {
    wish.max_width = wanted.video.width;
    wish.max_height = wanted.video.height;
  }
  return wish;
}

}  // namespace

void Room::UpdateWishes(Member& member) {
  if (!member.peer) return;
  std::vector<Wish> named, others;  // those asked for by name come first
  for (const auto& [id, publisher] : publishers_) {
    if (publisher == &member || !publisher->peer) continue;
    for (const StreamType stream : {StreamType::kMain, StreamType::kAux}) {
      const Wanted wanted = member.wishes.For(publisher->user, stream);
      const Wish wish = WishFor(member, wanted, *publisher, stream);
      if (wish.audio || wish.video) (wanted.named ? named : others).push_back(wish);
    }
  }
  named.insert(named.end(), others.begin(), others.end());
  if (named == member.told) return;
  member.told = named;
  parts_.media.SetWishes(*member.peer, std::move(named));
}

void Room::UpdateAllWishes() {
  for (const auto& [id, member] : members_) UpdateWishes(*member);
}

void Room::ForgetWishesFor(const UserId& user) {
  for (const auto& [id, member] : members_) member->wishes.Forget(user);
}

void Room::Watch(Member& member, const std::vector<signal::StreamWish>& streams) {
  for (const signal::StreamWish& wish : streams) {
    if (wish.user_id == "*") {
      member.wishes.SetEverybody(wish);
      continue;
    }
    const Member* other = Find(UserId(wish.user_id));
    if (other != nullptr && other != &member && IsVisible(other->role))
      member.wishes.SetUser(other->user, wish);
  }
  UpdateWishes(member);
}

Member* Room::FindByPeer(PeerId peer) {
  const auto found = by_peer_.find(peer);
  return found == by_peer_.end() ? nullptr : Find(found->second);
}

void Room::OnPeerFailed(PeerId peer, const std::string& reason) {
  if (Member* member = FindByPeer(peer)) member->observer->OnMediaFailed(reason);
}

void Room::OnSlots(PeerId peer, const std::vector<Slot>& changed) {
  Member* member = FindByPeer(peer);
  if (member == nullptr) return;
  std::vector<SlotView> views;
  for (const Slot& slot : changed) {
    SlotView& view = views.emplace_back();
    view.index = slot.index;
    const Member* occupant = slot.occupant ? FindByPeer(slot.occupant->peer) : nullptr;
    if (occupant == nullptr) continue;
    view.user = occupant->user;
    view.stream = slot.occupant->stream;
    view.audio = slot.audio;
    view.video = slot.video;
  }
  member->observer->OnSlots(views);
}

void Room::OnNeedSlots(PeerId peer, uint32_t pairs) {
  if (Member* member = FindByPeer(peer)) member->observer->OnNeedSlots(pairs);
}

/// The wishes stay as they are: what comes back finds its slots.
void Room::OnTrackStalled(PeerId peer, StreamType stream, MediaKind kind, bool stalled) {
  Member* member = FindByPeer(peer);
  if (member == nullptr) return;
  const std::vector<Track> before = member->tracks.Visible();
  if (member->tracks.SetStalled(stream, kind, stalled))
    EmitTrackChanges(*member, before, UnpublishReason::kTimeout);
}

void Room::OnSpeakers(const std::vector<Speaker>& speakers) {
  std::vector<SpeakerView> views;
  for (const Speaker& speaker : speakers)
    if (const Member* member = FindByPeer(speaker.peer))
      views.push_back({member->user, speaker.level});
  for (const auto& [id, member] : members_) member->observer->OnSpeakers(views);
}

}  // namespace plaza::room
