#include "peer/testing/peer_pair.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace plaza::peer::testing {
namespace {

constexpr int kMaxStepsAtOnce = 100'000;

base::SocketAddress Address(const std::string& text) {
  return base::SocketAddress::Parse(text).value();
}

}  // namespace

// What one peer sends: the sink that it writes into, and the link behind it.
class PeerPair::End final : public base::DatagramSink {
 public:
  End(PeerPair& pair, bool is_client, const netsim::LinkConditions& conditions, uint64_t seed)
      : link(conditions, seed), pair_(pair), is_client_(is_client) {}

  std::span<uint8_t> Begin(const base::Path& path, size_t capacity) override {
    path_ = path;
    room_.resize(capacity);
    return room_;
  }
  void Commit(size_t size) override {
    if (size == 0) return;
    const base::ByteView datagram(room_.data(), size);
    if (pair_.tap && pair_.tap(is_client_, datagram)) return;
    link.Send(datagram, pair_.now(), paths_.size());
    paths_.push_back(path_);
  }
  const base::Path& PathOf(uint64_t tag) const { return paths_[tag]; }

  netsim::Link link;

 private:
  PeerPair& pair_;
  bool is_client_;
  base::Path path_;
  base::Bytes room_;
  std::vector<base::Path> paths_;  // by tag
};

PeerPair::PeerPair(const PairOptions& options)
    : client_random_(options.seed * 4 + 1),
      server_random_(options.seed * 4 + 2),
      client_stand_in_(options.seed * 4 + 3),
      server_stand_in_(options.seed * 4 + 4),
      client_end_(MakeEnd(true, options.up, options.seed * 2)),
      server_end_(MakeEnd(false, options.down, options.seed * 2 + 1)) {
  Config config;
  config.role = Role::kClient;
  config.channels = &client_events;
  config.dtls = options.client_dtls ? options.client_dtls : &client_stand_in_;
  for (const std::string& address : options.client_addresses) {
    config.candidates.push_back(
        ice::HostCandidate(Address(address), base::TransportProtocol::kUdp,
                           static_cast<uint16_t>(65535 - config.candidates.size())));
  }
  client = std::make_unique<Peer>(config, client_random_, client_events, client_events,
                                  *client_end_, now());
  config = {};
  config.channels = options.server_data ? &server_events : nullptr;
  config.dtls = options.server_dtls ? options.server_dtls : &server_stand_in_;
  config.capabilities = options.server_capabilities;
  config.candidates = {
      ice::HostCandidate(Address(kServerAddress), base::TransportProtocol::kUdp, 65535)};
  server = std::make_unique<Peer>(config, server_random_, server_events, server_events,
                                  *server_end_, now());
}

PeerPair::~PeerPair() = default;

std::unique_ptr<PeerPair::End> PeerPair::MakeEnd(bool is_client,
                                                 const netsim::LinkConditions& conditions,
                                                 uint64_t seed) {
  return std::make_unique<End>(*this, is_client, conditions, seed);
}

base::Status PeerPair::Negotiate(std::vector<sdp::OfferedSection> sections, bool restart_ice) {
  last_offer = client->Offer(std::move(sections), now(), restart_ice);
  const auto streams =
      [](const sdp::NegotiatedSection& section) -> std::optional<sdp::LocalStream> {
    return sdp::LocalStream{1000u + section.index, 2000u + section.index, "slot",
                            "track" + section.mid, "server"};
  };
  auto answer = server->Accept(last_offer, streams, now());
  if (!answer) return answer.error();
  last_answer = *answer;
  return client->ApplyAnswer(last_answer, now());
}

void PeerPair::Rebind(const std::string& client_address, const std::string& seen_as) {
  rebound_.emplace_back(Address(client_address), Address(seen_as));
}

bool PeerPair::IsBlocked(const base::SocketAddress& address) const {
  return std::find(blocked_.begin(), blocked_.end(), address.ToString()) != blocked_.end();
}

bool PeerPair::WayBackIsForgotten(const base::SocketAddress& address) const {
  return std::any_of(rebound_.begin(), rebound_.end(),
                     [&](const auto& r) { return r.first == address; });
}

void PeerPair::Inject(Peer& to, base::ByteView datagram, const base::Path& path) {
  to.HandleDatagram(pool.Copy(datagram), path, now());
}

void PeerPair::Deliver() {
  while (const auto arrival = client_end_->link.Receive(now())) {
    base::Path path = client_end_->PathOf(arrival->tag);
    if (IsBlocked(path.local)) continue;
    std::swap(path.local, path.remote);
    for (const auto& [real, seen] : rebound_)
      if (path.remote == real) path.remote = seen;
    server->HandleDatagram(pool.Copy(arrival->bytes), path, now());
  }
  while (const auto arrival = server_end_->link.Receive(now())) {
    base::Path path = server_end_->PathOf(arrival->tag);
    std::swap(path.local, path.remote);
    if (WayBackIsForgotten(path.local)) continue;
    for (const auto& [real, seen] : rebound_)
      if (path.local == seen) path.local = real;
    if (IsBlocked(path.local)) continue;
    client->HandleDatagram(pool.Copy(arrival->bytes), path, now());
  }
}

bool PeerPair::Step(base::Time limit) {
  const base::Time next =
      std::min({client->NextDeadline(), server->NextDeadline(), client_end_->link.NextDeadline(),
                server_end_->link.NextDeadline()});
  if (next > limit) return false;
  steps_at_once_ = next > now() ? 0 : steps_at_once_ + 1;
  if (steps_at_once_ > kMaxStepsAtOnce) std::abort();  // a deadline that never moves on
  clock.AdvanceTo(std::max(next, now()));
  Deliver();
  if (client->NextDeadline() <= now()) client->HandleTimeout(now());
  if (server->NextDeadline() <= now()) server->HandleTimeout(now());
  return true;
}

void PeerPair::Run(base::Duration span) {
  const base::Time end = now() + span;
  while (Step(end)) {
  }
  clock.AdvanceTo(end);
}

bool PeerPair::RunUntil(const std::function<bool()>& done, base::Duration limit) {
  const base::Time end = now() + limit;
  while (!done())
    if (!Step(end)) return done();
  return true;
}

bool PeerPair::RunUntilConnected(base::Duration limit) {
  return RunUntil([&] { return client->connected() && server->connected(); }, limit);
}

std::vector<sdp::OfferedSection> CallSections() {
  using sdp::Direction;
  using sdp::MediaKind;
  return {{MediaKind::kAudio,
           "0",
           Direction::kSendOnly,
           sdp::LocalStream{10, {}, "camera", "a", "client"},
           {}},
          {MediaKind::kVideo,
           "1",
           Direction::kSendOnly,
           sdp::LocalStream{11, 12, "camera", "v", "client"},
           {}},
          {MediaKind::kAudio, "2", Direction::kRecvOnly, {}, {}},
          {MediaKind::kVideo, "3", Direction::kRecvOnly, {}, {}}};
}

std::vector<sdp::OfferedSection> SimulcastSections() {
  auto sections = CallSections();
  sections[1].rids = {"l", "m", "h"};
  return sections;
}

}  // namespace plaza::peer::testing
