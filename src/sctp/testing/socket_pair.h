// Two sockets joined by simulated links, driven by a fake clock.
#pragma once

#include <functional>
#include <string>

#include "base/time.h"
#include "netsim/link.h"
#include "sctp/testing/endpoint.h"

namespace plaza::sctp::testing {

struct PairOptions {
  netsim::LinkConditions up;    ///< client to server
  netsim::LinkConditions down;  ///< server to client
  uint64_t seed = 1;
  Options client;  ///< `dtls_client` is set
  Options server;
};

class SocketPair {
 public:
  explicit SocketPair(PairOptions options = {});

  /// The client connects; runs until both are connected.
  bool Connect(base::Duration limit = std::chrono::seconds(30));
  /// Moves packets and time on.
  void Run(base::Duration span);
  /// Until `done` or `limit` has passed; gives whether it is done.
  bool RunUntil(const std::function<bool()>& done, base::Duration limit = std::chrono::seconds(60));
  /// The client opens a channel; runs until the server has it.
  ChannelId Open(const ChannelConfig& config);
  base::Status Send(Endpoint& from, ChannelId channel, const std::string& message) {
    return from.socket->Send(channel, MessageKind::kBinary, base::AsBytes(message), now());
  }

  base::Time now() const { return clock.Now(); }

  base::FakeClock clock;
  netsim::Link up;
  netsim::Link down;
  Endpoint client;
  Endpoint server;
  /// Sees each packet that is sent; true: it is lost.
  std::function<bool(bool from_client, base::ByteView packet)> tap;

 private:
  bool Step(base::Time limit);
  void Carry(Endpoint& from, netsim::Link& link);
  void Deliver(netsim::Link& link, Endpoint& to);

  int steps_at_once_ = 0;
};

}  // namespace plaza::sctp::testing
