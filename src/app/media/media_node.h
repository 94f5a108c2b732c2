// One worker's media without its thread and socket: WebRTC peers found by datagram, and the graph
// between them. Bytes and time in; datagrams, events and the next deadline out.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/media/deadline_heap.h"
#include "app/media/worker_commands.h"
#include "base/packet_buffer.h"
#include "base/random.h"
#include "base/socket_address.h"
#include "dtls/transport.h"
#include "peer/counters.h"
#include "sdp/capabilities.h"
#include "sfu/graph.h"

namespace plaza::app {

class NodePeer;

struct NodeConfig {
  dtls::TransportFactory* dtls = nullptr;  ///< outlives the node
  sdp::Capabilities capabilities;
  std::vector<base::SocketAddress> addresses;  ///< announced as ICE candidates, best first
  base::Calendar calendar;                     ///< one for all nodes of a server
  bool tcp = false;  ///< each of them takes TCP connections as well (RFC 6544)
};

/// What a node reports; called from within its functions, and must not call back.
class NodeEvents {
 public:
  virtual ~NodeEvents() = default;
  virtual void OnPeerConnected(sfu::PeerId peer) = 0;
  virtual void OnPeerFailed(sfu::PeerId peer, const std::string& reason) = 0;
  virtual void OnTrackStalled(const sfu::TrackId& track, bool stalled) = 0;
  virtual void OnSpeakers(sfu::GroupId group, std::span<const sfu::Speaker> speakers) = 0;
  /// A peer has proven itself on this path, and is there no more.
  virtual void OnPathAdded(const base::Path&) {}
  virtual void OnPathRemoved(const base::Path&) {}
};

/// Datagrams that reached no peer.
struct NodeCounters {
  uint64_t dropped_unknown_path = 0;   ///< not STUN, from nowhere known
  uint64_t dropped_unknown_ufrag = 0;  ///< STUN for nobody here
};

class MediaNode final : private sfu::GraphObserver {
 public:
  /// All references outlive the node. `random` is fit for keys.
  MediaNode(NodeConfig config, NodeEvents& events, base::Random& random, base::DatagramSink& sink);
  ~MediaNode() override;
  MediaNode(const MediaNode&) = delete;
  MediaNode& operator=(const MediaNode&) = delete;

  // As WorkerCommands, at once.
  base::Result<WorkerOffer> Offer(sfu::PeerId peer, sfu::GroupId group, std::string_view sdp,
                                  base::Time now);
  void ClosePeer(sfu::PeerId peer, base::Time now);
  void SetTrack(const sfu::TrackId& track, const std::string& mid, const sfu::TrackInfo& info,
                base::Time now);
  void SetRemoteTrack(const sfu::TrackId& track, sfu::GroupId group, sfu::LinkId home,
                      const sfu::TrackInfo& info, base::Time now);
  void RemoveTrack(const sfu::TrackId& track, base::Time now);
  void Assign(sfu::PeerId peer, uint32_t slot, const std::optional<sfu::SlotContent>& content,
              base::Time now);

  /// One datagram; its buffer is not shared with anybody.
  void OnDatagram(base::PacketBuffer datagram, const base::Path& path, base::Time now);
  /// Whether it is a STUN request to a peer of this node: the only way to begin a path.
  bool BeginsPath(base::ByteView datagram) const;
  /// The connection under this path is gone.
  void RemovePath(const base::Path& path, base::Time now);
  /// At the end of each loop turn in which anything above was called, and at NextDeadline().
  void HandleTimeout(base::Time now);
  base::Time NextDeadline() const;

  /// For relays: links are added here, and what they bring is given to it.
  sfu::Graph& graph() { return graph_; }
  const NodeCounters& counters() const { return counters_; }
  /// Sums over all peers, those that are gone included.
  peer::Counters PeerCounters() const;
  size_t peer_count() const { return peers_.size(); }
  /// Sizes of the tables by which datagrams find their peer.
  size_t path_count() const { return by_path_.size(); }
  size_t ufrag_count() const { return by_ufrag_.size(); }

 private:
  friend class NodePeer;

  base::Result<WorkerOffer> AcceptNew(sfu::PeerId id, sfu::GroupId group, std::string_view sdp,
                                      base::Time now);
  void Drop(NodePeer& peer);
  NodePeer* Find(sfu::PeerId peer);
  NodePeer* Route(base::ByteView datagram, const base::Path& path, base::Time now);
  void AskSender(base::ByteView datagram, const base::Path& path, base::Time now);
  NodePeer* AskedOn(const base::Path& path);

  void OnTrackStalled(const sfu::TrackId& track, bool stalled) override;
  void OnSpeakers(sfu::GroupId group, std::span<const sfu::Speaker> speakers) override;
  void OnCodecUnsupported(sfu::PeerId peer, uint32_t slot, rtp::MediaKind kind,
                          rtp::Codec codec) override;

  NodeConfig config_;
  NodeEvents& events_;
  base::Random& random_;
  base::DatagramSink& sink_;
  sfu::Graph graph_;
  DeadlineHeap deadlines_;
  std::unordered_map<base::Path, NodePeer*> by_path_;
  std::unordered_map<std::string, NodePeer*> by_ufrag_;
  std::unordered_map<sfu::PeerId, std::unique_ptr<NodePeer>> peers_;
  peer::Counters gone_;  // counters of peers that are gone
  NodeCounters counters_;
  base::Time refresh_at_ = base::kNever;

  /// A peer that was asked on a path whether it has moved there; its answer names nobody.
  struct Asked {
    base::Path path;
    sfu::PeerId peer;
  };
  std::array<std::optional<Asked>, 16> asked_;  // the latest
  size_t next_asked_ = 0;
  base::Time next_search_{};
};

}  // namespace plaza::app
