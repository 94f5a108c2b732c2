// One UDP address in front of another, with a simulated link between them.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "base/packet_buffer.h"
#include "base/result.h"
#include "net/event_loop.h"
#include "net/udp_socket.h"
#include "netsim/link.h"

namespace plaza::tools {

/// What passes from clients to the target is `up`, the other way `down`. Clients share the link, as
/// behind one router; each gets a port of its own towards the target, which answers there.
class UdpRelay {
 public:
  /// Clients at a time; the datagrams of a further one are dropped.
  static constexpr size_t kMaxFlows = 1024;

  static base::Result<std::unique_ptr<UdpRelay>> Listen(net::EventLoop& loop,
                                                        const base::SocketAddress& listen,
                                                        const base::SocketAddress& target,
                                                        uint64_t seed);

  void SetUp(const netsim::LinkConditions& conditions) { up_.SetConditions(conditions); }
  void SetDown(const netsim::LinkConditions& conditions) { down_.SetConditions(conditions); }
  /// While cut, nothing passes.
  void SetCut(bool cut) { cut_ = cut; }
  /// As a router that lost its table: each client gets another port towards the target, and what
  /// comes to the port before is lost.
  base::Status Forget();
  const netsim::LinkStats& up_stats() const { return up_.stats(); }
  const base::SocketAddress& local() const { return socket_->local(); }

 private:
  struct Flow {
    base::Path client;  // as seen on the listening socket
    std::unique_ptr<net::UdpSocket> socket;
  };

  UdpRelay(net::EventLoop& loop, const base::SocketAddress& target, uint64_t seed);
  void FromClients(std::span<net::ReceivedDatagram> batch);
  Flow* FlowOf(const base::Path& client);
  base::Result<std::unique_ptr<net::UdpSocket>> OpenSocket(size_t flow);
  void Deliver();

  net::EventLoop& loop_;
  base::SocketAddress target_;
  base::PacketPool pool_;
  netsim::Link up_;
  netsim::Link down_;
  bool cut_ = false;
  std::unique_ptr<net::UdpSocket> socket_;
  std::unordered_map<base::SocketAddress, size_t> flow_by_client_;
  std::vector<Flow> flows_;
  net::Timer timer_;
};

}  // namespace plaza::tools
