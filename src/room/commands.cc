#include "room/commands.h"

#include <utility>

#include "room/internal/checks.h"
#include "room/internal/entries.h"
#include "signal/codes.h"

namespace plaza::room {
namespace {

using base::ErrorKind;

base::Error Gone() {
  return {ErrorKind::kNotFound, "the member is not in the room", "", signal::code::kNotJoined};
}

base::Error RoleMayNot(std::string message) {
  return {ErrorKind::kPermissionDenied, std::move(message), "role", signal::code::kRoleMayNot};
}

base::Status CheckMessage(const CustomMessage& message, const AppLimits& limits) {
  const auto refuse = [](const char* field, const std::string& rule) {
    base::Error error = base::InvalidArgument(field, std::string(field) + " " + rule);
    error.code = signal::code::kBadMember;
    return error;
  };
  if (message.cmd_id < 1 || message.cmd_id > kMaxCmdId)
    return refuse("cmdId", "must be from 1 to " + std::to_string(kMaxCmdId));
  if (message.number < 1) return refuse("number", "must be 1 or more");
  if (message.data.empty() || message.data.size() > limits.message_bytes)
    return refuse("data", "must have 1 to " + std::to_string(limits.message_bytes) + " bytes");
  return {};
}

Publisher AsPublisher(const Member& member, bool has_media) {
  return {member.user, member.role, member.permissions, member.limits, has_media};
}

}  // namespace

Commands::Commands(Directory& directory)
    : directory_(directory), entries_(std::make_unique<Entries>(directory)) {}

Commands::~Commands() = default;

Commands::Found Commands::Find(MemberId id) {
  Room* room = directory_.FindByMember(id);
  return {room, room == nullptr ? nullptr : room->Find(id)};
}

Commands::Found Commands::Find(const RoomKey& key, const UserId& user) {
  Room* room = directory_.Find(key);
  const Member* member = room == nullptr ? nullptr : room->Find(user);
  return {room, member == nullptr ? nullptr : room->Find(member->id)};
}

EntryId Commands::Enter(Entry entry, std::function<void(base::Result<Entered>)> done) {
  return entries_->Begin(std::move(entry), std::move(done));
}

void Commands::CancelEntry(EntryId entry) { entries_->Cancel(entry); }

base::Status Commands::Leave(MemberId id, Departure reason) {
  const auto [room, member] = Find(id);
  if (member == nullptr) return Gone();
  room->Leave(*member, reason);
  directory_.EndIfEmpty(RoomKey(room->key()));
  return {};
}

base::Status Commands::Publish(MemberId id, const std::vector<signal::SentTrack>& changes) {
  const auto [room, member] = Find(id);
  if (member == nullptr) return Gone();
  const Publisher publisher = AsPublisher(*member, member->negotiated);
  auto tracks = CheckTracks(*room, publisher, member->tracks, changes);
  if (!tracks) return tracks.error();
  room->SetTracks(*member, std::move(*tracks), /*tell_media=*/true);
  return {};
}

base::Status Commands::Watch(MemberId id, const std::vector<signal::StreamWish>& streams) {
  const auto [room, member] = Find(id);
  if (member == nullptr) return Gone();
  for (size_t i = 0; i < streams.size(); ++i) {
    if (streams[i].user_id == "*") continue;
    const std::string field = "streams[" + std::to_string(i) + "].userId";
    if (auto user = ParseUserId(streams[i].user_id, field); !user) return user.error();
  }
  room->Watch(*member, streams);
  return {};
}

base::Status Commands::SetRole(MemberId id, Role role, Permissions permissions) {
  const auto [room, member] = Find(id);
  if (member == nullptr) return Gone();
  if (room->scene() == Scene::kRtc && role == Role::kAudience)
    return RoleMayNot("only scene live has an audience");
  if (auto place = room->HasPlaceFor(member->user, role, false, member->limits); !place)
    return place.error();
  room->SetRole(*member, role, permissions, /*tell_member=*/false);
  return {};
}

base::Status Commands::SendMessage(MemberId id, CustomMessage message) {
  const auto [room, member] = Find(id);
  if (member == nullptr) return Gone();
  if (member->role == Role::kAudience) return RoleMayNot("the audience says nothing");
  if (auto legal = CheckMessage(message, member->limits); !legal) return legal;
  if (auto allowed = room->AllowMessage(*member, message.data.size()); !allowed) return allowed;
  room->Deliver(*member, {++last_message_, member->user, std::move(message)});
  return {};
}

void Commands::Offer(MemberId id, std::string sdp, std::vector<signal::SentTrack> changes,
                     std::function<void(base::Result<OfferResult>)> done) {
  const auto [room, member] = Find(id);
  if (member == nullptr) return done(Gone());
  const auto tracks = CheckTracks(*room, AsPublisher(*member, true), member->tracks, changes);
  if (!tracks) return done(tracks.error());
  const bool first = !member->peer;
  const PeerId peer = first ? directory_.media().CreatePeer(room->group()) : *member->peer;
  directory_.media().Offer(peer, {std::move(sdp), tracks->Sent()},
                           [this, alive = std::weak_ptr(alive_), id, changes = std::move(changes),
                            done = std::move(done)](base::Result<OfferResult> answer) {
                             if (!alive.expired()) OnAnswer(id, changes, std::move(answer), done);
                           });
  if (first) room->SetPeer(*member, peer);  // and its wishes, after the offer
}

void Commands::OnAnswer(MemberId id, const std::vector<signal::SentTrack>& changes,
                        base::Result<OfferResult> answer,
                        const std::function<void(base::Result<OfferResult>)>& done) {
  const auto [room, member] = Find(id);
  if (member == nullptr) return;
  if (!answer) return done(SdpError(answer.error(), "sdp"));
  member->negotiated = true;
  auto tracks = CheckTracks(*room, AsPublisher(*member, true), member->tracks, changes);
  if (tracks) {
    room->SetTracks(*member, std::move(*tracks), /*tell_media=*/false);
  } else {  // they may not be published any more, but the negotiation stands
    room->SetTracks(*member, member->tracks, /*tell_media=*/true);
  }
  done(std::move(answer));
}

base::Status Commands::Kick(const RoomKey& key, const UserId& user, KickReason reason) {
  const auto [room, member] = Find(key, user);
  if (member == nullptr) return Gone();
  room->Kick(*member, reason);
  directory_.EndIfEmpty(key);
  return {};
}

base::Status Commands::Dismiss(const RoomKey& key) {
  Room* room = directory_.Find(key);
  if (room == nullptr) return base::Error{ErrorKind::kNotFound, "there is no such room", "", 0};
  room->Dismiss();
  directory_.EndIfEmpty(key, RoomEnd::kDismissed);
  return {};
}

base::Status Commands::ChangeRole(const RoomKey& key, const UserId& user, Role role) {
  const auto [room, member] = Find(key, user);
  if (member == nullptr) return Gone();
  if (room->scene() == Scene::kRtc) return RoleMayNot("only scene live has roles");
  if (auto place = room->HasPlaceFor(user, role, false, member->limits); !place)
    return place.error();
  room->SetRole(*member, role, member->permissions, /*tell_member=*/true);
  return {};
}

}  // namespace plaza::room
