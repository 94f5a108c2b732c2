// What the two ICE agents, lite and full, have in common: the interface that peers are built on.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/socket_address.h"
#include "base/time.h"
#include "ice/credentials.h"

namespace plaza::ice {

/// An agent that finds no path within this time after it began, or after its last path died, fails.
/// A path on which nothing authenticated came for this time is dead (RFC 7675 section 5.1).
inline constexpr base::Duration kConsentTimeout = std::chrono::seconds(30);
/// A selected path that is silent for this time counts as disconnected: the longest pause between
/// the consent checks of RFC 7675 (6 s) and time for some more checks to get through.
inline constexpr base::Duration kDisconnectedAfter = std::chrono::seconds(8);

/// Which end nominates (RFC 8445 section 4).
enum class Role : uint8_t { kControlling, kControlled };

enum class AgentState : uint8_t {
  kChecking,      ///< no path yet
  kConnected,     ///< there is a selected path and it was heard from recently
  kDisconnected,  ///< the selected path is silent for kDisconnectedAfter, or gone; may come back
  kFailed,        ///< no path for kConsentTimeout; see the agents for what leads out of it
};
const char* ToString(AgentState state);

/// What the owner of an agent hears from it. Calls come from within the agent's own functions; the
/// agent may be asked things from here, but not be changed or destroyed.
class AgentObserver {
 public:
  virtual ~AgentObserver() = default;
  /// The peer has proven itself on this path: datagrams that come on it are of this agent's peer.
  virtual void OnIcePathAdded(const base::Path& path) = 0;
  /// This path is dead, or made room for others. Comes before the choice of another.
  virtual void OnIcePathRemoved(const base::Path& path) = 0;
  /// Send everything on this path from now on. It was announced by OnIcePathAdded() before.
  virtual void OnIcePathSelected(const base::Path& path) = 0;
  virtual void OnIceStateChanged(AgentState state) = 0;
};

/// Counts of what an agent saw. The sum over agents is what operators watch.
struct AgentStats {
  uint64_t requests_accepted = 0;      ///< authenticated and answered with success
  uint64_t responses_accepted = 0;     ///< success responses to our own checks
  uint64_t malformed = 0;              ///< not STUN, a broken attribute or a wrong fingerprint
  uint64_t unauthenticated = 0;        ///< requests without username or integrity (400)
  uint64_t wrong_username = 0;         ///< not for our username fragment (401)
  uint64_t wrong_integrity = 0;        ///< requests (401), responses
  uint64_t unknown_attributes = 0;     ///< comprehension-required and not known (420)
  uint64_t role_conflicts = 0;         ///< 487 sent or received
  uint64_t unmatched_responses = 0;    ///< to nothing that we asked, or from elsewhere than asked
  uint64_t error_responses = 0;        ///< received, other than 487
  uint64_t amplification_avoided = 0;  ///< errors not sent: longer than the unproven request
  uint64_t paths_evicted = 0;          ///< to stay within the limit of paths
};

/// One end of ICE for one component (RTP and RTCP are multiplexed, everything is bundled). Does no
/// I/O: takes datagrams and the time, gives datagrams, events and the next deadline. Belongs to one
/// thread.
class Agent {
 public:
  virtual ~Agent() = default;

  /// One datagram for which IsStun() is true, as it came on `path`. Anything is safe to pass.
  virtual void HandleStun(base::ByteView datagram, const base::Path& path, base::Time now,
                          base::DatagramSink& sink) = 0;
  /// When HandleTimeout() wants to be called; may have changed after any other call. A time that
  /// has passed means now.
  virtual base::Time NextDeadline() const = 0;
  virtual void HandleTimeout(base::Time now, base::DatagramSink& sink) = 0;

  /// The peer's credentials, of the first description or of the one that answers a Restart().
  virtual void SetRemoteCredentials(const Credentials& remote, base::Time now) = 0;
  /// ICE restart (RFC 8445 section 9) with new local credentials. The selected path stays in use,
  /// and is kept alive with the old credentials, until the first check with the new ones succeeds.
  /// SetRemoteCredentials() must follow.
  virtual void Restart(const Credentials& local, base::Time now) = 0;
  /// The connection or socket under this path is gone.
  virtual void RemovePath(const base::Path& path, base::Time now) = 0;

  virtual AgentState state() const = 0;
  /// Where to send; null when there is no live path. Valid until the agent is changed.
  virtual const base::Path* selected_path() const = 0;
  virtual const Credentials& local_credentials() const = 0;
  virtual const Credentials& remote_credentials() const = 0;
  virtual const AgentStats& stats() const = 0;
};

}  // namespace plaza::ice
