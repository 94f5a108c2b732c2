// One TCP connection that carries frames: reading, and a bounded queue for writing.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/socket_address.h"
#include "base/time.h"
#include "net/event_loop.h"
#include "net/frame_reader.h"
#include "net/framed_tcp.h"
#include "net/internal/unique_fd.h"

namespace plaza::net {

class FramedConnection {
 public:
  FramedConnection(EventLoop& loop, UniqueFd fd, const base::Path& path,
                   const FramedTcpOptions& options, FramedTcpCounters& counters);

  /// Appends what is there to `frames`, one read's worth. False when the connection is at its end.
  bool Read(base::PacketPool& pool, std::vector<ReceivedDatagram>& frames);

  std::span<uint8_t> Begin(size_t capacity);
  void Commit(size_t size);
  /// Gives the kernel what it takes.
  void Flush();

  FdWatch& watch() { return watch_; }
  const base::Path& path() const { return path_; }

  const base::Time opened;
  base::Time heard;  ///< the last byte
  bool admitted = false;
  bool proven = false;
  bool closing = false;
  bool dirty = false;  ///< written to since the last flush

 private:
  size_t queued() const { return queue_.size() - sent_; }

  EventLoop& loop_;
  const UniqueFd fd_;
  FdWatch watch_;
  const base::Path path_;
  const FramedTcpOptions& options_;
  FramedTcpCounters& counters_;
  FrameReader reader_;
  std::vector<uint8_t> queue_;
  size_t sent_ = 0;   ///< bytes at the front of the queue that are gone
  size_t begun_ = 0;  ///< where the frame of Begin() starts
  bool blocked_ = false;
};

}  // namespace plaza::net
