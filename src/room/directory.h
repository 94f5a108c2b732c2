// All rooms of all apps: opened when somebody wants to enter, ended when the last one is gone.
// Brings the media plane's events to the room they belong to.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "room/internal/quota.h"
#include "room/limits.h"
#include "room/room.h"
#include "store/store.h"

namespace plaza::room {

class Directory;

/// Keeps a room open while somebody is on the way in. Ends an empty room when destroyed.
class RoomLease {
 public:
  RoomLease() = default;
  RoomLease(Directory& directory, Room& room);
  RoomLease(RoomLease&& other) noexcept;
  RoomLease& operator=(RoomLease&& other) noexcept;
  ~RoomLease();
  /// Requires that the lease is of a room.
  Room& room() const { return *room_; }

 private:
  Directory* directory_ = nullptr;
  Room* room_ = nullptr;
};

class Directory final : public MediaObserver {
 public:
  Directory(store::Store& store, MediaPlane& media, EventBus& bus, const base::Clock& clock,
            base::Duration restore_time, size_t max_rooms = kMaxRooms);
  ~Directory() override;
  Directory(const Directory&) = delete;

  /// Opens again the rooms that lived when the server died; each ends if it is empty after
  /// `restore_time`.
  void Restore(std::function<void(base::Status)> done);

  /// The room, opened with this scene if it is not open and the app has not `max_of_app` rooms yet.
  /// `done` is called once, later or at once.
  void Open(const RoomKey& key, Scene scene, size_t max_of_app,
            std::function<void(base::Result<RoomLease>)> done);
  Room* Find(const RoomKey& key);
  Room* FindByMember(MemberId member);
  size_t size() const { return rooms_.size(); }
  /// Calls `visit` for every open room.
  void ForEach(const std::function<void(const Room&)>& visit) const;
  /// Ends the room if nobody is in it or on the way in. Called after somebody left.
  void EndIfEmpty(const RoomKey& key, RoomEnd reason = RoomEnd::kEmpty);

  MediaPlane& media() { return media_; }
  const base::Clock& clock() const { return clock_; }

  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);

  void OnPeerConnected(PeerId peer) override;
  void OnPeerFailed(PeerId peer, const std::string& reason) override;
  void OnSlots(PeerId peer, const std::vector<Slot>& changed) override;
  void OnNeedSlots(PeerId peer, uint32_t pairs) override;
  void OnTrackStalled(PeerId peer, StreamType stream, MediaKind kind, bool stalled) override;
  void OnSpeakers(GroupId group, const std::vector<Speaker>& speakers) override;

 private:
  friend class RoomLease;
  struct Entry {
    std::unique_ptr<Room> room;
    Quota::Place place;
    int leases = 0;
    bool restored = false;  ///< and waits for its members
  };
  using Waiter = std::function<void(base::Result<RoomLease>)>;
  struct Opening {
    Quota::Place place;
    std::vector<Waiter> waiting;
  };
  Room& Add(const RoomKey& key, Scene scene, uint64_t epoch, Quota::Place place);
  void OnOpened(const RoomKey& key, Scene scene, base::Result<uint64_t> epoch);
  void RestoreAll(const std::vector<store::RoomRow>& rows, std::function<void(base::Status)> done);
  void OnRestored(const store::RoomRow& row, const base::Result<uint64_t>& epoch);
  void Forget(const store::RoomRow& row, const std::string& why);

  store::Store& store_;
  MediaPlane& media_;
  const base::Clock& clock_;
  const base::Duration restore_time_;
  RoomIndex index_;
  RoomParts parts_;
  Quota quota_;
  uint64_t next_group_ = 1;
  std::unordered_map<RoomKey, Entry> rooms_;
  std::unordered_map<GroupId, Room*> groups_;
  std::unordered_map<RoomKey, Opening> opening_;
  base::Time restore_deadline_ = base::kNever;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace plaza::room
