// The candidate pairs of an agent and the state of their checks (RFC 8445 section 6.1.2).
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/random.h"
#include "base/socket_address.h"
#include "base/time.h"
#include "ice/agent.h"
#include "ice/stun_message.h"

namespace plaza::ice {

/// Pairs of one agent (RFC 8445 section 6.1.2.5 asks for a limit).
inline constexpr size_t kMaxPairs = 100;
/// Checks are sent, or repeated, at most once in this time (Ta, RFC 8445 section 14.2).
inline constexpr base::Duration kPacing = std::chrono::milliseconds(50);
/// An unanswered check is sent again after this time, and then after twice the time before, up to
/// the cap; with many pairs in progress, not before each of them had its turn.
inline constexpr base::Duration kFirstRto = std::chrono::milliseconds(250);
inline constexpr base::Duration kMaxRto = std::chrono::milliseconds(500);

enum class PairState : uint8_t {
  kFrozen,      ///< not to be checked now: another pair is nominated
  kWaiting,     ///< to be checked when its turn comes
  kInProgress,  ///< a check is on its way
  kSucceeded,   ///< valid: works in both directions
  kFailed,      ///< the peer refuses
};

/// One STUN transaction.
struct Transaction {
  TransactionId id{};
  bool nominates = false;  ///< carries USE-CANDIDATE
  int transmissions = 0;
  base::Duration rto{};
  base::Time next_transmission;
};

/// What a pair is made of. The local candidate is the base: reflexive ones of ours are not told
/// apart from it.
struct PairAddress {
  base::Path path;
  uint32_t local_priority = 0;
  uint32_t remote_priority = 0;
};

struct CandidatePair : PairAddress {
  uint64_t priority = 0;  ///< RFC 8445 section 6.1.2.3
  PairState state = PairState::kWaiting;
  bool triggered = false;            ///< its check goes before others (RFC 8445 section 7.3.1.4)
  bool nominate = false;             ///< its next check is to nominate
  bool nominated_by_peer = false;    ///< selected as soon as it succeeds
  std::optional<Transaction> check;  ///< on its way

  bool IsPending() const { return state == PairState::kWaiting || state == PairState::kInProgress; }
};

/// Ordered by priority, the best first. Pointers to pairs are good until the list is changed.
class CheckList {
 public:
  /// The pair of that path, new in `state` unless it is there. Beyond kMaxPairs the one of lowest
  /// priority that no check depends on makes room; null if there is none lower.
  CandidatePair* Add(const PairAddress& address, Role role, PairState state);
  CandidatePair* Find(const base::Path& path);
  CandidatePair* FindTransaction(const TransactionId& id);
  void Remove(const std::function<bool(const CandidatePair&)>& which);
  void Clear() { pairs_.clear(); }

  /// Orders anew for another role of ours, and takes back the checks that claim the old one.
  void SetRole(Role role);
  /// Puts this pair's check before all others.
  void Trigger(CandidatePair& pair, base::Time now);
  /// Stops the checks of all other pairs.
  void FreezeOthers(const base::Path& nominated);
  /// Has every pair checked again.
  void Thaw();

  const CandidatePair* BestSucceeded() const;
  bool HasBetterPending(const CandidatePair& pair) const;
  /// The pair whose check is to be sent now, or null.
  CandidatePair* NextToSend(base::Time now);
  /// When NextToSend() will give one; may have passed; kNever if there is none.
  base::Time NextDue() const;
  /// The pair's check, made if there is none on its way, with this transmission counted.
  const Transaction& Transmit(CandidatePair& pair, base::Random& random, base::Time now);

 private:
  void Sort();

  std::vector<CandidatePair> pairs_;
};

}  // namespace plaza::ice
