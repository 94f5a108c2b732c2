// Joins the receiver, the sender and the loop.
#include "net/udp_socket.h"

#include <netinet/udp.h>

#include <cerrno>
#include <utility>

#include "net/internal/sockaddr.h"
#include "net/internal/udp_receiver.h"
#include "net/internal/udp_sender.h"
#include "net/internal/unique_fd.h"

namespace plaza::net {
namespace {

// A flood must not keep the loop from its timers.
constexpr int kMaxReceiveCallsPerTurn = 4;

bool SetInt(int fd, int level, int option, int value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

void SetBuffers(int fd, const UdpOptions& options) {
  if (!SetInt(fd, SOL_SOCKET, SO_RCVBUFFORCE, options.receive_buffer))
    SetInt(fd, SOL_SOCKET, SO_RCVBUF, options.receive_buffer);
  if (!SetInt(fd, SOL_SOCKET, SO_SNDBUFFORCE, options.send_buffer))
    SetInt(fd, SOL_SOCKET, SO_SNDBUF, options.send_buffer);
}

bool KernelHasGso(int fd) {
  int size = 0;
  socklen_t length = sizeof size;
  return getsockopt(fd, SOL_UDP, UDP_SEGMENT, &size, &length) == 0;
}

base::Result<UniqueFd> OpenBound(base::SocketAddress& address, const UdpOptions& options) {
  const int family = FamilyOf(address.ip);
  UniqueFd fd(socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return ListenError("UDP", address, errno);
  SetBuffers(fd.get(), options);
  const bool wildcard = address.ip.is_unspecified();
  if (family == AF_INET6) SetInt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, wildcard ? 0 : 1);
  if (wildcard && family == AF_INET6) SetInt(fd.get(), IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  if (wildcard && family == AF_INET) SetInt(fd.get(), IPPROTO_IP, IP_PKTINFO, 1);
  if (options.gro) SetInt(fd.get(), SOL_UDP, UDP_GRO, 1);

  KernelAddress kernel;
  socklen_t length = ToKernel(address, family, kernel);
  if (bind(fd.get(), &kernel.any, length) != 0) return ListenError("UDP", address, errno);
  length = sizeof kernel;
  if (getsockname(fd.get(), &kernel.any, &length) != 0) return ListenError("UDP", address, errno);
  address.port = FromKernel(kernel).port;
  return fd;
}

}  // namespace

class UdpSocket::Impl {
 public:
  Impl(EventLoop& loop, UniqueFd fd, const base::SocketAddress& local, base::PacketPool& pool,
       OnReceive on_receive, const UdpOptions& options)
      : loop_(loop),
        fd_(std::move(fd)),
        local_(local),
        on_receive_(std::make_shared<const OnReceive>(std::move(on_receive))),
        watch_(loop, fd_.get()),
        receiver_(fd_.get(), local, pool, counters_),
        sender_(
            [fd = fd_.get()](mmsghdr* messages, unsigned count) {
              return sendmmsg(fd, messages, count, MSG_DONTWAIT);
            },
            watch_, local, options.gso && KernelHasGso(fd_.get()), options.send_batch_bytes,
            counters_),
        turn_end_(loop.OnTurnEnd([this] { sender_.Flush(); }, TurnPhase::kFlush)) {
    watch_.OnReadable([this] { Receive(); });
  }

  UdpSender& sender() { return sender_; }
  const base::SocketAddress& local() const { return local_; }
  const UdpCounters& counters() const { return counters_; }

 private:
  void Receive() {
    const std::weak_ptr<const OnReceive> alive = on_receive_;
    for (int i = 0; i < kMaxReceiveCallsPerTurn; ++i) {
      const std::span<ReceivedDatagram> batch = receiver_.Receive(loop_.Now());
      const bool more = receiver_.MayHaveMore();
      if (!batch.empty()) (*alive.lock())(batch);
      if (alive.expired() || !more) return;
    }
  }

  EventLoop& loop_;
  UniqueFd fd_;
  const base::SocketAddress local_;
  UdpCounters counters_;
  std::shared_ptr<const OnReceive> on_receive_;
  FdWatch watch_;
  UdpReceiver receiver_;
  UdpSender sender_;
  TurnEndHook turn_end_;
};

base::Result<std::unique_ptr<UdpSocket>> UdpSocket::Bind(EventLoop& loop,
                                                         const base::SocketAddress& address,
                                                         base::PacketPool& pool,
                                                         OnReceive on_receive,
                                                         const UdpOptions& options) {
  base::SocketAddress local = address;
  auto fd = OpenBound(local, options);
  if (!fd) return fd.error();
  auto impl =
      std::make_unique<Impl>(loop, std::move(*fd), local, pool, std::move(on_receive), options);
  return std::unique_ptr<UdpSocket>(new UdpSocket(std::move(impl)));
}

UdpSocket::UdpSocket(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
UdpSocket::~UdpSocket() = default;

std::span<uint8_t> UdpSocket::Begin(const base::Path& path, size_t capacity) {
  return impl_->sender().Begin(path, capacity);
}
void UdpSocket::Commit(size_t size) { impl_->sender().Commit(size); }
void UdpSocket::Flush() { impl_->sender().Flush(); }
const base::SocketAddress& UdpSocket::local() const { return impl_->local(); }
const UdpCounters& UdpSocket::counters() const { return impl_->counters(); }

}  // namespace plaza::net
