#include "net/internal/framed_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace plaza::net {
namespace {

/// Bytes that wait in the kernel unsent: the queue of this process is the one that drops.
constexpr int kKernelQueue = 32 << 10;
constexpr size_t kReadSize = 64 << 10;
/// A queue that was long gives its memory back.
constexpr size_t kKeptCapacity = 32 << 10;

bool IsMedia(uint8_t first) { return first >= 128 && first <= 191; }

}  // namespace

FramedConnection::FramedConnection(EventLoop& loop, UniqueFd fd, const base::Path& path,
                                   const FramedTcpOptions& options, FramedTcpCounters& counters)
    : opened(loop.Now()),
      heard(opened),
      loop_(loop),
      fd_(std::move(fd)),
      watch_(loop, fd_.get()),
      path_(path),
      options_(options),
      counters_(counters) {
  const int on = 1;
  setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd_.get(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kKernelQueue, sizeof kKernelQueue);
}

bool FramedConnection::Read(base::PacketPool& pool, std::vector<ReceivedDatagram>& frames) {
  static thread_local std::array<uint8_t, kReadSize> buffer;
  const ssize_t count = recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (count <= 0) return false;
  heard = loop_.Now();
  const auto size = static_cast<size_t>(count);
  const bool legal = reader_.Feed({buffer.data(), size}, pool, [&](base::PacketBuffer frame) {
    ++counters_.received_packets;
    counters_.received_bytes += frame.size();
    frames.push_back({std::move(frame), path_, heard});
  });
  if (!legal) ++counters_.closed_malformed;
  return legal;
}

std::span<uint8_t> FramedConnection::Begin(size_t capacity) {
  if (queued() + kFrameHeaderSize + capacity > options_.max_queued_bytes + FramedTcp::kReserve) {
    ++counters_.dropped_queue_full;
    return {};
  }
  begun_ = queue_.size();
  queue_.resize(begun_ + kFrameHeaderSize + capacity);
  return {queue_.data() + begun_ + kFrameHeaderSize, capacity};
}

void FramedConnection::Commit(size_t size) {
  const size_t end = size > 0 ? begun_ + kFrameHeaderSize + size : begun_;
  const bool media = size > 0 && IsMedia(queue_[begun_ + kFrameHeaderSize]);
  queue_.resize(end);
  if (size == 0) return;
  if (media && queued() > options_.max_queued_bytes) {
    ++counters_.dropped_queue_full;
    queue_.resize(begun_);
    return;
  }
  base::StoreU16(queue_.data() + begun_, static_cast<uint16_t>(size));
  ++counters_.sent_packets;
  counters_.sent_bytes += size;
}

void FramedConnection::Flush() {
  while (queued() > 0) {
    const ssize_t count =
        send(fd_.get(), queue_.data() + sent_, queued(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      // An end of the connection is told by the next read.
      if (errno == EAGAIN && !std::exchange(blocked_, true)) watch_.OnWritable([this] { Flush(); });
      // What has left goes, so that the queue does not grow at its front.
      queue_.erase(queue_.begin(), queue_.begin() + static_cast<ptrdiff_t>(sent_));
      sent_ = 0;
      return;
    }
    sent_ += static_cast<size_t>(count);
  }
  if (std::exchange(blocked_, false)) watch_.OnWritable({});
  queue_.clear();
  sent_ = 0;
  if (queue_.capacity() > kKeptCapacity) queue_.shrink_to_fit();
}

}  // namespace plaza::net
