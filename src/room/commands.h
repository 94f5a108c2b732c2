// What can be done with rooms: one function a command, the same for every door. Doors translate to
// and from them and hold no rules of their own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "room/directory.h"
#include "room/entry.h"
#include "room/message.h"
#include "room/private_map_key.h"
#include "signal/messages.h"

namespace plaza::room {

class Entries;

class Commands {
 public:
  explicit Commands(Directory& directory);
  ~Commands();

  /// Opens the room if need be, makes the media peer, and lets the user in. `done` is called once,
  /// later or at once. An entry under the same user id takes the place of an older one, whose
  /// observer hears OnKicked().
  EntryId Enter(Entry entry, std::function<void(base::Result<Entered>)> done);
  /// Gives up an entry under way; `done` is not called any more.
  void CancelEntry(EntryId entry);

  // By a member. kNotFound if it is gone.
  base::Status Leave(MemberId member, Departure reason);
  base::Status Publish(MemberId member, const std::vector<signal::SentTrack>& tracks);
  base::Status Watch(MemberId member, const std::vector<signal::StreamWish>& streams);
  base::Status SetRole(MemberId member, Role role, Permissions permissions);
  /// To everybody else in the room, each once and in order. By anchors only. Whichever way it came,
  /// it counts against the same limits; those of size and rate are the app's.
  base::Status SendMessage(MemberId member, CustomMessage message);
  /// `done` is called once, later or at once, unless the member is gone by then.
  void Offer(MemberId member, std::string sdp, std::vector<signal::SentTrack> tracks,
             std::function<void(base::Result<OfferResult>)> done);

  // By an administrator. kNotFound if there is no such room or member.
  base::Status Kick(const RoomKey& room, const UserId& user, KickReason reason);
  base::Status Dismiss(const RoomKey& room);
  /// Tells the member itself too.
  base::Status ChangeRole(const RoomKey& room, const UserId& user, Role role);

 private:
  struct Found {
    Room* room = nullptr;
    Member* member = nullptr;
  };
  Found Find(MemberId id);
  Found Find(const RoomKey& key, const UserId& user);
  void OnAnswer(MemberId id, const std::vector<signal::SentTrack>& changes,
                base::Result<OfferResult> answer,
                const std::function<void(base::Result<OfferResult>)>& done);

  Directory& directory_;
  uint64_t last_message_ = 0;
  std::unique_ptr<Entries> entries_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace plaza::room
