#include "app/media/worker_sockets.h"

#include <utility>

namespace plaza::app {
namespace {

/// A free port of UDP may be taken in TCP: then another one is drawn.
constexpr int kPortDraws = 20;

bool Covers(const base::SocketAddress& bound, const base::SocketAddress& local) {
  if (bound.port != local.port) return false;
  if (bound.ip == local.ip) return true;
  return bound.ip.is_unspecified() && (!bound.ip.is_v4() || local.ip.is_v4());
}

void Add(net::UdpCounters& sum, const net::UdpCounters& more) {
  sum.received_packets += more.received_packets;
  sum.sent_packets += more.sent_packets;
  sum.dropped_oversized += more.dropped_oversized;
  sum.dropped_no_buffer += more.dropped_no_buffer;
  sum.dropped_batch_full += more.dropped_batch_full;
  sum.dropped_send_error += more.dropped_send_error;
}

void Add(net::FramedTcpCounters& sum, const net::FramedTcpCounters& more) {
  sum.accepted += more.accepted;
  sum.refused_full += more.refused_full;
  sum.closed_stranger += more.closed_stranger;
  sum.closed_unproven += more.closed_unproven;
  sum.closed_idle += more.closed_idle;
  sum.closed_malformed += more.closed_malformed;
  sum.received_packets += more.received_packets;
  sum.sent_packets += more.sent_packets;
  sum.dropped_queue_full += more.dropped_queue_full;
}

}  // namespace

base::Result<WorkerSockets::Pair> WorkerSockets::OpenPair(net::EventLoop& loop,
                                                          const base::SocketAddress& address,
                                                          base::PacketPool& pool,
                                                          net::FramedTcp::Owner& owner,
                                                          const net::FramedTcpOptions& tcp) {
  for (int draw = 1;; ++draw) {
    auto udp = net::UdpSocket::Bind(
        loop, address, pool,
        [&owner](std::span<net::ReceivedDatagram> batch) { owner.OnDatagrams(batch); });
    if (!udp) return std::move(udp).error();
    if (tcp.max_connections == 0) return Pair{std::move(*udp), nullptr};
    auto listening = net::FramedTcp::Listen(loop, (*udp)->local(), pool, owner, tcp);
    if (listening) return Pair{std::move(*udp), std::move(*listening)};
    if (address.port != 0 || draw == kPortDraws) return std::move(listening).error();
  }
}

base::Result<std::unique_ptr<WorkerSockets>> WorkerSockets::Open(
    net::EventLoop& loop, std::span<const base::SocketAddress> addresses, base::PacketPool& pool,
    net::FramedTcp::Owner& owner, const net::FramedTcpOptions& tcp) {
  std::unique_ptr<WorkerSockets> sockets(new WorkerSockets);
  for (const base::SocketAddress& address : addresses) {
    auto pair = OpenPair(loop, address, pool, owner, tcp);
    if (!pair) return std::move(pair).error();
    sockets->pairs_.push_back(std::move(*pair));
  }
  return sockets;
}

const WorkerSockets::Pair* WorkerSockets::Find(const base::SocketAddress& local) const {
  for (const Pair& pair : pairs_)
    if (Covers(pair.udp->local(), local)) return &pair;
  return nullptr;
}

void WorkerSockets::Keep(const base::Path& path) {
  const Pair* pair = path.protocol == base::TransportProtocol::kTcp ? Find(path.local) : nullptr;
  if (pair && pair->tcp) pair->tcp->Prove(path);
}

void WorkerSockets::Drop(const base::Path& path) {
  const Pair* pair = path.protocol == base::TransportProtocol::kTcp ? Find(path.local) : nullptr;
  if (pair && pair->tcp) pair->tcp->Close(path);
}

std::span<uint8_t> WorkerSockets::Begin(const base::Path& path, size_t capacity) {
  writing_ = nullptr;
  const Pair* pair = Find(path.local);
  if (!pair) return {};
  if (path.protocol == base::TransportProtocol::kUdp) {
    writing_ = pair->udp.get();
  } else {
    writing_ = pair->tcp.get();
  }
  return writing_ ? writing_->Begin(path, capacity) : std::span<uint8_t>();
}

void WorkerSockets::Commit(size_t size) {
  if (writing_) writing_->Commit(size);
}

std::vector<base::SocketAddress> WorkerSockets::local() const {
  std::vector<base::SocketAddress> addresses;
  for (const Pair& pair : pairs_) addresses.push_back(pair.udp->local());
  return addresses;
}

WorkerSocketCounters WorkerSockets::counters() const {
  WorkerSocketCounters sum;
  for (const Pair& pair : pairs_) {
    Add(sum.udp, pair.udp->counters());
    if (!pair.tcp) continue;
    Add(sum.tcp, pair.tcp->counters());
    sum.tcp_connections += pair.tcp->open_connections();
  }
  return sum;
}

}  // namespace plaza::app
