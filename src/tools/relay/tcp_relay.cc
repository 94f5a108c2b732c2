#include "tools/relay/tcp_relay.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "tools/relay/tcp_connection.h"

namespace plaza::tools {
namespace {

socklen_t Fill(const base::SocketAddress& address, sockaddr_storage& out) {
  std::memset(&out, 0, sizeof out);
  if (address.ip.is_v4()) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(out);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port);
    std::memcpy(&v4.sin_addr, address.ip.bytes().data() + 12, 4);
    return sizeof v4;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(out);
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(address.port);
  std::memcpy(&v6.sin6_addr, address.ip.bytes().data(), 16);
  return sizeof v6;
}

base::Error Failed(const char* what, const base::SocketAddress& address) {
  return {base::ErrorKind::kUnavailable,
          std::string(what) + " " + address.ToString() + ": " + std::strerror(errno), ""};
}

int OpenSocket(const base::SocketAddress& address) {
  const int family = address.ip.is_v4() ? AF_INET : AF_INET6;
  return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

}  // namespace

TcpRelay::TcpRelay(net::EventLoop& loop, const base::SocketAddress& target, uint64_t seed)
    : loop_(loop), target_(target), seed_(seed) {}

TcpRelay::~TcpRelay() {
  watch_.reset();
  if (fd_ >= 0) close(fd_);
}

base::Result<std::unique_ptr<TcpRelay>> TcpRelay::Listen(net::EventLoop& loop,
                                                         const base::SocketAddress& listen_at,
                                                         const base::SocketAddress& target,
                                                         uint64_t seed) {
  std::unique_ptr<TcpRelay> relay(new TcpRelay(loop, target, seed));
  relay->fd_ = OpenSocket(listen_at);
  const int on = 1;
  setsockopt(relay->fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_storage address;
  socklen_t length = Fill(listen_at, address);
  if (bind(relay->fd_, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      listen(relay->fd_, 128) != 0)
    return Failed("can't listen on", listen_at);
  relay->local_ = listen_at;
  length = sizeof address;
  getsockname(relay->fd_, reinterpret_cast<sockaddr*>(&address), &length);
  relay->local_.port =
      ntohs(reinterpret_cast<sockaddr_in&>(address).sin_port);  // the same place for both families
  relay->watch_ = std::make_unique<net::FdWatch>(loop, relay->fd_);
  relay->watch_->OnReadable([self = relay.get()] { self->Accept(); });
  return relay;
}

void TcpRelay::Accept() {
  const int client = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (client < 0) return;
  sockaddr_storage address;
  const socklen_t length = Fill(target_, address);
  const int target = OpenSocket(target_);
  const bool connecting =
      target >= 0 &&
      (connect(target, reinterpret_cast<sockaddr*>(&address), length) == 0 || errno == EINPROGRESS);
  if (cut_ || !connecting || connections_.size() + forgotten_.size() >= kMaxConnections) {
    const linger reset{1, 0};
    setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(client);
    if (target >= 0) close(target);
    return;
  }
  const int on = 1;
  for (const int fd : {client, target}) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  auto& slot = connections_.emplace_back();
  const auto end = [this, place = &slot] { Remove(place->get()); };
  slot = std::make_unique<TcpConnection>(loop_, client, target, seed_ += 2, end);
  slot->up().SetConditions(up_);
  slot->down().SetConditions(down_);
  slot->SetStalled(stalled_);
}

void TcpRelay::Remove(TcpConnection* connection) {
  connections_.remove_if([&](const auto& held) { return held.get() == connection; });
}

void TcpRelay::SetUp(const netsim::LinkConditions& conditions) {
  up_ = conditions;
  for (const auto& connection : connections_) connection->up().SetConditions(conditions);
}

void TcpRelay::SetDown(const netsim::LinkConditions& conditions) {
  down_ = conditions;
  for (const auto& connection : connections_) connection->down().SetConditions(conditions);
}

void TcpRelay::SetCut(bool cut) {
  cut_ = cut;
  if (!cut) return;
  connections_.clear();
  forgotten_.clear();
}

void TcpRelay::SetStalled(bool stalled) {
  stalled_ = stalled;
  for (const auto& connection : connections_) connection->SetStalled(stalled);
}

void TcpRelay::Forget() {
  for (const auto& connection : connections_) connection->SetStalled(true);
  forgotten_.splice(forgotten_.end(), connections_);
}

}  // namespace plaza::tools
