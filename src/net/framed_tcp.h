// Datagrams over TCP connections that others make to us (RFC 4571, as ICE uses it in RFC 6544).
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
#include "net/udp_socket.h"

namespace plaza::net {

struct FramedTcpOptions {
  size_t max_connections = 1000;  ///< beyond, a new one is closed
  /// Connections whose sender is not proven; beyond, the oldest of them is closed.
  size_t max_unproven = 256;
  base::Duration prove_timeout = base::Seconds(5);
  /// Without a byte from the other side; a little more than ICE gives a silent path.
  base::Duration idle_timeout = base::Seconds(35);
  /// Bytes that may wait for a slow reader. What is media (RFC 7983) and doesn't fit is dropped;
  /// STUN and DTLS find kReserve more.
  size_t max_queued_bytes = 128 << 10;
};

struct FramedTcpCounters {
  uint64_t accepted = 0;
  uint64_t refused_full = 0;     ///< over max_connections
  uint64_t closed_stranger = 0;  ///< the first frame was not admitted, or was none
  uint64_t closed_unproven = 0;  ///< over prove_timeout or max_unproven
  uint64_t closed_idle = 0;
  uint64_t closed_malformed = 0;  ///< a frame too long
  uint64_t received_packets = 0;
  uint64_t received_bytes = 0;
  uint64_t sent_packets = 0;
  uint64_t sent_bytes = 0;
  uint64_t dropped_queue_full = 0;
  uint64_t dropped_no_connection = 0;
};

/// Listens, and is to its connections what a UdpSocket is to its paths: each connection is a path,
/// each frame a datagram. Belongs to its loop's thread. What is written by Begin() and Commit()
/// leaves at the end of the loop's turn; nothing ever waits for a slow reader.
class FramedTcp final : public base::DatagramSink {
 public:
  /// Room beyond FramedTcpOptions::max_queued_bytes for what is not media.
  static constexpr size_t kReserve = 16 << 10;

  class Owner {
   public:
    virtual ~Owner() = default;
    /// Whether to keep a connection whose first frame is this; it is delivered afterwards.
    virtual bool Admit(base::ByteView first_frame) = 0;
    /// As UdpSocket::OnReceive.
    virtual void OnDatagrams(std::span<ReceivedDatagram> datagrams) = 0;
    /// The other side, or a limit, ended a connection that had been admitted.
    virtual void OnConnectionClosed(const base::Path& path) = 0;
  };

  /// Binds to `address`; port 0 takes a free one, "::" takes IPv4 as well. An error is one line
  /// that names the address. `pool` and `owner` outlive it.
  static base::Result<std::unique_ptr<FramedTcp>> Listen(EventLoop& loop,
                                                         const base::SocketAddress& address,
                                                         base::PacketPool& pool, Owner& owner,
                                                         const FramedTcpOptions& options = {});
  ~FramedTcp() override;

  /// Its sender is who they say they are: only the idle time-out holds from now on.
  void Prove(const base::Path& path);
  /// Closes a connection once what is queued had its chance to leave, at the end of the turn.
  void Close(const base::Path& path);

  std::span<uint8_t> Begin(const base::Path& path, size_t capacity) override;
  void Commit(size_t size) override;

  /// With the port that was taken.
  const base::SocketAddress& local() const;
  const FramedTcpCounters& counters() const;
  size_t open_connections() const;

 private:
  class Impl;
  explicit FramedTcp(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace plaza::net
