// Accepts TCP connections.
#include "net/internal/listener.h"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "base/log.h"
#include "net/internal/sockaddr.h"

namespace plaza::net {
namespace {

constexpr int kBacklog = 1024;
constexpr int kMaxAcceptsPerTurn = 64;
// After an error that does not go away by itself, such as too many open files.
constexpr base::Duration kPause = std::chrono::milliseconds(100);

// The connection is already gone, or the network had something to say about it (accept(2)): try the
// next one.
bool ConcernsOneConnection(int error) {
  switch (error) {
    case ECONNABORTED:
    case EINTR:
    case EPROTO:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
      return true;
    default:
      return false;
  }
}

}  // namespace

base::Result<std::unique_ptr<Listener>> Listener::Open(EventLoop& loop, std::string_view what,
                                                       const base::SocketAddress& address,
                                                       OnAccept on_accept) {
  const int family = FamilyOf(address.ip);
  UniqueFd fd(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return ListenError(what, address, errno);
  const int on = 1, only_v6 = address.ip.is_unspecified() ? 0 : 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6) setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &only_v6, sizeof only_v6);
  KernelAddress kernel;
  socklen_t length = ToKernel(address, family, kernel);
  if (bind(fd.get(), &kernel.any, length) != 0 || listen(fd.get(), kBacklog) != 0)
    return ListenError(what, address, errno);
  length = sizeof kernel;
  if (getsockname(fd.get(), &kernel.any, &length) != 0) return ListenError(what, address, errno);
  const base::SocketAddress local{address.ip, FromKernel(kernel).port};
  return std::unique_ptr<Listener>(new Listener(loop, std::move(fd), local, std::move(on_accept)));
}

Listener::Listener(EventLoop& loop, UniqueFd fd, const base::SocketAddress& local,
                   OnAccept on_accept)
    : loop_(loop),
      local_(local),
      on_accept_(std::make_shared<const OnAccept>(std::move(on_accept))),
      fd_(std::move(fd)),
      watch_(loop, fd_.get()),
      retry_(loop, [this] { watch_.OnReadable([this] { Accept(); }); }) {
  watch_.OnReadable([this] { Accept(); });
}

void Listener::Accept() {
  const std::weak_ptr<const OnAccept> alive = on_accept_;
  for (int i = 0; i < kMaxAcceptsPerTurn && !alive.expired(); ++i) {
    KernelAddress remote{};
    socklen_t length = sizeof remote;
    UniqueFd accepted(accept4(fd_.get(), &remote.any, &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (accepted) {
      (*alive.lock())(std::move(accepted), FromKernel(remote));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    } else if (!ConcernsOneConnection(errno)) {
      base::LogWarning(
          "net", "a connection can't be accepted",
          {{"address", local_.ToString()}, {"error", std::generic_category().message(errno)}});
      watch_.OnReadable({});
      return retry_.Set(loop_.Now() + kPause);
    }
  }
}

}  // namespace plaza::net
