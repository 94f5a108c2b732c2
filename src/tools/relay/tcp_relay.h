// One TCP address in front of another, with a simulated link between them.
#pragma once

#include <list>
#include <memory>

#include "base/result.h"
#include "base/socket_address.h"
#include "net/event_loop.h"
#include "netsim/link.h"

namespace plaza::tools {

class TcpConnection;

class TcpRelay {
 public:
  /// Connections at a time, forgotten ones included; further ones are closed at once.
  static constexpr size_t kMaxConnections = 1024;

  static base::Result<std::unique_ptr<TcpRelay>> Listen(net::EventLoop& loop,
                                                        const base::SocketAddress& listen,
                                                        const base::SocketAddress& target,
                                                        uint64_t seed);
  ~TcpRelay();

  void SetUp(const netsim::LinkConditions& conditions);
  void SetDown(const netsim::LinkConditions& conditions);
  /// While cut, connections are reset: the open ones and all new ones.
  void SetCut(bool cut);
  /// While stalled, nothing passes and nobody is told; healed, what was said meanwhile arrives.
  void SetStalled(bool stalled);
  /// As a router that lost its table: what is open now stays silent for ever, new connections work.
  void Forget();
  const base::SocketAddress& local() const { return local_; }
  /// Those that are open and not forgotten.
  size_t connections() const { return connections_.size(); }

 private:
  friend class TcpConnection;
  TcpRelay(net::EventLoop& loop, const base::SocketAddress& target, uint64_t seed);
  void Accept();
  void Remove(TcpConnection* connection);

  net::EventLoop& loop_;
  base::SocketAddress target_;
  base::SocketAddress local_;
  uint64_t seed_;
  netsim::LinkConditions up_;
  netsim::LinkConditions down_;
  bool cut_ = false;
  bool stalled_ = false;
  int fd_ = -1;
  std::unique_ptr<net::FdWatch> watch_;
  std::list<std::unique_ptr<TcpConnection>> connections_;
  std::list<std::unique_ptr<TcpConnection>> forgotten_;
};

}  // namespace plaza::tools
