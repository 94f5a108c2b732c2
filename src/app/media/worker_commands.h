// What the control thread asks of one media worker, and what it hears from it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "room/media_plane.h"
#include "sfu/graph.h"

namespace plaza::app {

/// The m-lines of one slot, as the client offered them.
struct SlotMids {
  uint32_t index = 0;
  std::string audio_mid;
  std::string video_mid;
};

/// The simulcast encodings that a client sends, by the mid of their m-line, in the order of its
/// SDP.
using RidsByMid = std::map<std::string, std::vector<std::string>>;

struct WorkerOffer {
  std::string answer;
  std::vector<SlotMids> slots;  ///< all slots of the transport, by index
  RidsByMid rids;
  bool new_transport = false;  ///< the peer's former transport, its tracks and assignments are gone
};

/// Commands to one worker. They may be called from the control thread, are carried out in order on
/// the worker's, and `done` is called on the control thread. What names something that is gone is
/// ignored.
class WorkerCommands {
 public:
  using OfferDone = std::function<void(base::Result<WorkerOffer>)>;

  virtual ~WorkerCommands() = default;
  /// Makes the peer's transport or renegotiates it.
  virtual void Offer(sfu::PeerId peer, sfu::GroupId group, std::string sdp, OfferDone done) = 0;
  virtual void ClosePeer(sfu::PeerId peer) = 0;
  /// A track of a peer of this worker, sent on the m-line `mid`; also to change its settings.
  virtual void SetTrack(sfu::TrackId track, std::string mid, sfu::TrackInfo info) = 0;
  /// A track of another worker.
  virtual void SetRemoteTrack(sfu::TrackId track, sfu::GroupId group, sfu::LinkId home,
                              sfu::TrackInfo info) = 0;
  virtual void RemoveTrack(sfu::TrackId track) = 0;
  virtual void Assign(sfu::PeerId peer, uint32_t slot, std::optional<sfu::SlotContent> content) = 0;
};

/// What a worker reports, on the control thread.
class WorkerEvents {
 public:
  virtual ~WorkerEvents() = default;
  virtual void OnPeerConnected(sfu::PeerId peer) = 0;
  virtual void OnPeerFailed(sfu::PeerId peer, const std::string& reason) = 0;
  virtual void OnTrackStalled(const sfu::TrackId& track, bool stalled) = 0;
  virtual void OnSpeakers(size_t worker, sfu::GroupId group,
                          const std::vector<sfu::Speaker>& speakers) = 0;
};

}  // namespace plaza::app
