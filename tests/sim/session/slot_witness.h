// Between the rooms and the media plane: notes who is put into which slot, by the SSRC that carries
// it, for the packets to be held against.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "harness/diary.h"
#include "harness/world.h"
#include "room/media_plane.h"

namespace plaza::sim {

/// Who was in the slots of all connections, over all lives of the server.
class SlotBook {
 public:
  void Note(uint32_t ssrc, uint32_t source, bool on, base::Time now) {
    SlotDiary& diary = diaries_[ssrc];
    diary.SetLine({}, 0);
    diary.Set(0, source, on, on, now);
  }
  bool Allows(uint32_t ssrc, uint32_t source, base::Time sent, base::Duration late) const {
    const auto diary = diaries_.find(ssrc);
    return diary != diaries_.end() && diary->second.Allows({}, source, true, sent, late);
  }

  int strangers = 0;  ///< slots that were given to nobody who is there

 private:
  std::map<uint32_t, SlotDiary> diaries_;
};

class SlotWitness final : public room::MediaPlane, public room::MediaObserver {
 public:
  /// The number of the member behind a peer; 0: nobody in a room.
  using NumberOf = std::function<uint32_t(room::PeerId)>;

  SlotWitness(const World& world, SlotBook& book, room::MediaPlane& plane, NumberOf number_of)
      : world_(world), book_(book), plane_(plane), number_of_(std::move(number_of)) {}

  void SetObserver(room::MediaObserver* observer) { observer_ = observer; }

  // room::MediaPlane
  room::PeerId CreatePeer(room::GroupId group) override { return plane_.CreatePeer(group); }
  void Offer(room::PeerId peer, room::OfferRequest request,
             std::function<void(base::Result<room::OfferResult>)> done) override;
  void SetTracks(room::PeerId peer, std::vector<room::SentTrack> tracks) override {
    plane_.SetTracks(peer, std::move(tracks));
  }
  void SetWishes(room::PeerId peer, std::vector<room::Wish> wishes) override {
    plane_.SetWishes(peer, std::move(wishes));
  }
  void ClosePeer(room::PeerId peer) override {
    lines_.erase(peer);
    plane_.ClosePeer(peer);
  }

  // room::MediaObserver
  void OnPeerConnected(room::PeerId peer) override { observer_->OnPeerConnected(peer); }
  void OnPeerFailed(room::PeerId peer, const std::string& reason) override {
    observer_->OnPeerFailed(peer, reason);
  }
  void OnSlots(room::PeerId peer, const std::vector<room::Slot>& changed) override;
  void OnNeedSlots(room::PeerId peer, uint32_t pairs) override {
    observer_->OnNeedSlots(peer, pairs);
  }
  void OnTrackStalled(room::PeerId peer, room::StreamType stream, room::MediaKind kind,
                      bool stalled) override {
    observer_->OnTrackStalled(peer, stream, kind, stalled);
  }
  void OnSpeakers(room::GroupId group, const std::vector<room::Speaker>& speakers) override {
    observer_->OnSpeakers(group, speakers);
  }

 private:
  void NoteLines(room::PeerId peer, const std::string& answer);
  void NoteSlots(room::PeerId peer, const std::vector<room::Slot>& slots);

  const World& world_;
  SlotBook& book_;
  room::MediaPlane& plane_;
  NumberOf number_of_;
  room::MediaObserver* observer_ = nullptr;
  std::map<room::PeerId, std::map<std::string, uint32_t>> lines_;  // SSRC by mid
};

}  // namespace plaza::sim
