// The media graph of one worker: peers, the tracks that they publish, and the slots in which they
// receive. Owned by one thread; reads no clock and opens no socket.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "rtp/packet_transport.h"
#include "sfu/ids.h"
#include "sfu/relay_link.h"
#include "sfu/slot_config.h"
#include "sfu/track_info.h"

namespace plaza::sfu {

struct Speaker {
  Source source;
  uint8_t level = 0;  ///< 0 (silence) to 100
  friend bool operator==(const Speaker&, const Speaker&) = default;
};

/// What the graph has done so far.
struct GraphCounters {
  uint64_t received_packets = 0;
  uint64_t forwarded_packets = 0;
  uint64_t forwarded_bytes = 0;  ///< of payloads
  uint64_t resent_packets = 0;
  uint64_t unanswered_nacks = 0;  ///< numbers asked for that were not sent again
  uint64_t keyframe_requests = 0;
};

/// What the graph tells its owner. Calls come from within the graph's own functions: note them,
/// don't call the graph from here.
class GraphObserver {
 public:
  virtual ~GraphObserver() = default;
  /// A published, unmuted track of a peer of this graph has sent nothing for kStalledAfter, or
  /// sends again.
  virtual void OnTrackStalled(const TrackId& track, bool stalled) = 0;
  /// Who of this graph's own publishers speaks in the group, loudest first; at most five times a
  /// second, only on change.
  virtual void OnSpeakers(GroupId group, std::span<const Speaker> speakers) = 0;
  /// The receiver has not agreed on the codec in which this half's occupant sends: nothing is
  /// forwarded.
  virtual void OnCodecUnsupported(PeerId peer, uint32_t slot, rtp::MediaKind kind,
                                  rtp::Codec codec) = 0;
};

class Graph {
 public:
  /// `random` chooses where sequence numbers and timestamps begin, `calendar` tells the NTP time of
  /// sender reports. `observer` and `random` must outlive the graph.
  Graph(GraphObserver& observer, base::Random& random, const base::Calendar& calendar);
  ~Graph();
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  // Peers. The transport must outlive the peer; the returned observer is what the transport (or its
  // owner) calls for OnConnected, OnRtp, OnRtcp and OnTargetRate, and lives until RemovePeer().
  /// Fails if the id is taken. `local_ssrc` is the sender of our feedback.
  base::Result<rtp::PacketTransportObserver*> AddPeer(PeerId peer, GroupId group,
                                                      rtp::PacketTransport& transport,
                                                      uint32_t local_ssrc);
  /// With its tracks and slots. Not to be called from within a call of the peer's transport.
  void RemovePeer(PeerId peer);

  // Tracks.
  /// `media` is the index of the m-line on which the peer (of this graph) sends it. An m-line
  /// carries one track at a time.
  base::Status AddTrack(const TrackId& track, uint16_t media, TrackInfo info, base::Time now);
  /// A copy of a track that lives at the other end of `home`.
  base::Status AddRemoteTrack(const TrackId& track, GroupId group, TrackInfo info, LinkId home,
                              base::Time now);
  /// Muted or not, and the sizes of the encodings. Unknown tracks are ignored.
  void UpdateTrack(const TrackId& track, TrackInfo info, base::Time now);
  /// Slots that hold its source stay assigned, in case that it comes back.
  void RemoveTrack(const TrackId& track);

  // Slots.
  /// Slots are never removed. The same index again adds a half that was missing; of one that is
  /// there only the payload types are changed.
  base::Status AddSlot(PeerId peer, const SlotConfig& config);
  /// From now on the slot carries this, or nothing. Both tracks may come later. SSRCs stay,
  /// sequence numbers and timestamps run on; video begins with a keyframe; a sender report goes
  /// first.
  base::Status Assign(PeerId peer, uint32_t slot, const std::optional<SlotContent>& content,
                      base::Time now);

  // Relays; see RelayLink. `link` must outlive its registration.
  void AddLink(LinkId id, RelayLink& link);
  /// Its copies here are removed, and its copies elsewhere no longer fed.
  void RemoveLink(LinkId id, base::Time now);
  void OnRelayPacket(LinkId link, const TrackId& track, uint8_t encoding,
                     const MediaPacket& packet);
  void OnRelayClock(LinkId link, const TrackId& track, uint8_t encoding,
                    const ClockReference& clock);
  void OnRelayStatus(LinkId link, const TrackId& track, const RelayStatus& status, base::Time now);
  void OnRelayWanted(LinkId link, const TrackId& track, EncodingMask encodings, base::Time now);
  void OnRelayKeyframeRequest(LinkId link, const TrackId& track, uint8_t encoding, base::Time now);

  const GraphCounters& counters() const;
  size_t peer_count() const;
  size_t track_count() const;  ///< copies included

  // Time. RTCP is collected and leaves in HandleTimeout(): call it at the end of a loop turn in
  // which anything else was called, and at NextDeadline().
  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace plaza::sfu
