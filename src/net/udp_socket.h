// A UDP socket that receives and sends in batches: recvmmsg into pooled buffers, sendmmsg of GSO
// runs.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/packet_buffer.h"
#include "base/result.h"
#include "base/socket_address.h"
#include "base/time.h"
#include "net/event_loop.h"

namespace plaza::net {

struct UdpOptions {
  /// Asked of the kernel, in bytes; beyond its limits only for root. The socket works with less.
  int receive_buffer = 8 << 20;
  int send_buffer = 8 << 20;
  /// Send runs of equal datagrams to one destination as one (UDP_SEGMENT), where the kernel can.
  bool gso = true;
  /// Take such runs in one piece (UDP_GRO) and split them here.
  bool gro = true;
  /// Bytes that may wait for the end of the turn, and as many again for a socket that is full; what
  /// is beyond is dropped and counted.
  size_t send_batch_bytes = 1 << 20;
};

struct UdpCounters {
  uint64_t received_packets = 0;
  uint64_t received_bytes = 0;
  uint64_t receive_calls = 0;      ///< recvmmsg calls that returned something
  uint64_t dropped_oversized = 0;  ///< larger than base::kPacketCapacity
  uint64_t dropped_no_buffer = 0;  ///< received while the pool was exhausted
  uint64_t sent_packets = 0;
  uint64_t sent_bytes = 0;
  uint64_t sent_messages = 0;       ///< GSO runs count once
  uint64_t send_calls = 0;          ///< sendmmsg calls
  uint64_t send_blocked = 0;        ///< times the socket's buffer was full
  uint64_t dropped_batch_full = 0;  ///< while the socket was full
  uint64_t dropped_send_error = 0;  ///< refused by the kernel: no route, firewall, too long
  uint64_t dropped_bad_path = 0;    ///< not UDP, no port, or IPv6 from an IPv4 socket
  uint64_t gso_fallbacks = 0;       ///< runs that had to be sent one by one
};

struct ReceivedDatagram {
  base::PacketBuffer buffer;  ///< may be moved out
  base::Path path;     ///< the local address is the one that it was sent to, also on a wildcard
  base::Time arrival;  ///< the loop's time of the receiving call
};

/// Belongs to its loop's thread. What is written by Begin() and Commit() leaves at the end of the
/// loop's turn: grouped by path, so that several datagrams for one receiver leave as one, in one
/// system call for all receivers. The order of datagrams of one path is kept. Begin() takes at most
/// 65,507 bytes.
class UdpSocket final : public base::DatagramSink {
 public:
  /// Takes one batch; the datagrams are gone when it returns, but for the buffers kept by it.
  using OnReceive = std::function<void(std::span<ReceivedDatagram>)>;

  /// Binds to `address`; port 0 takes a free one. "::" takes IPv4 as well. An error is one line
  /// that names the address. `pool` belongs to the loop's thread and outlives the socket.
  static base::Result<std::unique_ptr<UdpSocket>> Bind(EventLoop& loop,
                                                       const base::SocketAddress& address,
                                                       base::PacketPool& pool, OnReceive on_receive,
                                                       const UdpOptions& options = {});
  ~UdpSocket() override;

  std::span<uint8_t> Begin(const base::Path& path, size_t capacity) override;
  void Commit(size_t size) override;
  /// Sends what was committed, now. The loop's turns end with it.
  void Flush();

  /// With the port that was taken.
  const base::SocketAddress& local() const;
  const UdpCounters& counters() const;

 private:
  class Impl;
  explicit UdpSocket(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace plaza::net
