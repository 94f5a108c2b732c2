#include "room/internal/entries.h"

#include <utility>

#include "room/internal/checks.h"
#include "room/limits.h"
#include "signal/codes.h"

namespace plaza::room {
namespace {

base::Error NotPermitted(std::string message) {
  return {base::ErrorKind::kPermissionDenied, std::move(message), "privateMapKey",
          signal::code::kNoPermission};
}

base::Error TooManyAtOnce() {
  return {base::ErrorKind::kResourceExhausted, "too many are entering at the moment", "",
          signal::code::kTooManyRequests};
}

}  // namespace

EntryId Entries::Begin(Entry entry, Done done) {
  const EntryId id(next_entry_++);
  const RoomKey key = entry.room;
  const Scene scene = entry.scene;
  if (!entry.permissions.Has(Permission::kEnterRoom)) {
    done(NotPermitted("the user may not enter this room"));
    return id;
  }
  if (directory_.Find(key) == nullptr && !entry.permissions.Has(Permission::kCreateRoom)) {
    done(NotPermitted("the room does not exist, and the user may not create it"));
    return id;
  }
  if (pending_.size() >= kMaxPendingEntries) {
    done(TooManyAtOnce());
    return id;
  }
  const size_t max_rooms = entry.limits.rooms;
  pending_.emplace(id, Pending{std::move(entry), std::move(done), {}, {}});
  directory_.Open(key, scene, max_rooms,
                  [this, alive = std::weak_ptr(alive_), id](base::Result<RoomLease> lease) {
                    if (!alive.expired()) OnRoom(id, std::move(lease));
                  });
  return id;
}

void Entries::OnRoom(EntryId id, base::Result<RoomLease> lease) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;  // cancelled: the lease goes back
  if (!lease) return Fail(id, lease.error());
  Pending& pending = found->second;
  pending.lease = std::move(*lease);
  if (pending.lease.room().scene() == Scene::kRtc) pending.entry.role = Role::kAnchor;
  const auto tracks = Check(pending);
  if (!tracks) return Fail(id, tracks.error());
  if (!pending.entry.offer) return LetIn(id, std::nullopt);
  pending.peer = directory_.media().CreatePeer(pending.lease.room().group());
  directory_.media().Offer(
      *pending.peer, {std::move(*pending.entry.offer), tracks->Sent()},
      [this, alive = std::weak_ptr(alive_), id](base::Result<OfferResult> answer) {
        if (!alive.expired()) OnAnswer(id, std::move(answer));
      });
}

base::Result<Tracks> Entries::Check(const Pending& pending) const {
  const Entry& entry = pending.entry;
  const Room& room = pending.lease.room();
  if (auto place = room.HasPlaceFor(entry.user, entry.role, false, entry.limits); !place)
    return place.error();
  return CheckTracks(
      room, {entry.user, entry.role, entry.permissions, entry.limits, entry.offer.has_value()}, {},
      entry.tracks);
}

void Entries::OnAnswer(EntryId id, base::Result<OfferResult> answer) {
  if (!pending_.contains(id)) return;
  if (!answer) return Fail(id, SdpError(answer.error(), "offer"));
  LetIn(id, std::move(*answer));
}

void Entries::LetIn(EntryId id, std::optional<OfferResult> media) {
  auto tracks = Check(pending_.at(id));  // again: others may have come in meanwhile
  if (!tracks) return Fail(id, tracks.error());
  const Pending pending = Take(id);
  const Entry& entry = pending.entry;
  auto member = std::make_unique<Member>();
  member->id = MemberId(next_member_++);
  member->user = entry.user;
  member->role = entry.role;
  member->permissions = entry.permissions;
  member->limits = entry.limits;
  member->peer = pending.peer;
  member->negotiated = media.has_value();
  member->observer = entry.observer;
  member->tracks = std::move(*tracks);
  member->wishes = WishTable(entry.auto_subscribe);
  member->entered_at = directory_.clock().WallNow();
  const Member& entered = *member;
  Room& room = pending.lease.room();
  room.Enter(std::move(member));
  pending.done(Entered{entered.id, entered.role, room.ViewFor(entered), std::move(media)});
}

void Entries::Fail(EntryId id, base::Error error) {
  const Pending pending = Take(id);
  if (pending.peer) directory_.media().ClosePeer(*pending.peer);
  pending.done(std::move(error));
}

void Entries::Cancel(EntryId id) {
  if (!pending_.contains(id)) return;
  const Pending pending = Take(id);
  if (pending.peer) directory_.media().ClosePeer(*pending.peer);
}

Entries::Pending Entries::Take(EntryId id) { return std::move(pending_.extract(id).mapped()); }

}  // namespace plaza::room
