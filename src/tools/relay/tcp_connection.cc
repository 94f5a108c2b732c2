#include "tools/relay/tcp_connection.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace plaza::tools {
namespace {

// So small that a link's delay and rate act on pieces as a network's do on segments.
constexpr size_t kSegment = 1400;

bool WouldBlock() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ENOTCONN ||
         errno == EINPROGRESS;
}

}  // namespace

TcpDirection::TcpDirection(net::EventLoop& loop, int from, int to, uint64_t seed,
                           std::function<void()> on_broken)
    : loop_(loop),
      from_(from),
      to_(to),
      link_({}, seed, netsim::LinkKind::kStream),
      on_broken_(std::move(on_broken)),
      timer_(loop, [this] { Arrive(); }) {}

bool TcpDirection::wants_read() const {
  return !stalled_ && !ended_ && pending_.size() - written_ < kMaxPending &&
         link_.queued_bytes(loop_.Now()) <= link_.conditions().queue_bytes;
}

void TcpDirection::Read() {
  uint8_t segment[kSegment];
  while (wants_read()) {
    const ssize_t n = recv(from_, segment, sizeof segment, 0);
    if (n > 0) {
      link_.Send({segment, static_cast<size_t>(n)}, loop_.Now());
    } else if (n == 0) {
      ended_ = true;
    } else if (WouldBlock()) {
      break;
    } else {
      return on_broken_();
    }
  }
  Arrive();
}

void TcpDirection::SetStalled(bool stalled) {
  stalled_ = stalled;
  Arrive();
}

void TcpDirection::Arrive() {
  if (stalled_) return timer_.Cancel();
  while (const auto arrival = link_.Receive(loop_.Now()))
    pending_.insert(pending_.end(), arrival->bytes.begin(), arrival->bytes.end());
  timer_.Set(link_.NextDeadline());
  Write();
}

void TcpDirection::Write() {
  if (stalled_) return;
  while (wants_write()) {
    const ssize_t n =
        send(to_, pending_.data() + written_, pending_.size() - written_, MSG_NOSIGNAL);
    if (n < 0 && WouldBlock()) break;
    if (n < 0) return on_broken_();
    written_ += static_cast<size_t>(n);
  }
  if (!wants_write()) {
    pending_.clear();
    written_ = 0;
    if (ended_ && link_.in_flight() == 0 && !finished_) {
      finished_ = true;
      shutdown(to_, SHUT_WR);
    }
  }
  if (on_change_) on_change_();
}

TcpConnection::TcpConnection(net::EventLoop& loop, int client, int target, uint64_t seed,
                             std::function<void()> on_end)
    : loop_(loop),
      client_(client),
      target_(target),
      on_end_(std::move(on_end)),
      up_(loop, client, target, seed, [this] { End(); }),
      down_(loop, target, client, seed + 1, [this] { End(); }),
      client_watch_(loop, client),
      target_watch_(loop, target),
      end_timer_(loop, [this] {
        const auto end = on_end_;  // destroys this
        end();
      }) {
  up_.OnChange([this] { Rewatch(); });
  down_.OnChange([this] { Rewatch(); });
  Rewatch();
}

TcpSocket::~TcpSocket() {
  const linger reset{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  close(fd_);
}

void TcpConnection::Rewatch() {
  if (ended_) return;
  if (up_.finished() && down_.finished()) return End();
  const auto watch = [](net::FdWatch& fd, TcpDirection& in, TcpDirection& out) {
    fd.OnReadable(in.wants_read() ? std::function<void()>([&in] { in.Read(); }) : nullptr);
    fd.OnWritable(out.wants_write() ? std::function<void()>([&out] { out.Write(); }) : nullptr);
  };
  watch(client_watch_, up_, down_);
  watch(target_watch_, down_, up_);
}

void TcpConnection::SetStalled(bool stalled) {
  up_.SetStalled(stalled);
  down_.SetStalled(stalled);
  Rewatch();
}

void TcpConnection::End() {
  if (ended_) return;
  ended_ = true;
  client_watch_.OnReadable(nullptr);
  client_watch_.OnWritable(nullptr);
  target_watch_.OnReadable(nullptr);
  target_watch_.OnWritable(nullptr);
  end_timer_.Set(loop_.Now());
}

}  // namespace plaza::tools
