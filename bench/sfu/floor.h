// The least that forwarding costs: one thread that receives packets, encrypts each for every
// receiver and sends it. No peers, no tracks, no feedback.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "base/packet_buffer.h"
#include "base/result.h"
#include "base/socket_address.h"
#include "client/config.h"
#include "net/event_loop.h"
#include "net/udp_socket.h"

namespace plaza::bench {

/// The forwarding thread.
class FloorThread {
 public:
  explicit FloorThread(std::vector<base::SocketAddress> receivers);
  ~FloorThread();
  FloorThread(const FloorThread&) = delete;
  FloorThread& operator=(const FloorThread&) = delete;

  /// Where packets are to be sent; once the thread runs.
  const base::SocketAddress& address() const { return address_; }
  pid_t thread_id() const { return thread_id_; }

 private:
  void Run();

  std::vector<base::SocketAddress> receivers_;
  base::SocketAddress address_;
  std::atomic<pid_t> thread_id_{0};
  net::EventLoop loop_;
  std::thread thread_;
};

/// Sends packets of the sizes and at the moments of a video pattern to a FloorThread, and counts
/// what its receivers get. Runs on the caller's loop.
class FloorLoad {
 public:
  FloorLoad(net::EventLoop& loop, int receivers, const client::VideoPattern& video);

  pid_t thread_id() const { return forwarder_->thread_id(); }
  uint64_t packets() const { return packets_; }
  uint64_t bytes() const { return bytes_; }

 private:
  void SendFrame();

  net::EventLoop& loop_;
  client::VideoPattern video_;
  base::PacketPool pool_;
  uint64_t packets_ = 0;
  uint64_t bytes_ = 0;
  std::unique_ptr<net::UdpSocket> source_;
  std::vector<std::unique_ptr<net::UdpSocket>> receivers_;
  std::unique_ptr<FloorThread> forwarder_;
  uint16_t sequence_number_ = 0;
  int64_t frame_ = 0;
  base::Time start_;
  net::Timer timer_;
};

}  // namespace plaza::bench
