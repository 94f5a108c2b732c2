#include "ice/internal/check_list.h"

#include <algorithm>

namespace plaza::ice {
namespace {

uint64_t PairPriority(const PairAddress& pair, Role role) {
  const bool controlling = role == Role::kControlling;
  const uint64_t g = controlling ? pair.local_priority : pair.remote_priority;
  const uint64_t d = controlling ? pair.remote_priority : pair.local_priority;
  return (std::min(g, d) << 32) + 2 * std::max(g, d) + (g > d ? 1 : 0);
}

/// When the pair wants to send; kNever if not.
base::Time Due(const CandidatePair& pair) {
  if (pair.check) return pair.check->next_transmission;
  return pair.triggered || pair.state == PairState::kWaiting ? base::Time::min() : base::kNever;
}

/// Smaller is sooner: triggered checks, then repetitions, then first checks by priority, in which
/// order the list is.
int Rank(const CandidatePair& pair) {
  if (pair.triggered) return 0;
  return pair.check ? 1 : 2;
}

}  // namespace

CandidatePair* CheckList::Add(const PairAddress& address, Role role, PairState state) {
  if (CandidatePair* known = Find(address.path)) return known;
  CandidatePair pair{address, PairPriority(address, role), state};
  if (pairs_.size() >= kMaxPairs) {
    const auto idle = std::find_if(pairs_.rbegin(), pairs_.rend(), [](const CandidatePair& each) {
      return !each.check && !each.triggered && each.state != PairState::kSucceeded;
    });
    if (idle == pairs_.rend() || idle->priority >= pair.priority) return nullptr;
    pairs_.erase(std::next(idle).base());
  }
  pairs_.push_back(pair);
  Sort();
  return Find(address.path);
}

CandidatePair* CheckList::Find(const base::Path& path) {
  for (CandidatePair& pair : pairs_)
    if (pair.path == path) return &pair;
  return nullptr;
}

CandidatePair* CheckList::FindTransaction(const TransactionId& id) {
  for (CandidatePair& pair : pairs_)
    if (pair.check && pair.check->id == id) return &pair;
  return nullptr;
}

void CheckList::Remove(const std::function<bool(const CandidatePair&)>& which) {
  std::erase_if(pairs_, which);
}

void CheckList::SetRole(Role role) {
  for (CandidatePair& pair : pairs_) {
    pair.priority = PairPriority(pair, role);
    pair.nominate = pair.nominated_by_peer = false;
    if (!pair.check) continue;
    pair.check.reset();
    if (pair.state == PairState::kInProgress) pair.state = PairState::kWaiting;
  }
  Sort();
}

void CheckList::Trigger(CandidatePair& pair, base::Time now) {
  pair.triggered = true;
  // A check on its way is repeated rather than replaced: its answer may be on its way as well.
  if (pair.check) {
    pair.check->next_transmission = now;
  } else if (pair.state != PairState::kSucceeded) {
    pair.state = PairState::kWaiting;
  }
}

void CheckList::FreezeOthers(const base::Path& nominated) {
  for (CandidatePair& pair : pairs_) {
    if (pair.path == nominated) continue;
    pair.check.reset();
    pair.triggered = pair.nominate = false;
    if (pair.IsPending()) pair.state = PairState::kFrozen;
  }
}

void CheckList::Thaw() {
  for (CandidatePair& pair : pairs_) {
    pair.check.reset();
    pair.nominate = pair.nominated_by_peer = false;
    pair.state = PairState::kWaiting;
  }
}

const CandidatePair* CheckList::BestSucceeded() const {
  for (const CandidatePair& pair : pairs_)
    if (pair.state == PairState::kSucceeded) return &pair;
  return nullptr;
}

bool CheckList::HasBetterPending(const CandidatePair& pair) const {
  return std::any_of(pairs_.begin(), pairs_.end(), [&](const CandidatePair& each) {
    return each.IsPending() && each.priority > pair.priority;
  });
}

CandidatePair* CheckList::NextToSend(base::Time now) {
  CandidatePair* next = nullptr;
  for (CandidatePair& pair : pairs_)
    if (Due(pair) <= now && (next == nullptr || Rank(pair) < Rank(*next))) next = &pair;
  return next;
}

base::Time CheckList::NextDue() const {
  base::Time due = base::kNever;
  for (const CandidatePair& pair : pairs_) due = std::min(due, Due(pair));
  return due;
}

const Transaction& CheckList::Transmit(CandidatePair& pair, base::Random& random, base::Time now) {
  const auto in_progress = std::count_if(pairs_.begin(), pairs_.end(), [](const CandidatePair& p) {
    return p.check.has_value() || p.IsPending();
  });
  const base::Duration turn = kPacing * in_progress;
  if (!pair.check) {
    Transaction check{.nominates = pair.nominate, .rto = kFirstRto};
    random.Fill(check.id);
    pair.check = check;
    if (pair.state != PairState::kSucceeded) pair.state = PairState::kInProgress;
  } else {
    pair.check->rto = std::min(pair.check->rto * 2, kMaxRto);
  }
  pair.triggered = false;
  ++pair.check->transmissions;
  pair.check->next_transmission = now + std::max(pair.check->rto, turn);
  return *pair.check;
}

void CheckList::Sort() {
  std::stable_sort(
      pairs_.begin(), pairs_.end(),
      [](const CandidatePair& a, const CandidatePair& b) { return a.priority > b.priority; });
}

}  // namespace plaza::ice
