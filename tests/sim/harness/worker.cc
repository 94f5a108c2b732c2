#include "harness/worker.h"

#include <algorithm>
#include <utility>

namespace plaza::sim {

Worker::Worker(World& world, size_t index, const base::SocketAddress& address,
               const WorkerOptions& options, dtls::TransportFactory& dtls, Send send)
    : world_(world), index_(index), address_(address), options_(options), send_(std::move(send)) {
  app::NodeEvents& events = *this;
  base::DatagramSink& sink = *this;
  node_.emplace(
      app::NodeConfig{&dtls, sdp::DefaultCapabilities(), {address}, base::Calendar(world.clock)},
      events, world.random, sink);
  world_.Add(*this);
}

Worker::~Worker() {
  world_.Remove(*this);
  *alive_ = false;
}

void Worker::LinkTo(Worker& other) {
  auto link = std::make_unique<app::WorkerLink>(
      [&other] {
        other.wake_ = std::min(
            other.wake_, other.world_.now() + other.world_.Between({}, other.options_.most_post));
      },
      dropped_);
  other.incoming_.push_back({sfu::LinkId(static_cast<uint32_t>(index_)), link.get()});
  node_->graph().AddLink(sfu::LinkId(static_cast<uint32_t>(other.index_)), *link);
  outgoing_.push_back(std::move(link));
}

void Worker::Link(Worker& a, Worker& b) {
  a.LinkTo(b);
  b.LinkTo(a);
}

// Posts keep their order.
base::Time Worker::PostTime(base::Time& last) {
  last = std::max(last, world_.now() + world_.Between({}, options_.most_post));
  return last;
}

void Worker::Post(std::function<void()> command) {
  // Who thaws sees to the commands before anything else.
  last_command_ = std::max(last_command_, frozen_until_ - options_.most_post);
  world_.At(PostTime(last_command_), [this, alive = alive_, command = std::move(command)] {
    if (!*alive) return;
    command();
    wake_ = world_.now();
  });
}

void Worker::Tell(std::function<void()> event) {
  world_.At(PostTime(last_event_), [alive = alive_, event = std::move(event)] {
    if (*alive) event();
  });
}

void Worker::Freeze(base::Duration span) {
  const base::Time now = world_.now();
  if (now > frozen_until_) freezes_.emplace_back(now, now);
  frozen_until_ = freezes_.back().second = std::max(frozen_until_, now + span);
}

base::Duration Worker::MostLate(base::Time time) const {
  for (const auto& [from, until] : freezes_)
    if (from <= time && time <= until) return options_.most_post + time - from;
  return options_.most_post;
}

void Worker::OnDatagram(base::ByteView datagram, const base::Path& path) {
  if (frozen()) {
    ++refused_;
    return;
  }
  base::PacketBuffer buffer = world_.server_pool.Copy(datagram);
  if (buffer) node_->OnDatagram(std::move(buffer), path, world_.now());
  wake_ = world_.now();
}

void Worker::Offer(sfu::PeerId peer, sfu::GroupId group, std::string sdp, OfferDone done) {
  Post([this, peer, group, sdp = std::move(sdp), done = std::move(done)] {
    auto result = std::make_shared<base::Result<app::WorkerOffer>>(
        node_->Offer(peer, group, sdp, world_.now()));
    Tell([done, result] { done(std::move(*result)); });
  });
}

void Worker::ClosePeer(sfu::PeerId peer) {
  Post([this, peer] { node_->ClosePeer(peer, world_.now()); });
}

void Worker::SetTrack(sfu::TrackId track, std::string mid, sfu::TrackInfo info) {
  Post([this, track, mid, info] { node_->SetTrack(track, mid, info, world_.now()); });
}

void Worker::SetRemoteTrack(sfu::TrackId track, sfu::GroupId group, sfu::LinkId home,
                            sfu::TrackInfo info) {
  Post([this, track, group, home, info] {
    node_->SetRemoteTrack(track, group, home, info, world_.now());
  });
}

void Worker::RemoveTrack(sfu::TrackId track) {
  Post([this, track] { node_->RemoveTrack(track, world_.now()); });
}

void Worker::Assign(sfu::PeerId peer, uint32_t slot, std::optional<sfu::SlotContent> content) {
  Post([this, peer, slot, content] { node_->Assign(peer, slot, content, world_.now()); });
}

base::Time Worker::NextDeadline() const {
  return std::max(std::min(wake_, node_->NextDeadline()), frozen_until_);
}

// The end of a loop turn, as app::MediaThread has it.
void Worker::HandleTimeout(base::Time now) {
  wake_ = base::kNever;
  for (const Incoming& incoming : incoming_)
    incoming.link->Deliver(node_->graph(), incoming.from, now);
  node_->HandleTimeout(now);
  for (const auto& link : outgoing_) link->Flush();
}

void Worker::OnPeerConnected(sfu::PeerId peer) {
  Tell([this, peer] { events_->OnPeerConnected(peer); });
}

void Worker::OnPeerFailed(sfu::PeerId peer, const std::string& reason) {
  Tell([this, peer, reason] { events_->OnPeerFailed(peer, reason); });
}

void Worker::OnTrackStalled(const sfu::TrackId& track, bool stalled) {
  Tell([this, track, stalled] { events_->OnTrackStalled(track, stalled); });
}

void Worker::OnSpeakers(sfu::GroupId group, std::span<const sfu::Speaker> speakers) {
  Tell([this, group, list = std::vector(speakers.begin(), speakers.end())] {
    events_->OnSpeakers(index_, group, list);
  });
}

std::span<uint8_t> Worker::Begin(const base::Path& path, size_t capacity) {
  path_ = path;
  room_.resize(capacity);
  if (options_.refuses == 0 || !world_.Chance(options_.refuses)) return room_;
  ++refused_;
  return {};
}

void Worker::Commit(size_t size) {
  if (size > 0) send_(base::ByteView(room_).first(size), path_);
}

}  // namespace plaza::sim
