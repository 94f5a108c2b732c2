#include "room/room.h"

#include <cassert>
#include <utility>

#include "signal/codes.h"

namespace plaza::room {
namespace {

base::Error Full(const char* field, const std::string& message) {
  return {base::ErrorKind::kResourceExhausted, message, field, signal::code::kRoomFull};
}

}  // namespace

Room::Room(RoomKey key, Scene scene, GroupId group, uint64_t epoch, RoomParts parts)
    : key_(std::move(key)),
      scene_(scene),
      group_(group),
      number_{epoch, 0},
      parts_(parts),
      deliveries_(kMaxDeliveriesPerSecond, kMaxDeliveriesPerSecond, parts.clock.Now()) {}

const Member* Room::Find(const UserId& user) const {
  const auto found = by_user_.find(user);
  return found == by_user_.end() ? nullptr : Find(found->second);
}

const Member* Room::Find(MemberId id) const {
  const auto found = members_.find(id);
  return found == members_.end() ? nullptr : found->second.get();
}

Member* Room::Find(MemberId id) {
  const auto found = members_.find(id);
  return found == members_.end() ? nullptr : found->second.get();
}

RoomView Room::ViewFor(const Member& member) const {
  RoomView view{number_, scene_, {}};
  for (const auto& [id, other] : members_)
    if (other.get() != &member && IsVisible(other->role))
      view.members.push_back({other->user, other->role, other->tracks.Visible()});
  return view;
}

base::Status Room::HasPlaceFor(const UserId& user, Role role, bool publishes,
                               const AppLimits& limits) const {
  const Member* self = Find(user);  // an entry that would be replaced takes no place
  const size_t members = members_.size() - (self != nullptr);
  const size_t anchors = anchors_ - (self != nullptr && self->role == Role::kAnchor);
  const size_t publishers =
      publishers_.size() - (self != nullptr && publishers_.contains(self->id));
  if (scene_ == Scene::kRtc) {
    if (members >= limits.rtc_members) return Full("", "the room is full");
    if (publishes && publishers >= limits.rtc_publishers)
      return Full("tracks", "as many members publish as may");
  } else if (role == Role::kAnchor) {
    if (anchors >= limits.live_anchors)
      return Full("role", "the room has as many anchors as it may");
  } else if (members - anchors >= limits.live_audience) {
    return Full("", "the room is full");
  }
  return {};
}

void Room::Start(bool restored) {
  assert(!started_);
  started_ = true;
  Emit(RoomStarted{restored}, nullptr);
}

void Room::End(RoomEnd reason) {
  assert(members_.empty());
  if (started_) Emit(RoomEnded{reason}, nullptr);
}

void Room::Enter(std::unique_ptr<Member> member) {
  if (!started_) Start(/*restored=*/false);
  if (const auto old = by_user_.find(member->user); old != by_user_.end())
    return Replace(*Find(old->second), std::move(member));
  Member& entered = Insert(std::move(member));
  Emit(MemberEntered{entered.user, entered.role, entered.tracks.Visible()}, &entered);
  entered.tracks.Publishes() ? UpdateAllWishes() : UpdateWishes(entered);
}

/// Others see the user stay; of its role and tracks they see what differs. Their wishes for it
/// hold.
void Room::Replace(Member& old, std::unique_ptr<Member> fresh) {
  const std::unique_ptr<Member> replaced = Extract(old);
  const std::vector<Track> before = replaced->tracks.Visible();
  Member& entered = Insert(std::move(fresh));
  const EventNumber number = Emit(MemberReplaced{entered.user}, &entered);
  replaced->observer->OnKicked(KickReason::kKick, number);
  if (entered.role == replaced->role) {
    EmitTrackChanges(entered, before, UnpublishReason::kStopped);
  } else if (entered.role == Role::kAudience) {
    EmitTrackChanges(entered, before, UnpublishReason::kStopped);
    EmitRoleChange(entered, /*tell_member=*/false);
  } else {
    EmitRoleChange(entered, /*tell_member=*/false);
    EmitTrackChanges(entered, before, UnpublishReason::kStopped);
  }
  UpdateAllWishes();
  if (replaced->peer) parts_.media.ClosePeer(*replaced->peer);
}

Member& Room::Insert(std::unique_ptr<Member> member) {
  Member& inserted = *member;
  by_user_[inserted.user] = inserted.id;
  parts_.index.members[inserted.id] = this;
  if (inserted.peer) {
    by_peer_[*inserted.peer] = inserted.id;
    parts_.index.peers[*inserted.peer] = this;
  }
  if (inserted.tracks.Publishes()) publishers_[inserted.id] = &inserted;
  anchors_ += inserted.role == Role::kAnchor;
  members_.emplace(inserted.id, std::move(member));
  return inserted;
}

std::unique_ptr<Member> Room::Extract(Member& member) {
  auto node = members_.extract(member.id);
  by_user_.erase(member.user);
  parts_.index.members.erase(member.id);
  if (member.peer) {
    by_peer_.erase(*member.peer);
    parts_.index.peers.erase(*member.peer);
  }
  publishers_.erase(member.id);
  anchors_ -= member.role == Role::kAnchor;
  return std::move(node.mapped());
}

EventNumber Room::Leave(Member& member, Departure reason) {
  const std::unique_ptr<Member> gone = Extract(member);
  const EventNumber number = Emit(MemberGone{gone->user, gone->role, reason}, nullptr);
  if (IsVisible(gone->role)) ForgetWishesFor(gone->user);
  if (gone->tracks.Publishes()) UpdateAllWishes();
  if (gone->peer) parts_.media.ClosePeer(*gone->peer);
  return number;
}

void Room::Kick(Member& member, KickReason reason) {
  MemberObserver* observer = member.observer;
  const Departure departure = reason == KickReason::kBanned        ? Departure::kBanned
                              : reason == KickReason::kRoomDisband ? Departure::kDismissed
                                                                   : Departure::kKicked;
  const EventNumber number = Leave(member, departure);
  observer->OnKicked(reason, number);
}

void Room::Dismiss() {
  std::vector<std::unique_ptr<Member>> gone;  // all at once: nobody hears of the others
  while (!members_.empty()) gone.push_back(Extract(*members_.begin()->second));
  for (const auto& member : gone) {
    const EventNumber number =
        Emit(MemberGone{member->user, member->role, Departure::kDismissed}, nullptr);
    member->observer->OnKicked(KickReason::kRoomDisband, number);
    if (member->peer) parts_.media.ClosePeer(*member->peer);
  }
}

void Room::SetTracks(Member& member, Tracks tracks, bool tell_media) {
  const std::vector<Track> before = member.tracks.Visible();
  const bool same_sources = member.tracks.PublishesLike(tracks);
  member.tracks = std::move(tracks);
  if (member.tracks.Publishes()) {
    publishers_[member.id] = &member;
  } else {
    publishers_.erase(member.id);
  }
  if (tell_media && member.peer) parts_.media.SetTracks(*member.peer, member.tracks.Sent());
  EmitTrackChanges(member, before, UnpublishReason::kStopped);
  if (!same_sources) UpdateAllWishes();
}

void Room::SetRole(Member& member, Role role, Permissions permissions, bool tell_member) {
  const bool same_permissions = member.permissions == permissions;
  member.permissions = permissions;
  Tracks allowed =
      role == Role::kAudience ? member.tracks.Withdrawn() : member.tracks.Permitted(permissions);
  if (!allowed.PublishesLike(member.tracks))
    SetTracks(member, std::move(allowed), /*tell_media=*/true);
  if (!same_permissions) UpdateWishes(member);
  if (role == member.role) return;
  anchors_ += role == Role::kAnchor ? 1 : -1;
  member.role = role;
  EmitRoleChange(member, tell_member);
}

void Room::EmitRoleChange(Member& member, bool tell_member) {
  Emit(MemberRoleChanged{member.user, member.role}, &member, tell_member);
  if (!IsVisible(member.role)) ForgetWishesFor(member.user);
}

void Room::SetPeer(Member& member, PeerId peer) {
  assert(!member.peer);
  member.peer = peer;
  by_peer_[peer] = member.id;
  parts_.index.peers[peer] = this;
  UpdateWishes(member);
}

/// What other members are told, apart from the one it is about.
bool Room::IsSeen(const EventBody& body) const {
  if (std::holds_alternative<RoomStarted>(body) || std::holds_alternative<RoomEnded>(body) ||
      std::holds_alternative<MemberReplaced>(body))
    return false;
  if (const auto* entered = std::get_if<MemberEntered>(&body)) return IsVisible(entered->role);
  if (const auto* gone = std::get_if<MemberGone>(&body)) return IsVisible(gone->role);
  return true;
}

EventNumber Room::Emit(EventBody body, const Member* about, bool tell_about) {
  ++number_.number;
  const Event event{key_, scene_, number_, parts_.clock.WallNow(), std::move(body)};
  if (IsSeen(event.body))
    for (const auto& [id, member] : members_)
      if (member.get() != about || tell_about) member->observer->OnEvent(event);
  parts_.bus.Publish(event);
  return number_;
}

void Room::EmitTrackChanges(const Member& member, const std::vector<Track>& before,
                            UnpublishReason reason) {
  const TrackDiff diff = DiffTracks(before, member.tracks.Visible());
  for (const Track& track : diff.ended) Emit(TrackEnded{member.user, track, reason}, &member);
  for (const Track& track : diff.started) Emit(TrackStarted{member.user, track}, &member);
  for (const Track& track : diff.changed) Emit(TrackChanged{member.user, track}, &member);
}

}  // namespace plaza::room
