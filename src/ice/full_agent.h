// A full ICE agent (RFC 8445, trickle by RFC 8838): the native client's end, controlling by
// default, and either end in tests.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/random.h"
#include "ice/agent.h"
#include "ice/candidate.h"
#include "ice/internal/check_list.h"
#include "ice/internal/consent.h"
#include "ice/internal/responder.h"

namespace plaza::ice {

inline constexpr size_t kMaxLocalAddresses = 16;
inline constexpr size_t kMaxRemoteCandidates = 64;
/// Paths on which the peer proved itself that one full agent keeps.
inline constexpr size_t kMaxFullPaths = 32;
/// How long after the first success a better pair is waited for before the best is nominated.
inline constexpr base::Duration kNominationPatience = std::chrono::milliseconds(200);

/// Pairs every local address with every remote candidate, checks the pairs at kPacing, uses the
/// first that works at once and nominates the best that works shortly after. When the selected pair
/// falls silent, all are checked again. kFailed is left only by Restart(). Beside the functions of
/// Agent it has those by which its owner tells of addresses; after them the next deadline may be
/// now.
class FullAgent final : public Agent {
 public:
  /// `observer` and `random` (fit for keys) must outlive the agent.
  FullAgent(Role role, const Credentials& local, base::Random& random, AgentObserver& observer,
            base::Time now);

  /// An address that the owner receives on, as it appears in Path::local. UDP only. Those added
  /// first are preferred. An Error beyond kMaxLocalAddresses.
  base::Status AddLocalAddress(const base::SocketAddress& address, base::Time now);
  /// The address is gone: its paths die.
  void RemoveLocalAddress(const base::SocketAddress& address, base::Time now);
  /// A candidate of the peer, at any time (trickle); after a Restart() all of them anew. Those not
  /// usable(), of TCP or of another generation are ignored. An Error beyond kMaxRemoteCandidates.
  base::Status AddRemoteCandidate(const Candidate& candidate, base::Time now);
  /// A connection that the owner made to a TCP candidate of the peer; its end is RemovePath(). It
  /// is used when no datagram gets through.
  void AddConnection(const base::Path& path, base::Time now);
  Role role() const { return role_; }

  void HandleStun(base::ByteView datagram, const base::Path& path, base::Time now,
                  base::DatagramSink& sink) override;
  base::Time NextDeadline() const override;
  void HandleTimeout(base::Time now, base::DatagramSink& sink) override;
  void SetRemoteCredentials(const Credentials& remote, base::Time now) override;
  void Restart(const Credentials& local, base::Time now) override;
  void RemovePath(const base::Path& path, base::Time now) override;
  AgentState state() const override { return state_; }
  const base::Path* selected_path() const override;
  const Credentials& local_credentials() const override { return local_; }
  const Credentials& remote_credentials() const override { return remote_; }
  const AgentStats& stats() const override { return stats_; }

 private:
  /// The pair in use. It has its own credentials: after a restart it lives on with the old ones.
  struct Selection {
    base::Path path;
    Credentials local;
    Credentials remote;
    Consent consent;
    bool nominated = false;

    bool IsFresh(base::Time now) const { return now < consent.confirmed() + kDisconnectedAfter; }
    base::Time expiry() const { return consent.confirmed() + kConsentTimeout; }
  };
  using PathPredicate = std::function<bool(const base::Path&)>;

  // Pairs and paths.
  uint32_t LocalPriority(const base::Path& path, CandidateType type) const;
  CandidatePair* AddPair(const base::Path& path, uint32_t remote_priority);
  void AddPath(const base::Path& path);
  void RemovePaths(const PathPredicate& which, base::Time now);

  // What becomes of pairs.
  void Succeed(CandidatePair& pair, base::Time now);
  void Select(const CandidatePair& pair, base::Time now);
  /// When to begin to nominate the best pair that works: once none better is to be expected.
  base::Time NominationTime() const;
  void Nominate(base::Time now);
  void FinishNomination(const CandidatePair& pair, base::Time now);
  /// Has all pairs checked, and one of them nominated, again.
  void StartOver();
  void SwitchRole(Role role);
  /// The peer says that the role is its own.
  void YieldRole();
  void UpdateState(base::Time now);

  // What comes in.
  void HandleRequest(const Inbound& request, base::Time now, base::DatagramSink& sink);
  /// False when the conflict is the peer's to solve.
  bool SolveRoleConflict(const StunMessage& request);
  void HandleResponse(const StunMessage& response, const base::Path& path, base::Time now);
  void HandleCheckError(const StunMessage& response, CandidatePair& pair, base::Time now);
  void HandleConsentResponse(const StunMessage& response, base::Time now);
  bool IsAuthentic(const StunMessage& response, const Credentials& remote);

  // What goes out.
  void SendCheck(base::Time now, base::DatagramSink& sink);
  void SendConsentCheck(base::Time now, base::DatagramSink& sink);

  AgentObserver& observer_;
  base::Random& random_;
  Role role_;
  uint64_t tie_breaker_;
  Credentials local_;
  Credentials remote_;  ///< empty until they are known
  std::vector<base::SocketAddress> local_addresses_;
  std::vector<Candidate> remote_candidates_;
  CheckList checks_;
  std::vector<base::Path> paths_;  ///< on which the peer proved itself
  std::optional<Selection> selection_;
  std::optional<base::Time> first_success_;  ///< since the checks began, or began again
  std::optional<base::Path> nominating_;
  bool nominated_ = false;
  base::Time next_check_;  ///< not before, for pacing
  base::Time last_alive_;  ///< beginning, restart, or when the last selection was confirmed
  bool was_connected_ = false;
  AgentState state_ = AgentState::kChecking;
  AgentStats stats_;
};

}  // namespace plaza::ice
