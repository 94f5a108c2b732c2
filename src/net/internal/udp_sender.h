// Sends batches through a UDP socket with as few system calls as possible.
#pragma once

#include <sys/socket.h>

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/socket_address.h"
#include "net/event_loop.h"
#include "net/internal/send_batch.h"
#include "net/internal/sockaddr.h"
#include "net/udp_socket.h"

namespace plaza::net {

/// One batch is filled while another one may wait for a full socket.
class UdpSender {
 public:
  /// As sendmmsg(2), for the socket: the number of messages sent, or -1 and errno.
  using SendMessages = std::function<int(mmsghdr* messages, unsigned count)>;

  /// `watch` is the socket's and outlives this; `local` is what it is bound to.
  UdpSender(SendMessages send, FdWatch& watch, const base::SocketAddress& local, bool gso,
            size_t batch_bytes, UdpCounters& counters);
  ~UdpSender();

  std::span<uint8_t> Begin(const base::Path& path, size_t capacity);
  void Commit(size_t size);
  void Flush();

 private:
  static constexpr size_t kMessagesPerCall = 128;
  struct Chunk;

  bool Reachable(const base::Path& path) const;
  /// Sends what is left of `leaving_`; false if the socket is full.
  bool SendRuns();
  size_t FillChunk();
  void FillMessage(size_t index, const SendRun& run);
  void AddControl(msghdr& header, size_t index, const SendRun& run);
  void OnSendError(int error);
  void CountSent(size_t runs);

  const SendMessages send_;
  FdWatch& watch_;
  const base::SocketAddress local_;
  const int family_;
  bool gso_;
  UdpCounters& counters_;

  std::unique_ptr<SendBatch> staging_;
  std::unique_ptr<SendBatch> leaving_;
  std::vector<SendRun> runs_;  ///< of leaving_
  size_t next_run_ = 0;
  bool blocked_ = false;
  std::unique_ptr<Chunk> chunk_;
};

}  // namespace plaza::net
