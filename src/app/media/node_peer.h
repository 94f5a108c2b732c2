// One WebRTC peer of a media node: its transport, its slots, and its place in the node's tables.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/media/deadline_heap.h"
#include "app/media/media_node.h"
#include "app/media/slot_layout.h"
#include "peer/peer.h"

namespace plaza::app {

/// Stands between the transport and the graph: passes packets on, and keeps the events of the
/// transport's life for the node.
class NodePeer final : public DeadlineItem,
                       private rtp::PacketTransportObserver,
                       private peer::PathObserver {
 public:
  NodePeer(MediaNode& node, sfu::PeerId id, sfu::GroupId group, base::Time now);
  ~NodePeer() override;
  NodePeer(const NodePeer&) = delete;
  NodePeer& operator=(const NodePeer&) = delete;

  sfu::PeerId id() const { return id_; }
  sfu::GroupId group() const { return group_; }
  peer::Peer& transport() { return transport_; }

  /// Negotiates, and tells the graph of new slots. On an Error nothing has changed;
  /// kFailedPrecondition: a new transport is needed.
  base::Result<WorkerOffer> Accept(std::string_view sdp, base::Time now);
  /// Enters the graph; after the first offer was accepted.
  base::Status EnterGraph(base::Time now);
  /// Where the client sends what it calls `mid`; nothing if it does not send there.
  const sdp::NegotiatedSection* FindSending(const std::string& mid) const;

 private:
  void OnConnected(base::Time now) override;
  void OnClosed(const std::string& reason) override;
  void OnRtp(const rtp::StreamKey& stream, const rtp::Packet& packet) override;
  void OnRtcp(base::ByteView compound, base::Time now) override;
  void OnTargetRate(base::DataRate rate, base::Time now) override;
  void OnPathAdded(const base::Path& path) override;
  void OnPathRemoved(const base::Path& path) override;

  MediaNode& node_;
  const sfu::PeerId id_;
  const sfu::GroupId group_;
  uint32_t feedback_ssrc_;
  SlotLayout slots_;
  rtp::PacketTransportObserver* graph_side_ = nullptr;
  std::string ufrag_;  // by which the node finds us
  peer::Peer transport_;
};

}  // namespace plaza::app
