// The sockets of one media worker: UDP and framed TCP on each address that it listens on.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/packet_buffer.h"
#include "base/result.h"
#include "base/socket_address.h"
#include "net/event_loop.h"
#include "net/framed_tcp.h"
#include "net/udp_socket.h"

namespace plaza::app {

struct WorkerSocketCounters {
  net::UdpCounters udp;
  net::FramedTcpCounters tcp;
  size_t tcp_connections = 0;
};

/// What is received goes to one owner, whatever socket it came on; what is sent leaves by the
/// socket that the path's local address belongs to. Belongs to the worker's thread.
class WorkerSockets final : public base::DatagramSink {
 public:
  /// Port 0 takes one that is free for UDP and TCP. `tcp.max_connections` 0: no TCP. An error is
  /// one line that names the address. `pool` and `owner` outlive the sockets.
  static base::Result<std::unique_ptr<WorkerSockets>> Open(
      net::EventLoop& loop, std::span<const base::SocketAddress> addresses, base::PacketPool& pool,
      net::FramedTcp::Owner& owner, const net::FramedTcpOptions& tcp);

  /// The peer under this path has proven itself, or is gone: TCP connections are kept, or closed.
  void Keep(const base::Path& path);
  void Drop(const base::Path& path);

  std::span<uint8_t> Begin(const base::Path& path, size_t capacity) override;
  void Commit(size_t size) override;

  /// In the order of the addresses, with the ports that were taken.
  std::vector<base::SocketAddress> local() const;
  WorkerSocketCounters counters() const;

 private:
  struct Pair {
    std::unique_ptr<net::UdpSocket> udp;
    std::unique_ptr<net::FramedTcp> tcp;  ///< null: no TCP
  };

  WorkerSockets() = default;
  static base::Result<Pair> OpenPair(net::EventLoop& loop, const base::SocketAddress& address,
                                     base::PacketPool& pool, net::FramedTcp::Owner& owner,
                                     const net::FramedTcpOptions& tcp);
  const Pair* Find(const base::SocketAddress& local) const;

  std::vector<Pair> pairs_;
  base::DatagramSink* writing_ = nullptr;
};

}  // namespace plaza::app
