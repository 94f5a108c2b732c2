// One room: its members, and every rule of what they see of each other. Numbers and publishes the
// room's events and keeps the media plane told. Changed only through Commands.
#pragma once

#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "room/app.h"
#include "room/events.h"
#include "room/media_plane.h"
#include "room/member.h"
#include "signal/messages.h"

namespace plaza::room {

class Room;

/// Messages times receivers that one room carries each second.
inline constexpr double kMaxDeliveriesPerSecond = 500'000;

/// Where members and peers of all rooms are. Rooms enter and strike out their own.
struct RoomIndex {
  std::unordered_map<MemberId, Room*> members;
  std::unordered_map<PeerId, Room*> peers;
};

/// What every room works with.
struct RoomParts {
  MediaPlane& media;
  EventBus& bus;
  const base::Clock& clock;
  RoomIndex& index;
};

class Room {
 public:
  Room(RoomKey key, Scene scene, GroupId group, uint64_t epoch, RoomParts parts);
  Room(const Room&) = delete;

  const RoomKey& key() const { return key_; }
  Scene scene() const { return scene_; }
  GroupId group() const { return group_; }
  EventNumber last_event() const { return number_; }
  bool started() const { return started_; }
  /// In order of entry.
  const std::map<MemberId, std::unique_ptr<Member>>& members() const { return members_; }
  const Member* Find(const UserId& user) const;
  const Member* Find(MemberId id) const;
  Member* Find(MemberId id);
  RoomView ViewFor(const Member& member) const;

  /// Whether there is a place for this user, in this role, publishing or not, beside all others.
  /// kRoomFull.
  base::Status HasPlaceFor(const UserId& user, Role role, bool publishes,
                           const AppLimits& limits) const;

  /// Begins the room's life in everybody's eyes.
  void Start(bool restored);
  /// Its last event.
  void End(RoomEnd reason);

  /// Lets somebody in; the same user id entering again takes the place of the first.
  void Enter(std::unique_ptr<Member> member);
  /// Takes somebody out; `member` is gone afterwards.
  EventNumber Leave(Member& member, Departure reason);
  /// Leave(), telling the member itself too.
  void Kick(Member& member, KickReason reason);
  /// Puts everybody out.
  void Dismiss();
  /// Takes new tracks; tells the media plane of them unless an offer did.
  void SetTracks(Member& member, Tracks tracks, bool tell_media);
  /// What the member publishes and may not any more is withdrawn; as audience that is everything.
  /// `tell_member`: it was not its own wish.
  void SetRole(Member& member, Role role, Permissions permissions, bool tell_member);
  void Watch(Member& member, const std::vector<signal::StreamWish>& streams);
  void SetPeer(Member& member, PeerId peer);
  /// Whether the member may send a message of this size now. kTooManyRequests.
  base::Status AllowMessage(Member& from, size_t bytes);
  void Deliver(const Member& from, const SentMessage& message);

  // From the media plane.
  void OnPeerFailed(PeerId peer, const std::string& reason);
  void OnSlots(PeerId peer, const std::vector<Slot>& changed);
  void OnNeedSlots(PeerId peer, uint32_t pairs);
  void OnTrackStalled(PeerId peer, StreamType stream, MediaKind kind, bool stalled);
  void OnSpeakers(const std::vector<Speaker>& speakers);

 private:
  Member* FindByPeer(PeerId peer);
  bool IsVisible(Role role) const { return scene_ == Scene::kRtc || role == Role::kAnchor; }
  bool IsSeen(const EventBody& body) const;
  void Replace(Member& old, std::unique_ptr<Member> fresh);
  Member& Insert(std::unique_ptr<Member> member);
  std::unique_ptr<Member> Extract(Member& member);
  void ForgetWishesFor(const UserId& user);
  EventNumber Emit(EventBody body, const Member* about, bool tell_about = false);
  void EmitTrackChanges(const Member& member, const std::vector<Track>& before,
                        UnpublishReason reason);
  void EmitRoleChange(Member& member, bool tell_member);
  void UpdateWishes(Member& member);
  void UpdateAllWishes();

  RoomKey key_;
  Scene scene_;
  GroupId group_;
  EventNumber number_;
  RoomParts parts_;
  bool started_ = false;
  std::map<MemberId, std::unique_ptr<Member>> members_;
  std::unordered_map<UserId, MemberId> by_user_;
  std::unordered_map<PeerId, MemberId> by_peer_;
  std::map<MemberId, const Member*> publishers_;
  size_t anchors_ = 0;
  TokenBucket deliveries_;
};

}  // namespace plaza::room
