#include "ice/lite_agent.h"

#include <algorithm>
#include <tuple>

#include "ice/candidate.h"
#include "ice/internal/check_request.h"
#include "ice/internal/responder.h"

namespace plaza::ice {

LiteAgent::LiteAgent(const Credentials& local, AgentObserver& observer, base::Time now)
    : observer_(observer), local_(local), last_alive_(now) {}

void LiteAgent::HandleStun(base::ByteView datagram, const base::Path& path, base::Time now,
                           base::DatagramSink& sink) {
  const auto message = StunMessage::Parse(datagram);
  if (!message) {
    ++stats_.malformed;
    return;
  }
  if (message->message_class == StunClass::kIndication) return;  // a keepalive proves nothing
  if (message->message_class != StunClass::kRequest) return HandleAnswer(*message, path, now);
  RemoveDead(now);
  Responder responder(stats_);
  const Inbound request{*message, datagram.size(), path};
  const Credentials* previous = previous_ && Find(path) != nullptr ? &*previous_ : nullptr;
  const Credentials* used = responder.Accept(request, local_, previous, sink);
  if (used != nullptr && message->ice_controlled) {
    // Both think that they are controlled. A lite agent never controls a full one (RFC 8445 section
    // 6.1.1), so it is the peer that has to change, whatever the tie-breakers are.
    responder.SendRoleConflict(request, *used, sink);
  } else if (used != nullptr) {
    responder.SendSuccess(request, *used, sink);
    if (used == &local_) ForgetPrevious();
    Hear(*message, path, now);
  }
  FallBack(now);
  UpdateState(now);
}

void LiteAgent::AskPath(const base::Path& path, const TransactionId& transaction,
                        base::DatagramSink& sink) {
  question_ = Question{transaction, path};
  SendCheckRequest({.transaction = transaction,
                    .local = local_,
                    .remote = remote_,
                    .priority = CandidatePriority(CandidateType::kPeerReflexive, UINT16_MAX, 1),
                    .role = Role::kControlled},
                   path, sink);
}

void LiteAgent::HandleAnswer(const StunMessage& answer, const base::Path& path, base::Time now) {
  if (!question_ || question_->transaction != answer.transaction || question_->path != path ||
      answer.message_class != StunClass::kSuccess) {
    ++stats_.unmatched_responses;
    return;
  }
  if (!answer.CheckIntegrity(remote_.pwd)) {
    ++stats_.wrong_integrity;
    return;
  }
  ++stats_.responses_accepted;
  question_.reset();
  RemoveDead(now);
  const ValidPath* before = Selected();
  const uint32_t priority = before != nullptr ? before->priority : 0;
  ValidPath& valid = FindOrAdd(path, now);
  valid.priority = std::max(valid.priority, priority);
  valid.last_request = last_alive_ = now;
  valid.last_nomination = now;
  Select(path);
  UpdateState(now);
}

void LiteAgent::ForgetPrevious() {
  if (!previous_) return;
  previous_.reset();
  for (ValidPath& valid : paths_) valid.last_nomination.reset();
}

void LiteAgent::Hear(const StunMessage& request, const base::Path& path, base::Time now) {
  ValidPath& valid = FindOrAdd(path, now);
  valid.priority = request.priority.value_or(0);
  valid.last_request = last_alive_ = now;
  if (!request.use_candidate) return;
  const ValidPath* selected = Selected();
  const bool settling = selected != nullptr && selected->last_nomination &&
                        now < *selected->last_nomination + kNominationSettling;
  valid.last_nomination = now;
  if (!settling || valid.priority >= selected->priority) Select(path);
}

base::Time LiteAgent::NextDeadline() const {
  if (paths_.empty())
    return state_ == AgentState::kFailed ? base::kNever : last_alive_ + kConsentTimeout;
  base::Time deadline = base::kNever;
  for (const ValidPath& valid : paths_) {
    deadline = std::min(deadline, valid.last_request + kConsentTimeout);
    if (valid.path == selected_ && state_ == AgentState::kConnected)
      deadline = std::min(deadline, valid.last_request + kDisconnectedAfter);
  }
  return deadline;
}

void LiteAgent::HandleTimeout(base::Time now, base::DatagramSink&) {
  RemoveDead(now);
  FallBack(now);
  UpdateState(now);
}

void LiteAgent::SetRemoteCredentials(const Credentials& remote, base::Time) { remote_ = remote; }

void LiteAgent::Restart(const Credentials& local, base::Time now) {
  previous_ = std::move(local_);
  local_ = local;
  remote_ = {};
  last_alive_ = now;
  UpdateState(now);
}

void LiteAgent::RemovePath(const base::Path& path, base::Time now) {
  if (Find(path) == nullptr) return;
  Remove(path);
  FallBack(now);
  UpdateState(now);
}

const base::Path* LiteAgent::selected_path() const { return selected_ ? &*selected_ : nullptr; }

LiteAgent::ValidPath* LiteAgent::Find(const base::Path& path) {
  const auto found = std::find_if(paths_.begin(), paths_.end(),
                                  [&](const ValidPath& valid) { return valid.path == path; });
  return found == paths_.end() ? nullptr : &*found;
}

LiteAgent::ValidPath& LiteAgent::FindOrAdd(const base::Path& path, base::Time now) {
  if (ValidPath* known = Find(path)) return *known;
  if (paths_.size() >= kMaxLitePaths) {
    const auto age = [this](const ValidPath& a, const ValidPath& b) {
      return std::tuple(a.path == selected_, a.last_request) <
             std::tuple(b.path == selected_, b.last_request);
    };
    ++stats_.paths_evicted;
    Remove(base::Path(std::min_element(paths_.begin(), paths_.end(), age)->path));
  }
  paths_.push_back({path, 0, now, std::nullopt});
  observer_.OnIcePathAdded(path);
  return paths_.back();
}

void LiteAgent::Remove(const base::Path& path) {
  if (selected_ == path) selected_.reset();
  std::erase_if(paths_, [&](const ValidPath& valid) { return valid.path == path; });
  observer_.OnIcePathRemoved(path);
}

void LiteAgent::RemoveDead(base::Time now) {
  for (size_t i = paths_.size(); i-- > 0;)
    if (now >= paths_[i].last_request + kConsentTimeout) Remove(base::Path(paths_[i].path));
}

void LiteAgent::Select(const base::Path& path) {
  if (selected_ == path) return;
  selected_ = path;
  observer_.OnIcePathSelected(path);
}

void LiteAgent::FallBack(base::Time now) {
  const auto worth = [now](const ValidPath& valid) {
    return std::tuple(valid.IsFresh(now), valid.last_nomination.value_or(base::Time::min()),
                      valid.priority, valid.last_request);
  };
  const ValidPath* selected = Selected();
  if (paths_.empty() || (selected != nullptr && selected->IsFresh(now))) return;
  const auto best =
      std::max_element(paths_.begin(), paths_.end(),
                       [&](const ValidPath& a, const ValidPath& b) { return worth(a) < worth(b); });
  if (selected == nullptr || best->IsFresh(now)) Select(base::Path(best->path));
}

void LiteAgent::UpdateState(base::Time now) {
  AgentState state = was_connected_ ? AgentState::kDisconnected : AgentState::kChecking;
  if (const ValidPath* selected = Selected()) {
    was_connected_ = true;
    state = selected->IsFresh(now) ? AgentState::kConnected : AgentState::kDisconnected;
  } else if (now >= last_alive_ + kConsentTimeout) {
    state = AgentState::kFailed;
  }
  if (state == state_) return;
  state_ = state;
  observer_.OnIceStateChanged(state);
}

}  // namespace plaza::ice
