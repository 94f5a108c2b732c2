// Two transports and a bad network between them, driven by a fake clock.
#include "dtls/testing/link.h"

#include <algorithm>

namespace plaza::dtls::testing {

void Link::CarryFrom(Endpoint& from, Endpoint& to) {
  const base::Bytes datagram = std::move(from.sent.front());
  from.sent.pop_front();
  for (int copies = fate_(datagram, &from == &client_); copies > 0; --copies) {
    to.transport->HandleDatagram(datagram, clock_.Now());
  }
}

void Link::Carry() {
  while (!client_.sent.empty() || !server_.sent.empty()) {
    if (!client_.sent.empty()) CarryFrom(client_, server_);
    if (!server_.sent.empty()) CarryFrom(server_, client_);
  }
}

bool Link::Settled() const {
  const auto state_of = [](const Endpoint& end) { return end.transport->state(); };
  const auto ended = [&](const Endpoint& end) {
    return state_of(end) == TransportState::kClosed || state_of(end) == TransportState::kFailed;
  };
  return ended(client_) || ended(server_) ||
         (state_of(client_) == TransportState::kConnected &&
          state_of(server_) == TransportState::kConnected);
}

void Link::Run(base::Duration limit) {
  const base::Time end = clock_.Now() + limit;
  Carry();
  while (!Settled()) {
    const base::Time next =
        std::min(client_.transport->NextDeadline(), server_.transport->NextDeadline());
    if (next > end) return;
    clock_.AdvanceTo(std::max(next, clock_.Now()));
    for (Endpoint* endpoint : {&client_, &server_}) {
      if (endpoint->transport->NextDeadline() <= clock_.Now()) {
        endpoint->transport->HandleTimeout(clock_.Now());
      }
    }
    Carry();
  }
}

}  // namespace plaza::dtls::testing
