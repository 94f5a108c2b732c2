#include "app/media/media_node.h"

#include <algorithm>

#include "app/media/node_peer.h"
#include "base/log.h"
#include "ice/stun_message.h"

namespace plaza::app {
namespace {

/// Sending to a peer may set it a deadline that only asking shows; while anything happens, all are
/// asked so often.
constexpr base::Duration kRefreshEvery = std::chrono::milliseconds(5);
/// Looking for the sender of stray media goes through all peers, so strangers may cause it only so
/// often.
constexpr base::Duration kSearchEvery = std::chrono::milliseconds(20);

void Add(peer::Counters& sum, const peer::Counters& more) {
  sum.stun_received += more.stun_received;
  sum.dtls_received += more.dtls_received;
  sum.rtp_received += more.rtp_received;
  sum.rtcp_received += more.rtcp_received;
  sum.bytes_received += more.bytes_received;
  sum.rtx_received += more.rtx_received;
  sum.dropped_unknown += more.dropped_unknown;
  sum.dropped_path += more.dropped_path;
  sum.dropped_early += more.dropped_early;
  sum.dropped_closed += more.dropped_closed;
  sum.dropped_auth += more.dropped_auth;
  sum.dropped_replayed += more.dropped_replayed;
  sum.dropped_malformed += more.dropped_malformed;
  sum.dropped_streams += more.dropped_streams;
  sum.dropped_unknown_stream += more.dropped_unknown_stream;
  sum.dropped_unknown_payload += more.dropped_unknown_payload;
  sum.rtp_sent += more.rtp_sent;
  sum.rtcp_sent += more.rtcp_sent;
  sum.bytes_sent += more.bytes_sent;
  sum.send_dropped_early += more.send_dropped_early;
  sum.send_dropped_batch += more.send_dropped_batch;
  sum.send_dropped_protect += more.send_dropped_protect;
}

}  // namespace

MediaNode::MediaNode(NodeConfig config, NodeEvents& events, base::Random& random,
                     base::DatagramSink& sink)
    : config_(std::move(config)),
      events_(events),
      random_(random),
      sink_(sink),
      graph_(*this, random, config_.calendar) {}

MediaNode::~MediaNode() {
  while (!peers_.empty()) Drop(*peers_.begin()->second);
}

NodePeer* MediaNode::Find(sfu::PeerId peer) {
  const auto found = peers_.find(peer);
  return found == peers_.end() ? nullptr : found->second.get();
}

base::Result<WorkerOffer> MediaNode::Offer(sfu::PeerId id, sfu::GroupId group, std::string_view sdp,
                                           base::Time now) {
  refresh_at_ = std::min(refresh_at_, now);
  NodePeer* peer = Find(id);
  if (!peer) return AcceptNew(id, group, sdp, now);
  auto answer = peer->Accept(sdp, now);
  if (answer.ok() || answer.error().kind != base::ErrorKind::kFailedPrecondition) return answer;
  // Another certificate: the client began anew.
  peer->transport().Close(now);
  Drop(*peer);
  return AcceptNew(id, group, sdp, now);
}

base::Result<WorkerOffer> MediaNode::AcceptNew(sfu::PeerId id, sfu::GroupId group,
                                               std::string_view sdp, base::Time now) {
  auto& peer = peers_[id] = std::make_unique<NodePeer>(*this, id, group, now);
  auto answer = peer->Accept(sdp, now);
  if (!answer.ok()) {
    Drop(*peer);
    return answer;
  }
  answer->new_transport = true;
  return answer;
}

void MediaNode::ClosePeer(sfu::PeerId id, base::Time now) {
  NodePeer* peer = Find(id);
  if (!peer) return;
  peer->transport().Close(now);
  Drop(*peer);
}

void MediaNode::Drop(NodePeer& peer) {
  Add(gone_, peer.transport().counters());
  deadlines_.Remove(peer);
  graph_.RemovePeer(peer.id());
  peers_.erase(peer.id());
}

void MediaNode::SetTrack(const sfu::TrackId& track, const std::string& mid,
                         const sfu::TrackInfo& info, base::Time now) {
  refresh_at_ = std::min(refresh_at_, now);
  NodePeer* peer = Find(track.source.peer);
  if (!peer) return;
  const sdp::NegotiatedSection* section = peer->FindSending(mid);
  if (!section) {
    base::LogDebug("media", "a track is published on an m-line that sends nothing", {{"mid", mid}});
    return;
  }
  const base::Status added = graph_.AddTrack(track, section->index, info, now);
  if (added.ok()) return;
  if (added.error().kind != base::ErrorKind::kAlreadyExists)
    base::LogWarning("media", "a track was refused",
                     {{"mid", mid}, {"error", added.error().message}});
  graph_.UpdateTrack(track, info, now);
}

void MediaNode::SetRemoteTrack(const sfu::TrackId& track, sfu::GroupId group, sfu::LinkId home,
                               const sfu::TrackInfo& info, base::Time now) {
  refresh_at_ = std::min(refresh_at_, now);
  const base::Status added = graph_.AddRemoteTrack(track, group, info, home, now);
  if (!added.ok()) graph_.UpdateTrack(track, info, now);
}

void MediaNode::RemoveTrack(const sfu::TrackId& track, base::Time now) {
  refresh_at_ = std::min(refresh_at_, now);
  graph_.RemoveTrack(track);
}

void MediaNode::Assign(sfu::PeerId peer, uint32_t slot,
                       const std::optional<sfu::SlotContent>& content, base::Time now) {
  refresh_at_ = std::min(refresh_at_, now);
  if (!Find(peer)) return;
  if (const auto status = graph_.Assign(peer, slot, content, now); !status.ok())
    base::LogWarning("media", "a slot was not assigned",
                     {{"slot", slot}, {"error", status.error().message}});
}

// A known path leads to its peer, unless a request names another: a client that began anew asks
// from the same address.
NodePeer* MediaNode::Route(base::ByteView datagram, const base::Path& path, base::Time now) {
  if (const auto ufrag = ice::LocalUfragOf(datagram)) {
    const auto named = by_ufrag_.find(std::string(*ufrag));
    if (named != by_ufrag_.end()) return named->second;
    ++counters_.dropped_unknown_ufrag;
    return nullptr;
  }
  const auto known = by_path_.find(path);
  if (known != by_path_.end()) return known->second;
  if (ice::IsStun(datagram)) {
    if (NodePeer* asked = AskedOn(path)) return asked;
  }
  ++counters_.dropped_unknown_path;
  AskSender(datagram, path, now);
  return nullptr;
}

// A peer whose router gave it another address goes on sending and learns it late. Its media names
// it well enough to be asked; only its answer proves anything.
void MediaNode::AskSender(base::ByteView datagram, const base::Path& path, base::Time now) {
  const auto ssrc = rtp::SsrcOf(datagram);
  if (!ssrc || now < next_search_) return;
  next_search_ = now + kSearchEvery;
  for (const auto& [id, peer] : peers_) {
    if (!peer->transport().Receives(*ssrc)) continue;
    asked_[next_asked_++ % asked_.size()] = Asked{path, id};
    return peer->transport().AskPath(path, now);
  }
}

NodePeer* MediaNode::AskedOn(const base::Path& path) {
  const auto found = std::find_if(asked_.begin(), asked_.end(),
                                  [&](const auto& asked) { return asked && asked->path == path; });
  return found == asked_.end() ? nullptr : Find((*found)->peer);
}

void MediaNode::OnDatagram(base::PacketBuffer datagram, const base::Path& path, base::Time now) {
  NodePeer* peer = Route(datagram.view(), path, now);
  if (!peer) return;
  peer->transport().HandleDatagram(std::move(datagram), path, now);
  deadlines_.Set(*peer, peer->transport().NextDeadline());
  if (refresh_at_ == base::kNever) refresh_at_ = now + kRefreshEvery;
}

bool MediaNode::BeginsPath(base::ByteView datagram) const {
  const auto ufrag = ice::LocalUfragOf(datagram);
  return ufrag && by_ufrag_.contains(std::string(*ufrag));
}

void MediaNode::RemovePath(const base::Path& path, base::Time now) {
  const auto found = by_path_.find(path);
  if (found == by_path_.end()) return;
  NodePeer& peer = *found->second;
  peer.transport().RemovePath(path, now);
  deadlines_.Set(peer, peer.transport().NextDeadline());
}

void MediaNode::HandleTimeout(base::Time now) {
  graph_.HandleTimeout(now);
  if (refresh_at_ <= now) {
    refresh_at_ = base::kNever;
    for (auto& [id, peer] : peers_) deadlines_.Set(*peer, peer->transport().NextDeadline());
  }
  while (DeadlineItem* due = deadlines_.Due(now)) {
    auto& peer = static_cast<NodePeer&>(*due);
    peer.transport().HandleTimeout(now);
    // A deadline that does not move on must not spin the loop.
    deadlines_.Set(peer, std::max(peer.transport().NextDeadline(), now + base::Duration(1)));
  }
}

base::Time MediaNode::NextDeadline() const {
  return std::min({graph_.NextDeadline(), deadlines_.next(), refresh_at_});
}

void MediaNode::OnTrackStalled(const sfu::TrackId& track, bool stalled) {
  events_.OnTrackStalled(track, stalled);
}

void MediaNode::OnSpeakers(sfu::GroupId group, std::span<const sfu::Speaker> speakers) {
  events_.OnSpeakers(group, speakers);
}

void MediaNode::OnCodecUnsupported(sfu::PeerId peer, uint32_t slot, rtp::MediaKind,
                                   rtp::Codec codec) {
  base::LogInfo("media", "a receiver can't take a publisher's codec",
                {{"peer", peer.value()}, {"slot", slot}, {"codec", rtp::ToString(codec)}});
}

peer::Counters MediaNode::PeerCounters() const {
  peer::Counters sum = gone_;
  for (const auto& [id, peer] : peers_) Add(sum, peer->transport().counters());
  return sum;
}

}  // namespace plaza::app
