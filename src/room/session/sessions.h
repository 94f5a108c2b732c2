// All sessions: by id, by the user they stand for, and by when they want to be woken.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/time.h"
#include "room/internal/deadlines.h"
#include "room/session/session.h"

namespace plaza::room {

class Sessions {
 public:
  /// Of two sessions of one user in one room the later counts as the user's.
  void Add(std::unique_ptr<Session> session);
  Session* Find(const std::string& id);
  /// The session that is a member of the room as this user.
  Session* FindMember(const RoomKey& room, const UserId& user);
  void Schedule(const Session& session, base::Time deadline);
  size_t size() const { return sessions_.size(); }
  void Drain();

  base::Time NextDeadline() const { return deadlines_.Next(); }
  void HandleTimeout(base::Time now);

 private:
  using Place = std::pair<RoomKey, UserId>;
  void Remove(Session& session);

  std::unordered_map<std::string, std::unique_ptr<Session>> sessions_;
  std::map<Place, Session*> members_;
  Deadlines<std::string> deadlines_;
};

}  // namespace plaza::room
