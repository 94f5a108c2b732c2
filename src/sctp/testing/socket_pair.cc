#include "sctp/testing/socket_pair.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace plaza::sctp::testing {
namespace {

constexpr int kMaxStepsAtOnce = 100'000;

Options AsClient(Options options) {
  options.dtls_client = true;
  return options;
}

}  // namespace

SocketPair::SocketPair(PairOptions options)
    : up(options.up, options.seed * 2),
      down(options.down, options.seed * 2 + 1),
      client(AsClient(options.client), options.seed * 2 + 100),
      server(options.server, options.seed * 2 + 101) {}

bool SocketPair::Connect(base::Duration limit) {
  client.socket->Connect(now());
  return RunUntil([&] { return client.connected > 0 && server.connected > 0; }, limit);
}

void SocketPair::Carry(Endpoint& from, netsim::Link& link) {
  while (!from.packets.empty()) {
    const base::Bytes packet = std::move(from.packets.front());
    from.packets.pop_front();
    if (!tap || !tap(&from == &client, packet)) link.Send(packet, now());
  }
}

void SocketPair::Deliver(netsim::Link& link, Endpoint& to) {
  while (const auto arrival = link.Receive(now())) to.socket->HandlePacket(arrival->bytes, now());
}

bool SocketPair::Step(base::Time limit) {
  Carry(client, up);
  Carry(server, down);
  const base::Time next = std::min({up.NextDeadline(), down.NextDeadline(),
                                    client.socket->NextDeadline(), server.socket->NextDeadline()});
  if (next > limit) return false;
  steps_at_once_ = next > now() ? 0 : steps_at_once_ + 1;
  if (steps_at_once_ > kMaxStepsAtOnce) std::abort();  // a deadline that never moves on
  clock.AdvanceTo(std::max(next, now()));
  Deliver(up, server);
  Deliver(down, client);
  for (Endpoint* end : {&client, &server})
    if (end->socket->NextDeadline() <= now()) end->socket->HandleTimeout(now());
  return true;
}

void SocketPair::Run(base::Duration span) {
  const base::Time end = now() + span;
  while (Step(end)) {
  }
  clock.AdvanceTo(end);
}

bool SocketPair::RunUntil(const std::function<bool()>& done, base::Duration limit) {
  const base::Time end = now() + limit;
  while (!done())
    if (!Step(end)) return done();
  return true;
}

ChannelId SocketPair::Open(const ChannelConfig& config) {
  const ChannelId channel = client.socket->Open(config, now()).value();
  RunUntil([&] { return server.opened.contains(channel) && client.opened.contains(channel); });
  return channel;
}

}  // namespace plaza::sctp::testing
