// A TURN server (RFC 8656) without sockets: clients' messages in, and what they relay handed over
// in process. Relays to a fixed set of addresses of our own and to nowhere else.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "base/socket_address.h"
#include "base/time.h"
#include "base/units.h"

namespace plaza::turn {

struct ServerConfig {
  std::string realm = "plaza";
  std::string secret;  ///< of credentials and nonces, fit for keys
  /// Whom clients may reach. Relayed addresses have the hosts of these, with ports that nothing is
  /// bound to: what comes to them comes in process.
  std::vector<base::SocketAddress> peers;
  size_t max_allocations = 1000;
  size_t max_allocations_per_user = 12;
  /// Of one allocation, each way; what is beyond is dropped.
  base::DataRate max_rate = base::DataRate::KilobitsPerSecond(20'000);
  /// Answers over UDP to who has not proven themself: any address may be the victim of a forger.
  size_t max_challenges_per_second = 200;
};

struct ServerCounters {
  uint64_t allocations = 0;          ///< made
  uint64_t refused_quota = 0;        ///< 486
  uint64_t refused_capacity = 0;     ///< 508
  uint64_t refused_credentials = 0;  ///< wrong, expired or stale ones
  uint64_t refused_forbidden = 0;    ///< 403
  uint64_t refused_other = 0;
  uint64_t challenges = 0;             ///< 400, 401 and 438 to who has not proven themself
  uint64_t challenges_suppressed = 0;  ///< over max_challenges_per_second
  uint64_t relayed_in = 0;             ///< datagrams from clients
  uint64_t relayed_in_bytes = 0;
  uint64_t relayed_out = 0;
  uint64_t relayed_out_bytes = 0;
  uint64_t dropped_rate = 0;
  uint64_t dropped_no_permission = 0;  ///< no allocation, permission or channel, or no peer of ours
  uint64_t dropped_malformed = 0;
};

/// What the server says to its owner; called from within its functions, and must not call back.
class ServerObserver {
 public:
  virtual ~ServerObserver() = default;
  /// A datagram for a peer. The path is as the peer sees it: local is the peer's address, remote
  /// the client's relayed one, the protocol kRelayed.
  virtual void OnRelayed(const base::Path& path, base::ByteView data) = 0;
  /// The allocation behind a path on which something was relayed has ended.
  virtual void OnPathEnded(const base::Path& path) = 0;
};

/// Clients are told apart by path (the 5-tuple). Belongs to one thread.
class Server {
 public:
  /// The references outlive the server; `to_clients` gets what goes to clients, by their paths.
  Server(ServerConfig config, base::Random& random, ServerObserver& observer,
         base::DatagramSink& to_clients);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// One message of a client, STUN or ChannelData; anything is safe to pass.
  void HandleMessage(base::ByteView message, const base::Path& client, base::Time now,
                     base::WallTime wall);
  /// The client's connection is gone.
  void RemoveClient(const base::Path& client);
  /// A datagram of a peer, on a path of OnRelayed().
  void SendToClient(const base::Path& path, base::ByteView data, base::Time now);

  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);

  bool HasAllocation(const base::Path& client) const;
  size_t allocation_count() const;
  const ServerCounters& counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace plaza::turn
