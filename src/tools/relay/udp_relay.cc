#include "tools/relay/udp_relay.h"

#include <algorithm>

namespace plaza::tools {

UdpRelay::UdpRelay(net::EventLoop& loop, const base::SocketAddress& target, uint64_t seed)
    : loop_(loop), target_(target), up_({}, seed), down_({}, seed + 1), timer_(loop, [this] {
        Deliver();
      }) {}

base::Result<std::unique_ptr<UdpRelay>> UdpRelay::Listen(net::EventLoop& loop,
                                                         const base::SocketAddress& listen,
                                                         const base::SocketAddress& target,
                                                         uint64_t seed) {
  std::unique_ptr<UdpRelay> relay(new UdpRelay(loop, target, seed));
  auto socket = net::UdpSocket::Bind(
      loop, listen, relay->pool_, [self = relay.get()](auto batch) { self->FromClients(batch); });
  if (!socket.ok()) return std::move(socket).error();
  relay->socket_ = std::move(*socket);
  return relay;
}

void UdpRelay::FromClients(std::span<net::ReceivedDatagram> batch) {
  for (const net::ReceivedDatagram& datagram : batch) {
    const Flow* flow = FlowOf(datagram.path);
    if (flow && !cut_)
      up_.Send(datagram.buffer.view(), loop_.Now(), static_cast<uint64_t>(flow - flows_.data()));
  }
  Deliver();
}

UdpRelay::Flow* UdpRelay::FlowOf(const base::Path& client) {
  if (const auto known = flow_by_client_.find(client.remote); known != flow_by_client_.end())
    return &flows_[known->second];
  if (flows_.size() >= kMaxFlows) return nullptr;
  const size_t index = flows_.size();
  auto socket = OpenSocket(index);
  if (!socket.ok()) return nullptr;
  flow_by_client_[client.remote] = index;
  flows_.push_back({client, std::move(*socket)});
  return &flows_.back();
}

base::Result<std::unique_ptr<net::UdpSocket>> UdpRelay::OpenSocket(size_t flow) {
  return net::UdpSocket::Bind(loop_, {socket_->local().ip, 0}, pool_,
                              [this, flow](std::span<net::ReceivedDatagram> batch) {
                                for (const auto& datagram : batch) {
                                  if (!cut_) down_.Send(datagram.buffer.view(), loop_.Now(), flow);
                                }
                                Deliver();
                              });
}

base::Status UdpRelay::Forget() {
  for (size_t i = 0; i < flows_.size(); ++i) {
    auto socket = OpenSocket(i);  // before the old one goes, so that the port is another
    if (!socket.ok()) return std::move(socket).error();
    flows_[i].socket = std::move(*socket);
  }
  return {};
}

void UdpRelay::Deliver() {
  const base::Time now = loop_.Now();
  while (const auto arrival = up_.Receive(now)) {
    net::UdpSocket& socket = *flows_[arrival->tag].socket;
    socket.Send({socket.local(), target_}, arrival->bytes);
  }
  while (const auto arrival = down_.Receive(now))
    socket_->Send(flows_[arrival->tag].client, arrival->bytes);
  timer_.Set(std::min(up_.NextDeadline(), down_.NextDeadline()));
}

}  // namespace plaza::tools
