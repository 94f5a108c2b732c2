// ICE lite (RFC 8445 sections 2.5, 6.1.1, 7.3), the server's end: answers the peer's checks and
// follows its nominations; sends one of its own only where the peer seems to have moved.
#pragma once

#include <optional>
#include <vector>

#include "ice/agent.h"
#include "ice/stun_message.h"

namespace plaza::ice {

/// Paths that one lite agent keeps. Beyond it the one not heard from for longest goes, but never
/// the selected one.
inline constexpr size_t kMaxLitePaths = 16;
/// A peer that nominates several paths at once (aggressive nomination, RFC 5245) means the one of
/// highest priority: within this time of its nomination the selected path yields only to a path of
/// the same or higher priority. After it the latest nomination wins.
inline constexpr base::Duration kNominationSettling = std::chrono::milliseconds(400);

/// Always controlled. Any path on which an authenticated request comes is valid, whatever address
/// it comes from, as long as requests go on coming (consent, RFC 7675). The first valid path is
/// used at once; then the one with the latest USE-CANDIDATE; when it falls silent, the best of the
/// rest. A failed agent recovers when the peer proves itself again.
class LiteAgent final : public Agent {
 public:
  /// `observer` must outlive the agent.
  LiteAgent(const Credentials& local, AgentObserver& observer, base::Time now);

  void HandleStun(base::ByteView datagram, const base::Path& path, base::Time now,
                  base::DatagramSink& sink) override;
  base::Time NextDeadline() const override;
  void HandleTimeout(base::Time now, base::DatagramSink& sink) override;
  void SetRemoteCredentials(const Credentials& remote, base::Time now) override;
  void Restart(const Credentials& local, base::Time now) override;
  void RemovePath(const base::Path& path, base::Time now) override;
  AgentState state() const override { return state_; }
  /// Media of the peer came on `path`, which is not valid: a router on the way may have given the
  /// peer another address, and it will not check for seconds. Asks for consent there (RFC 7675);
  /// the answer makes the path valid and selects it. One question is open at a time, the latest.
  void AskPath(const base::Path& path, const TransactionId& transaction, base::DatagramSink& sink);
  const base::Path* selected_path() const override;
  const Credentials& local_credentials() const override { return local_; }
  const Credentials& remote_credentials() const override { return remote_; }
  const AgentStats& stats() const override { return stats_; }

 private:
  struct ValidPath {
    base::Path path;
    uint32_t priority = 0;  ///< of the peer's candidate, as its latest request says
    base::Time last_request;
    std::optional<base::Time> last_nomination;

    bool IsFresh(base::Time now) const { return now < last_request + kDisconnectedAfter; }
  };

  ValidPath* Find(const base::Path& path);
  ValidPath* Selected() { return selected_ ? Find(*selected_) : nullptr; }
  ValidPath& FindOrAdd(const base::Path& path, base::Time now);
  struct Question {
    TransactionId transaction;
    base::Path path;
  };

  void HandleAnswer(const StunMessage& answer, const base::Path& path, base::Time now);
  /// An authenticated request came on `path`.
  void Hear(const StunMessage& request, const base::Path& path, base::Time now);
  /// The peer uses the credentials of the restart: those before, and their nominations, are void.
  void ForgetPrevious();
  void Remove(const base::Path& path);
  void RemoveDead(base::Time now);
  void Select(const base::Path& path);
  /// Chooses another path when there is none selected, or it is silent and another is not.
  void FallBack(base::Time now);
  void UpdateState(base::Time now);

  AgentObserver& observer_;
  Credentials local_;
  Credentials remote_;
  std::optional<Credentials> previous_;  ///< after a restart, while none used the new ones
  std::vector<ValidPath> paths_;
  std::optional<base::Path> selected_;  ///< one of paths_
  std::optional<Question> question_;
  bool was_connected_ = false;
  base::Time last_alive_;  ///< the latest request, restart or beginning
  AgentState state_ = AgentState::kChecking;
  AgentStats stats_;
};

}  // namespace plaza::ice
