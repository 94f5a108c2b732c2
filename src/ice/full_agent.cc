// The owner's side of the full agent: addresses, restart, time, and what becomes of pairs. Its
// messages are in full_agent_messages.cc.
#include "ice/full_agent.h"

#include <algorithm>

namespace plaza::ice {
namespace {
/// In units of candidate priority, whose upper byte is the preference of the type.
constexpr uint32_t kTcpPenalty = 36u << 24;
}  // namespace

FullAgent::FullAgent(Role role, const Credentials& local, base::Random& random,
                     AgentObserver& observer, base::Time now)
    : observer_(observer),
      random_(random),
      role_(role),
      tie_breaker_(random.Next64()),
      local_(local),
      next_check_(now),
      last_alive_(now) {}

base::Status FullAgent::AddLocalAddress(const base::SocketAddress& address, base::Time) {
  if (std::ranges::count(local_addresses_, address) > 0) return {};
  if (local_addresses_.size() >= kMaxLocalAddresses)
    return base::Error{base::ErrorKind::kResourceExhausted, "too many local addresses", "address"};
  local_addresses_.push_back(address);
  for (const Candidate& remote : remote_candidates_)
    AddPair({address, *remote.address, base::TransportProtocol::kUdp}, remote.priority);
  return {};
}

void FullAgent::RemoveLocalAddress(const base::SocketAddress& address, base::Time now) {
  std::erase(local_addresses_, address);
  RemovePaths([&](const base::Path& path) { return path.local == address; }, now);
}

base::Status FullAgent::AddRemoteCandidate(const Candidate& candidate, base::Time) {
  const bool other_generation =
      !candidate.ufrag.empty() && !remote_.ufrag.empty() && candidate.ufrag != remote_.ufrag;
  if (!candidate.usable() || candidate.protocol != base::TransportProtocol::kUdp ||
      other_generation)
    return {};
  const auto same = [&](const Candidate& each) { return each.address == candidate.address; };
  if (std::ranges::any_of(remote_candidates_, same)) return {};
  if (remote_candidates_.size() >= kMaxRemoteCandidates)
    return base::Error{base::ErrorKind::kResourceExhausted, "too many candidates", "candidate"};
  remote_candidates_.push_back(candidate);
  for (const base::SocketAddress& local : local_addresses_)
    AddPair({local, *candidate.address, base::TransportProtocol::kUdp}, candidate.priority);
  return {};
}

void FullAgent::AddConnection(const base::Path& path, base::Time) {
  AddPair(path, LocalPriority(path, CandidateType::kHost));
}

void FullAgent::SetRemoteCredentials(const Credentials& remote, base::Time now) {
  if (state_ == AgentState::kChecking) last_alive_ = now;  // only now can the checks begin
  remote_ = remote;
}

void FullAgent::Restart(const Credentials& local, base::Time now) {
  local_ = local;
  remote_ = {};
  remote_candidates_.clear();
  checks_.Clear();
  StartOver();
  last_alive_ = now;
  // The selected path lives on. Others of the generation before last have nothing to keep them.
  RemovePaths([&](const base::Path& path) { return !selection_ || path != selection_->path; }, now);
}

void FullAgent::RemovePath(const base::Path& path, base::Time now) {
  RemovePaths([&](const base::Path& each) { return each == path; }, now);
}

const base::Path* FullAgent::selected_path() const {
  return selection_ ? &selection_->path : nullptr;
}

base::Time FullAgent::NextDeadline() const {
  if (state_ == AgentState::kFailed) return base::kNever;
  base::Time deadline = last_alive_ + kConsentTimeout;
  if (selection_) {
    deadline = std::min(selection_->expiry(), selection_->consent.next_check());
    if (state_ == AgentState::kConnected)
      deadline = std::min(deadline, selection_->consent.confirmed() + kDisconnectedAfter);
  }
  if (!remote_.ufrag.empty()) {
    const base::Time due = checks_.NextDue();
    if (due != base::kNever) deadline = std::min(deadline, std::max(due, next_check_));
  }
  return std::min(deadline, NominationTime());
}

void FullAgent::HandleTimeout(base::Time now, base::DatagramSink& sink) {
  if (selection_ && now >= selection_->expiry()) {
    const base::Path dead = selection_->path;
    RemovePaths([&](const base::Path& path) { return path == dead; }, now);
  }
  UpdateState(now);
  if (state_ == AgentState::kFailed) return;
  if (selection_ && now >= selection_->consent.next_check()) SendConsentCheck(now, sink);
  if (now >= NominationTime()) Nominate(now);
  if (!remote_.ufrag.empty() && now >= next_check_) SendCheck(now, sink);
}

uint32_t FullAgent::LocalPriority(const base::Path& path, CandidateType type) const {
  const auto index = std::ranges::find(local_addresses_, path.local) - local_addresses_.begin();
  const auto preference = static_cast<uint16_t>(65535 - index);
  // A connection ranks below all datagrams, as RFC 6544 wants it.
  return CandidatePriority(type, preference, 1) -
         (path.protocol == base::TransportProtocol::kTcp ? kTcpPenalty : 0);
}

CandidatePair* FullAgent::AddPair(const base::Path& path, uint32_t remote_priority) {
  if (path.local.ip.is_v4() != path.remote.ip.is_v4()) return nullptr;
  const PairAddress address{path, LocalPriority(path, CandidateType::kHost), remote_priority};
  return checks_.Add(address, role_, nominated_ ? PairState::kFrozen : PairState::kWaiting);
}

void FullAgent::RemovePaths(const std::function<bool(const base::Path&)>& which, base::Time now) {
  checks_.Remove([&](const CandidatePair& pair) { return which(pair.path); });
  if (nominating_ && which(*nominating_)) nominating_.reset();
  if (selection_ && which(selection_->path)) {
    last_alive_ = std::max(last_alive_, selection_->consent.confirmed());
    selection_.reset();
  }
  std::vector<base::Path> removed;
  std::ranges::copy_if(paths_, std::back_inserter(removed), which);
  std::erase_if(paths_, which);
  for (const base::Path& path : removed) observer_.OnIcePathRemoved(path);
  UpdateState(now);
}

void FullAgent::AddPath(const base::Path& path) {
  if (std::ranges::count(paths_, path) > 0) return;
  if (paths_.size() >= kMaxFullPaths) {
    const bool first_is_selected = selection_ && selection_->path == paths_.front();
    const auto oldest = paths_.begin() + (first_is_selected ? 1 : 0);
    const base::Path removed = *oldest;
    paths_.erase(oldest);
    ++stats_.paths_evicted;
    observer_.OnIcePathRemoved(removed);
  }
  paths_.push_back(path);
  observer_.OnIcePathAdded(path);
}

void FullAgent::Succeed(CandidatePair& pair, base::Time now) {
  const bool nominated =
      role_ == Role::kControlling ? pair.check && pair.check->nominates : pair.nominated_by_peer;
  pair.check.reset();
  pair.triggered = pair.nominate = false;
  pair.state = PairState::kSucceeded;
  AddPath(pair.path);
  if (!first_success_) first_success_ = now;
  if (!selection_ || selection_->local != local_ || !selection_->IsFresh(now)) {
    Select(pair, now);
  } else if (selection_->path == pair.path) {
    selection_->consent.Confirm(now, random_);
  }
  if (nominated) FinishNomination(pair, now);
  UpdateState(now);
}

void FullAgent::Select(const CandidatePair& pair, base::Time now) {
  AddPath(pair.path);  // unless others made it go
  const bool moves = !selection_ || selection_->path != pair.path;
  selection_.emplace(Selection{pair.path, local_, remote_, Consent(now, random_)});
  if (moves) observer_.OnIcePathSelected(pair.path);
}

void FullAgent::FinishNomination(const CandidatePair& pair, base::Time now) {
  if (!selection_ || selection_->path != pair.path) Select(pair, now);
  selection_->nominated = nominated_ = true;
  nominating_.reset();
  checks_.FreezeOthers(pair.path);
}

base::Time FullAgent::NominationTime() const {
  if (role_ != Role::kControlling || nominated_ || nominating_) return base::kNever;
  const CandidatePair* best = checks_.BestSucceeded();
  if (best == nullptr) return base::kNever;
  return checks_.HasBetterPending(*best) ? *first_success_ + kNominationPatience : *first_success_;
}

void FullAgent::Nominate(base::Time now) {
  nominating_ = checks_.BestSucceeded()->path;
  CandidatePair& best = *checks_.Find(*nominating_);
  best.nominate = true;
  checks_.Trigger(best, now);
}

void FullAgent::StartOver() {
  nominated_ = false;
  nominating_.reset();
  first_success_.reset();
  checks_.Thaw();
}

void FullAgent::UpdateState(base::Time now) {
  AgentState state = was_connected_ ? AgentState::kDisconnected : AgentState::kChecking;
  if (selection_) {
    was_connected_ = true;
    state = selection_->IsFresh(now) ? AgentState::kConnected : AgentState::kDisconnected;
  } else if (now >= last_alive_ + kConsentTimeout) {
    state = AgentState::kFailed;
  }
  if (state == state_) return;
  state_ = state;
  if (state == AgentState::kDisconnected) StartOver();
  if (state == AgentState::kFailed) RemovePaths([](const base::Path&) { return true; }, now);
  observer_.OnIceStateChanged(state);
}

}  // namespace plaza::ice
