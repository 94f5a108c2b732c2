#include "room/directory.h"

#include <utility>

#include "base/log.h"

namespace plaza::room {
namespace {

const char* Text(Scene scene) { return scene == Scene::kLive ? "live" : "rtc"; }

template <typename Index, typename Key>
Room* Lookup(const Index& index, const Key& key) {
  const auto found = index.find(key);
  return found == index.end() ? nullptr : found->second;
}

}  // namespace

RoomLease::RoomLease(Directory& directory, Room& room) : directory_(&directory), room_(&room) {
  ++directory.rooms_.at(room.key()).leases;
}

RoomLease::RoomLease(RoomLease&& other) noexcept
    : directory_(std::exchange(other.directory_, nullptr)),
      room_(std::exchange(other.room_, nullptr)) {}

RoomLease& RoomLease::operator=(RoomLease&& other) noexcept {
  std::swap(directory_, other.directory_);
  std::swap(room_, other.room_);
  return *this;
}

RoomLease::~RoomLease() {
  if (room_ == nullptr) return;
  const RoomKey key = room_->key();
  --directory_->rooms_.at(key).leases;
  directory_->EndIfEmpty(key);
}

Directory::Directory(store::Store& store, MediaPlane& media, EventBus& bus,
                     const base::Clock& clock, base::Duration restore_time, size_t max_rooms)
    : store_(store),
      media_(media),
      clock_(clock),
      restore_time_(restore_time),
      parts_{media, bus, clock, index_},
      quota_("rooms", max_rooms) {}

Directory::~Directory() = default;

void Directory::Restore(std::function<void(base::Status)> done) {
  store_.rooms().Living(
      [this, alive = std::weak_ptr(alive_), done](base::Result<std::vector<store::RoomRow>> rows) {
        if (alive.expired()) return;
        if (!rows) return done(rows.error());
        RestoreAll(*rows, done);
      });
}

void Directory::RestoreAll(const std::vector<store::RoomRow>& rows,
                           std::function<void(base::Status)> done) {
  restore_deadline_ = rows.empty() ? base::kNever : clock_.Now() + restore_time_;
  if (rows.empty()) return done({});
  auto left = std::make_shared<size_t>(rows.size());
  for (const store::RoomRow& row : rows)
    store_.rooms().Open(
        row, [this, alive = std::weak_ptr(alive_), row, left, done](base::Result<uint64_t> epoch) {
          if (alive.expired()) return;
          OnRestored(row, epoch);
          if (--*left == 0) done({});
        });
}

void Directory::OnRestored(const store::RoomRow& row, const base::Result<uint64_t>& epoch) {
  if (!epoch) return Forget(row, epoch.error().message);
  const auto name = RoomName::FromKey(row.room);
  if (!name) {
    store_.rooms().Close(row.app, row.room, *epoch, [](base::Status) {});
    return Forget(row, "its name is not legal");
  }
  const Scene scene = row.scene == Text(Scene::kLive) ? Scene::kLive : Scene::kRtc;
  const SdkAppId app(row.app);
  Room& room = Add({app, *name}, scene, *epoch, quota_.TakeAnyway(app));
  rooms_.at(room.key()).restored = true;
  room.Start(/*restored=*/true);
}

void Directory::Forget(const store::RoomRow& row, const std::string& why) {
  base::LogError("room", "a room that lived can't be opened again",
                 {{"app", row.app}, {"room", row.room}, {"error", why}});
}

void Directory::Open(const RoomKey& key, Scene scene, size_t max_of_app, Waiter done) {
  if (Room* room = Find(key)) return done(RoomLease(*this, *room));
  if (const auto found = opening_.find(key); found != opening_.end())
    return found->second.waiting.push_back(std::move(done));
  auto place = quota_.Take(key.app, max_of_app);
  if (!place) return done(place.error());
  Opening& opening = opening_[key];
  opening.place = std::move(*place);
  opening.waiting.push_back(std::move(done));
  const int64_t now = base::UnixMillis(clock_.WallNow());
  store_.rooms().Open(
      {key.app.value(), key.room.Key(), Text(scene), 0, now},
      [this, alive = std::weak_ptr(alive_), key, scene](base::Result<uint64_t> epoch) {
        if (!alive.expired()) OnOpened(key, scene, std::move(epoch));
      });
}

void Directory::OnOpened(const RoomKey& key, Scene scene, base::Result<uint64_t> epoch) {
  Opening opened = std::move(opening_.extract(key).mapped());
  if (!epoch) {
    for (const Waiter& done : opened.waiting) done(epoch.error());
    return;
  }
  const RoomLease open(*this, Add(key, scene, *epoch, std::move(opened.place)));
  for (const Waiter& done : opened.waiting) done(RoomLease(*this, open.room()));
}

Room& Directory::Add(const RoomKey& key, Scene scene, uint64_t epoch, Quota::Place place) {
  const GroupId group(next_group_++);
  Entry& entry = rooms_[key];
  entry.room = std::make_unique<Room>(key, scene, group, epoch, parts_);
  entry.place = std::move(place);
  groups_[group] = entry.room.get();
  return *entry.room;
}

Room* Directory::Find(const RoomKey& key) {
  const auto found = rooms_.find(key);
  return found == rooms_.end() ? nullptr : found->second.room.get();
}

Room* Directory::FindByMember(MemberId member) { return Lookup(index_.members, member); }

void Directory::ForEach(const std::function<void(const Room&)>& visit) const {
  for (const auto& [key, entry] : rooms_) visit(*entry.room);
}

void Directory::EndIfEmpty(const RoomKey& key, RoomEnd reason) {
  const auto found = rooms_.find(key);
  if (found == rooms_.end()) return;
  const Entry& entry = found->second;
  if (!entry.room->members().empty() || entry.leases > 0 || entry.restored) return;
  entry.room->End(reason);
  store_.rooms().Close(key.app.value(), key.room.Key(), entry.room->last_event().epoch,
                       [](base::Status closed) {
                         if (!closed)  // it will be opened again after a restart, and end then
                           base::LogError("room", "a room's end can't be stored",
                                          {{"error", closed.error().message}});
                       });
  groups_.erase(entry.room->group());
  rooms_.erase(found);
}

base::Time Directory::NextDeadline() const { return restore_deadline_; }

void Directory::HandleTimeout(base::Time now) {
  if (now < restore_deadline_) return;
  restore_deadline_ = base::kNever;
  std::vector<RoomKey> restored;
  for (auto& [key, entry] : rooms_)
    if (std::exchange(entry.restored, false)) restored.push_back(key);
  for (const RoomKey& key : restored) EndIfEmpty(key, RoomEnd::kNobodyCameBack);
}

void Directory::OnPeerConnected(PeerId) {}

void Directory::OnPeerFailed(PeerId peer, const std::string& reason) {
  if (Room* room = Lookup(index_.peers, peer)) room->OnPeerFailed(peer, reason);
}

void Directory::OnSlots(PeerId peer, const std::vector<Slot>& changed) {
  if (Room* room = Lookup(index_.peers, peer)) room->OnSlots(peer, changed);
}

void Directory::OnNeedSlots(PeerId peer, uint32_t pairs) {
  if (Room* room = Lookup(index_.peers, peer)) room->OnNeedSlots(peer, pairs);
}

void Directory::OnTrackStalled(PeerId peer, StreamType stream, MediaKind kind, bool stalled) {
  if (Room* room = Lookup(index_.peers, peer)) room->OnTrackStalled(peer, stream, kind, stalled);
}

void Directory::OnSpeakers(GroupId group, const std::vector<Speaker>& speakers) {
  if (Room* room = Lookup(groups_, group)) room->OnSpeakers(speakers);
}

}  // namespace plaza::room
