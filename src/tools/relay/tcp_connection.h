// One relayed TCP connection: two sockets and the two directions between them.
#pragma once

#include <functional>
#include <memory>

#include "base/bytes.h"
#include "net/event_loop.h"
#include "netsim/link.h"

namespace plaza::tools {

/// What one socket says on its way to the other.
class TcpDirection {
 public:
  TcpDirection(net::EventLoop& loop, int from, int to, uint64_t seed,
               std::function<void()> on_broken);

  netsim::Link& link() { return link_; }
  /// `from` may have something to read.
  void Read();
  /// Writes what has arrived, as far as `to` takes it.
  void Write();
  /// Whether Read() would take something now, and Write() has something left.
  bool wants_read() const;
  bool wants_write() const { return !stalled_ && written_ < pending_.size(); }
  /// While stalled nothing is read or written; what is under way waits.
  void SetStalled(bool stalled);
  /// All was said, and passed on.
  bool finished() const { return finished_; }
  void OnChange(std::function<void()> callback) { on_change_ = std::move(callback); }

 private:
  static constexpr size_t kMaxPending = 256 * 1024;
  void Arrive();

  net::EventLoop& loop_;
  int from_;
  int to_;
  netsim::Link link_;
  base::Bytes pending_;  // arrived, not yet written
  size_t written_ = 0;
  bool stalled_ = false;
  bool ended_ = false;  // `from` said its last
  bool finished_ = false;
  std::function<void()> on_broken_;
  std::function<void()> on_change_;
  net::Timer timer_;
};

/// A socket that is reset when it goes.
class TcpSocket {
 public:
  explicit TcpSocket(int fd) : fd_(fd) {}
  ~TcpSocket();
  TcpSocket(const TcpSocket&) = delete;
  TcpSocket& operator=(const TcpSocket&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

class TcpConnection {
 public:
  /// Owns both sockets. `on_end` is called once, later, when the connection is over.
  TcpConnection(net::EventLoop& loop, int client, int target, uint64_t seed,
                std::function<void()> on_end);

  netsim::Link& up() { return up_.link(); }
  netsim::Link& down() { return down_.link(); }
  /// While stalled nothing passes, and neither side is told. Later all of it does.
  void SetStalled(bool stalled);

 private:
  void Rewatch();
  void End();

  net::EventLoop& loop_;
  TcpSocket client_;
  TcpSocket target_;
  std::function<void()> on_end_;
  bool ended_ = false;
  TcpDirection up_;
  TcpDirection down_;
  net::FdWatch client_watch_;
  net::FdWatch target_watch_;
  net::Timer end_timer_;
};

}  // namespace plaza::tools
