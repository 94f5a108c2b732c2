// The media plane as the control thread sees it: which worker has which peer, who holds which slot,
// and which worker has to know of which track.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <unordered_map>
#include <vector>

#include "app/media/worker_commands.h"
#include "base/time.h"
#include "room/media_plane.h"
#include "sfu/slot_table.h"

namespace plaza::app {

/// Implements the room's MediaPlane over several workers. A peer lives on one worker, the least
/// busy when it came; a group's tracks are known to every worker that has a peer of the group.
/// Belongs to the control thread.
class MediaControl final : public room::MediaPlane, public WorkerEvents {
 public:
  using OfferDone = std::function<void(base::Result<room::OfferResult>)>;

  /// A worker that has not answered an offer by then is stuck: the offer fails with
  /// kDeadlineExceeded, and the peer is closed and begins anew on another worker if there is one.
  static constexpr base::Duration kOfferTimeout = std::chrono::seconds(5);
  /// Offers that may wait in one worker's queue; further ones wait for their time-out alone.
  static constexpr size_t kMaxUnanswered = 256;

  /// All outlive this.
  MediaControl(const std::vector<WorkerCommands*>& workers, const base::Clock& clock);

  /// Who hears of media; set before the first peer is made.
  void SetObserver(room::MediaObserver* observer) { observer_ = observer; }

  room::PeerId CreatePeer(room::GroupId group) override;
  void Offer(room::PeerId peer, room::OfferRequest request, OfferDone done) override;
  void SetTracks(room::PeerId peer, std::vector<room::SentTrack> tracks) override;
  void SetWishes(room::PeerId peer, std::vector<room::Wish> wishes) override;
  void ClosePeer(room::PeerId peer) override;

  void OnPeerConnected(sfu::PeerId peer) override;
  void OnPeerFailed(sfu::PeerId peer, const std::string& reason) override;
  void OnTrackStalled(const sfu::TrackId& track, bool stalled) override;
  void OnSpeakers(size_t worker, sfu::GroupId group,
                  const std::vector<sfu::Speaker>& speakers) override;

  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);

  size_t peer_count() const { return peers_.size(); }

 private:
  struct Worker {
    WorkerCommands* commands;
    size_t peers = 0;
    size_t unanswered = 0;  ///< offers in its queue
    bool stuck = false;     ///< it has answered nothing since an offer failed
  };
  struct Negotiation {
    room::PeerId peer;
    base::Time deadline;
    std::vector<room::SentTrack> tracks;
    OfferDone done;
  };
  struct Peer {
    room::GroupId group;
    size_t worker = 0;
    bool offered = false;  ///< the worker has a transport; before, it can't carry tracks
    std::map<sfu::TrackId, room::SentTrack> tracks;
    std::vector<sfu::SlotContent> wishes;
    sfu::SlotTable slots{sfu::kMaxSlots};
    std::vector<SlotMids> mids;
    RidsByMid rids;
    uint32_t asked_slots = 0;
  };
  struct Group {
    std::vector<size_t> peers_on;  ///< by worker
    std::vector<std::vector<sfu::Speaker>> speakers_on;
    std::vector<room::PeerId> peers;
  };

  void OnAnswer(size_t worker, uint64_t number, base::Result<WorkerOffer> answer);
  void FinishOffer(room::PeerId id, const WorkerOffer& offer, std::vector<room::SentTrack> tracks,
                   const OfferDone& done);
  void Abandon(room::PeerId id);
  std::vector<OfferDone> TakeNegotiations(room::PeerId id);
  void Settle(Peer& peer, Group& group);
  void Unsettle(room::PeerId id, Peer& peer, Group& group);
  std::vector<sfu::SlotChange> StartOver(Peer& peer);
  void EnterWorker(Peer& peer, Group& group);
  void LeaveWorker(Peer& peer, Group& group);
  /// `tell_all`: also those that did not change.
  void ApplyTracks(room::PeerId id, Peer& peer, std::vector<room::SentTrack> tracks, bool tell_all);
  void TellTrack(const Peer& peer, const sfu::TrackId& id, const room::SentTrack& track);
  void ForgetTrack(const Peer& peer, const sfu::TrackId& id);
  void ApplySlots(room::PeerId id, Peer& peer, const std::vector<sfu::SlotChange>& changes);
  void AskForSlots(room::PeerId id, Peer& peer);
  room::Slot Describe(const Peer& peer, uint32_t slot) const;

  std::vector<Worker> workers_;
  room::MediaObserver* observer_ = nullptr;
  std::unordered_map<room::PeerId, Peer> peers_;
  std::unordered_map<room::GroupId, Group> groups_;
  std::map<uint64_t, Negotiation> negotiations_;  ///< by number, and so by deadline
  const base::Clock& clock_;
  uint64_t last_peer_ = 0;
  uint64_t last_negotiation_ = 0;
};

}  // namespace plaza::app
