#include "room/session/sessions.h"

namespace plaza::room {

void Sessions::Add(std::unique_ptr<Session> session) {
  members_[{session->user().room, session->user().user}] = session.get();
  std::string id = session->id();
  sessions_.emplace(std::move(id), std::move(session));
}

Session* Sessions::Find(const std::string& id) {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second.get();
}

Session* Sessions::FindMember(const RoomKey& room, const UserId& user) {
  const auto found = members_.find({room, user});
  return found != members_.end() && found->second->is_member() ? found->second : nullptr;
}

void Sessions::Schedule(const Session& session, base::Time deadline) {
  deadlines_.SetIfEarlier(session.id(), deadline);
}

void Sessions::Drain() {
  for (const auto& [id, session] : sessions_) session->Drain();
}

void Sessions::HandleTimeout(base::Time now) {
  while (const auto id = deadlines_.PopDue(now)) {
    Session* session = Find(*id);
    if (session == nullptr) continue;
    session->HandleTimeout(now);
    if (session->over()) {
      Remove(*session);
    } else {
      deadlines_.SetIfEarlier(*id, session->NextDeadline());
    }
  }
}

void Sessions::Remove(Session& session) {
  const std::string id = session.id();
  deadlines_.Erase(id);
  const auto member = members_.find({session.user().room, session.user().user});
  if (member != members_.end() && member->second == &session) members_.erase(member);
  sessions_.erase(id);
}

}  // namespace plaza::room
