#include "app/media/node_peer.h"

#include "base/log.h"
#include "ice/candidate.h"

namespace plaza::app {
namespace {

peer::Config PeerConfig(const NodeConfig& node, uint32_t feedback_ssrc) {
  peer::Config config;
  config.role = peer::Role::kServer;
  config.dtls = node.dtls;
  config.capabilities = node.capabilities;
  config.feedback_ssrc = feedback_ssrc;
  auto preference = static_cast<uint16_t>(65535);
  for (const base::SocketAddress& address : node.addresses) {
    config.candidates.push_back(
        ice::HostCandidate(address, base::TransportProtocol::kUdp, preference));
    if (node.tcp)
      config.candidates.push_back(
          ice::HostCandidate(address, base::TransportProtocol::kTcp, preference));
    --preference;
  }
  return config;
}

}  // namespace

NodePeer::NodePeer(MediaNode& node, sfu::PeerId id, sfu::GroupId group, base::Time now)
    : node_(node),
      id_(id),
      group_(group),
      feedback_ssrc_(node.random_.Next32() | 1),
      slots_(node.random_),
      transport_(PeerConfig(node.config_, feedback_ssrc_), node.random_, *this, *this, node.sink_,
                 now) {}

NodePeer::~NodePeer() {
  if (const auto found = node_.by_ufrag_.find(ufrag_);
      found != node_.by_ufrag_.end() && found->second == this)
    node_.by_ufrag_.erase(found);
  std::erase_if(node_.by_path_, [this](const auto& entry) {
    if (entry.second != this) return false;
    node_.events_.OnPathRemoved(entry.first);
    return true;
  });
}

base::Result<WorkerOffer> NodePeer::Accept(std::string_view sdp, base::Time now) {
  SlotLayout slots = slots_;
  auto answer = transport_.Accept(
      sdp, [&slots](const sdp::NegotiatedSection& section) { return slots.StreamFor(section); },
      now);
  if (!answer.ok()) return std::move(answer).error();
  slots_ = std::move(slots);
  if (transport_.local_ufrag() != ufrag_) {
    node_.by_ufrag_.erase(ufrag_);
    ufrag_ = transport_.local_ufrag();
    node_.by_ufrag_[ufrag_] = this;
  }
  if (!graph_side_) {
    if (auto status = EnterGraph(now); !status.ok()) return std::move(status).error();
  }
  for (const sfu::SlotConfig& slot : slots_.Apply(transport_.sections())) {
    if (const auto status = node_.graph_.AddSlot(id_, slot); !status.ok())
      base::LogWarning("media", "a slot was refused",
                       {{"slot", slot.index}, {"error", status.error().message}});
  }
  WorkerOffer offer{std::move(*answer), slots_.Mids(), {}, false};
  for (const sdp::NegotiatedSection& section : transport_.sections())
    if (!section.receive_rids.empty()) offer.rids[section.mid] = section.receive_rids;
  return offer;
}

base::Status NodePeer::EnterGraph(base::Time) {
  auto entered = node_.graph_.AddPeer(id_, group_, transport_, feedback_ssrc_);
  if (!entered.ok()) return std::move(entered).error();
  graph_side_ = *entered;
  return {};
}

const sdp::NegotiatedSection* NodePeer::FindSending(const std::string& mid) const {
  for (const sdp::NegotiatedSection& section : transport_.sections()) {
    if (section.mid == mid && section.accepted && section.remote) return &section;
  }
  return nullptr;
}

void NodePeer::OnConnected(base::Time now) {
  graph_side_->OnConnected(now);
  node_.events_.OnPeerConnected(id_);
}

void NodePeer::OnClosed(const std::string& reason) {
  graph_side_->OnClosed(reason);
  node_.events_.OnPeerFailed(id_, reason);
}

void NodePeer::OnRtp(const rtp::StreamKey& stream, const rtp::Packet& packet) {
  graph_side_->OnRtp(stream, packet);
}

void NodePeer::OnRtcp(base::ByteView compound, base::Time now) {
  graph_side_->OnRtcp(compound, now);
}

void NodePeer::OnTargetRate(base::DataRate rate, base::Time now) {
  graph_side_->OnTargetRate(rate, now);
}

void NodePeer::OnPathAdded(const base::Path& path) {
  node_.by_path_[path] = this;
  node_.events_.OnPathAdded(path);
}

void NodePeer::OnPathRemoved(const base::Path& path) {
  const auto found = node_.by_path_.find(path);
  if (found == node_.by_path_.end() || found->second != this) return;
  node_.by_path_.erase(found);
  node_.events_.OnPathRemoved(path);
}

}  // namespace plaza::app
