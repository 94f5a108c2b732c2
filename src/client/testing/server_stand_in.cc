// The server side of the protocol, just enough of it.
#include "client/testing/server_stand_in.h"

#include <algorithm>
#include <utility>

#include "signal/codes.h"

namespace plaza::client::testing {
namespace {

constexpr char kClientAddress[] = "10.0.0.1:5000";
constexpr char kServerAddress[] = "192.0.2.1:7000";

base::SocketAddress Address(const char* text) { return base::SocketAddress::Parse(text).value(); }

std::string FingerprintIn(const std::string& offer) {
  const size_t at = offer.find("a=fingerprint:");
  return offer.substr(at, offer.find('\n', at) - at);
}

}  // namespace

// One direction between the peers.
class ServerStandIn::Way final : public base::DatagramSink {
 public:
  Way(ServerStandIn& owner, bool from_server, const netsim::LinkConditions& conditions,
      uint64_t seed)
      : link(conditions, seed), owner_(owner), from_server_(from_server) {}

  std::span<uint8_t> Begin(const base::Path&, size_t capacity) override {
    room_.resize(capacity);
    return room_;
  }
  void Commit(size_t size) override {
    const base::ByteView datagram(room_.data(), size);
    if (size == 0 || owner_.media_cut_) return;
    if (from_server_ && owner_.down_tap && owner_.down_tap(datagram)) return;
    link.Send(datagram, owner_.now(), 0);
  }

  netsim::Link link;

 private:
  ServerStandIn& owner_;
  bool from_server_;
  base::Bytes room_;
};

ServerStandIn::ServerStandIn(StandInOptions options)
    : seed_(options.seed),
      client_random_(options.seed * 3 + 1),
      server_random_(options.seed * 3 + 2),
      server_dtls_(options.seed * 1000),
      up_(std::make_unique<Way>(*this, false, options.up, options.seed * 2)),
      down_(std::make_unique<Way>(*this, true, options.down, options.seed * 2 + 1)) {
  options.config.addresses = {Address(kClientAddress)};
  options.config.make_dtls = [this] {
    return std::make_unique<dtls::testing::StandInFactory>(seed_ * 1000 + ++certificates_);
  };
  participant.reset(new Participant(options.config, client_random_, *this, *up_, *this));
}

ServerStandIn::~ServerStandIn() = default;

bool ServerStandIn::Connect() {
  participant->Enter(now());
  return RunUntil([&] { return told.media_connected > 0; });
}

void ServerStandIn::Run(base::Duration span) {
  const base::Time end = now() + span;
  while (Step(end)) {
  }
  clock.AdvanceTo(end);
}

bool ServerStandIn::RunUntil(const std::function<bool()>& done, base::Duration limit) {
  const base::Time end = now() + limit;
  while (!done())
    if (!Step(end)) return done();
  return true;
}

bool ServerStandIn::Step(base::Time limit) {
  base::Time next =
      std::min({participant->NextDeadline(), up_->link.NextDeadline(), down_->link.NextDeadline()});
  if (peer_) next = std::min(next, peer_->NextDeadline());
  if (channel_) next = std::min(next, channel_->NextDeadline());
  if (!queue_.empty()) next = now();
  if (next > limit) return false;
  clock.AdvanceTo(std::max(next, now()));
  DeliverText();
  DeliverDatagrams();
  participant->HandleTimeout(now());
  if (peer_) peer_->HandleTimeout(now());
  if (channel_) channel_->HandleTimeout(now());
  Drain();
  return true;
}

void ServerStandIn::DeliverText() {
  while (!queue_.empty()) {
    const Queued queued = std::move(queue_.front());
    queue_.pop_front();
    switch (queued.event) {
      case Event::kOpened:
        open_ = true;
        participant->OnSocketOpened(now());
        break;
      case Event::kClosed:
        participant->OnSocketClosed(queued.code, now());
        break;
      case Event::kToClient:
        participant->OnSocketText(queued.text, now());
        break;
      case Event::kToServer:
        if (!deaf) OnClientFrame(queued.text);
        break;
    }
  }
}

void ServerStandIn::DeliverDatagrams() {
  const base::Path at_client{Address(kClientAddress), Address(kServerAddress)};
  const base::Path at_server{at_client.remote, at_client.local};
  while (const auto arrival = up_->link.Receive(now()))
    if (peer_) peer_->HandleDatagram(pool.Copy(arrival->bytes), at_server, now());
  while (const auto arrival = down_->link.Receive(now()))
    participant->HandleDatagram(pool.Copy(arrival->bytes), at_client, now());
}

void ServerStandIn::Open() {
  opened.push_back(now());
  if (reachable_)
    queue_.push_back({Event::kOpened, {}});
  else
    queue_.push_back({Event::kClosed, {}, 1006});
}

void ServerStandIn::Send(std::string text) {
  if (open_) queue_.push_back({Event::kToServer, std::move(text)});
}

void ServerStandIn::Close(int code) {
  closed.push_back(code);
  open_ = false;
  queue_.clear();
  if (channel_) channel_->Detach();
}

void ServerStandIn::Cut(int code) {
  reachable_ = false;
  CloseSocket(code);
}

void ServerStandIn::CloseSocket(int code) {
  queue_.clear();
  if (channel_) channel_->Detach();
  if (std::exchange(open_, false)) queue_.push_back({Event::kClosed, {}, code});
}

void ServerStandIn::SayRaw(std::string text) {
  if (open_ && !deaf) queue_.push_back({Event::kToClient, std::move(text)});
}

void ServerStandIn::Say(const signal::ServerMessage& message) {
  (void)channel_->Send(signal::Serialize(message));
  Drain();
}

void ServerStandIn::Drain() {
  if (!channel_) return;
  while (auto text = channel_->Poll()) SayRaw(std::move(*text));
}

void ServerStandIn::ForgetSession() {
  channel_.reset();
  peer_.reset();
}

void ServerStandIn::OnClientFrame(const std::string& text) {
  const auto frame = signal::ParseClientFrame(text);
  if (!frame || !frame->message)
    return SayRaw("{\"type\":\"error\",\"code\":-120001,\"message\":\"\"}");
  const signal::ClientMessage& message = *frame->message;
  if (const auto* join = std::get_if<signal::Join>(&message)) return OnJoin(*join);
  if (const auto* resume = std::get_if<signal::Resume>(&message)) return OnResume(*resume);
  if (!channel_) return;
  if (std::get_if<signal::Ping>(&message)) {
    (void)channel_->OnPing(now(), frame->ack);
  } else if (!frame->seq) {
    (void)channel_->OnUnnumbered(now(), frame->ack);
  } else if (const auto fresh = channel_->OnNumbered(now(), *frame->seq, frame->ack);
             fresh && *fresh) {
    OnRequest(*frame->seq, message);
  }
  Drain();
}

void ServerStandIn::OnJoin(const signal::Join& join) {
  if (on_join) on_join();
  requests.emplace_back(join);
  if (join_failure) {
    SayRaw(signal::Serialize(signal::ErrorFrame{*std::exchange(join_failure, {})}));
    return;
  }
  channel_.emplace(signal::ChannelConfig::Server(std::chrono::seconds(5)));
  channel_->Attach(now(), 0);
  signal::Joined joined;
  joined.session_id = "session" + std::to_string(++sessions_);
  joined.resume_token = "token" + std::to_string(sessions_);
  if (join.offer) joined.answer = Accept(*join.offer, true);
  joined.slots = Lines();
  joined.need.pairs = std::max(needed_pairs, static_cast<uint32_t>(joined.slots.size()));
  SayRaw(signal::Serialize(joined));
}

void ServerStandIn::OnResume(const signal::Resume& resume) {
  requests.emplace_back(resume);
  if (!channel_ || !channel_->CanResumeFrom(resume.ack)) {
    signal::Failure gone{signal::code::kSessionGone, "session gone", {}, {}};
    return SayRaw(signal::Serialize(signal::ErrorFrame{gone}));
  }
  SayRaw(signal::Serialize(signal::Resumed{channel_->received()}));
  channel_->Attach(now(), resume.ack);
  Drain();
}

void ServerStandIn::OnRequest(uint64_t seq, const signal::ClientMessage& request) {
  requests.push_back(request);
  signal::Result result;
  result.re = seq;
  if (request_failure) {
    result.error = std::exchange(request_failure, {});
  } else if (const auto* offer = std::get_if<signal::Offer>(&request)) {
    result.answer = Accept(offer->sdp, false);
    result.slots = Lines();
  }
  Say(result);
  if (std::get_if<signal::Leave>(&request)) queue_.push_back({Event::kClosed, {}, 1000});
}

std::string ServerStandIn::Accept(const std::string& offer, bool fresh) {
  if (fresh || !peer_ || FingerprintIn(offer) != fingerprint_) {
    peer::Config config;
    config.dtls = &server_dtls_;
    config.candidates = {
        ice::HostCandidate(Address(kServerAddress), base::TransportProtocol::kUdp, 65535)};
    peer_.reset(new peer::Peer(config, server_random_, *this, *this, *down_, now()));
    fingerprint_ = FingerprintIn(offer);
  }
  const auto streams =
      [](const sdp::NegotiatedSection& section) -> std::optional<sdp::LocalStream> {
    return sdp::LocalStream{1000u + section.index, 2000u + section.index, "slot",
                            "track" + section.mid, "server"};
  };
  const auto answer = peer_->Accept(offer, streams, now());
  return answer ? *answer : "refused: " + answer.error().message;
}

std::vector<signal::SlotLines> ServerStandIn::Lines() const {
  std::vector<signal::SlotLines> lines;
  for (const sdp::NegotiatedSection& section : peer_->sections()) {
    if (!sdp::Sends(section.direction)) continue;
    if (section.kind == sdp::MediaKind::kAudio)
      lines.push_back({static_cast<uint32_t>(lines.size()), section.mid, ""});
    else if (!lines.empty())
      lines.back().video_mid = section.mid;
  }
  return lines;
}

}  // namespace plaza::client::testing
