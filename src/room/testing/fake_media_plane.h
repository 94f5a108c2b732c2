// A media plane without media: remembers what it was told, answers when Run() is called, and gives
// wished sources to slots like a real one. Its SDP is "pairs=N": how many pairs of receiving lines
// are offered.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "room/media_plane.h"

namespace plaza::room {

class FakeMediaPlane final : public MediaPlane {
 public:
  struct Peer {
    GroupId group;
    std::vector<SentTrack> tracks;
    std::vector<Wish> wishes;
    std::vector<Slot> slots;
    int offers = 0;
  };

  void SetObserver(MediaObserver* observer) { observer_ = observer; }
  /// Delivers what is due, and what follows from it.
  void Run() {
    while (!due_.empty()) {
      auto task = std::move(due_.front());
      due_.pop_front();
      task();
    }
  }
  /// Changes of slots are told from inside SetWishes(), not by Run().
  void TellAtOnce(bool at_once) { at_once_ = at_once; }
  /// Lets offers wait for ReleaseAnswers().
  void HoldAnswers(bool hold) { hold_ = hold; }
  bool HasHeld() const { return !held_.empty(); }
  void ReleaseAnswers() {
    for (auto& task : std::exchange(held_, {})) due_.push_back(std::move(task));
    Run();
  }
  /// The next offers fail with this.
  void FailOffers(std::optional<base::Error> error) { failure_ = std::move(error); }

  std::map<PeerId, Peer>& peers() { return peers_; }

  PeerId CreatePeer(GroupId group) override {
    const PeerId id(next_++);
    peers_[id].group = group;
    return id;
  }
  void Offer(PeerId id, OfferRequest request,
             std::function<void(base::Result<OfferResult>)> done) override {
    auto task = [this, id, request = std::move(request), done = std::move(done),
                 failure = failure_] {
      const auto found = peers_.find(id);
      if (found == peers_.end()) return;
      if (failure) return done(*failure);
      Peer& peer = found->second;
      ++peer.offers;
      peer.tracks = request.tracks;
      const size_t pairs =
          request.sdp.starts_with("pairs=") ? std::stoul(request.sdp.substr(6)) : 0;
      while (peer.slots.size() < pairs) {
        const auto n = static_cast<uint32_t>(peer.slots.size());
        peer.slots.push_back(
            {n, "a" + std::to_string(n), "v" + std::to_string(n), {}, false, false});
      }
      done(OfferResult{"answer:" + request.sdp, peer.slots});
      Assign(id);
    };
    hold_ ? held_.push_back(std::move(task)) : due_.push_back(std::move(task));
  }
  void SetTracks(PeerId id, std::vector<SentTrack> tracks) override {
    peers_.at(id).tracks = std::move(tracks);
  }
  void SetWishes(PeerId id, std::vector<Wish> wishes) override {
    peers_.at(id).wishes = std::move(wishes);
    if (at_once_) return Assign(id);
    due_.push_back([this, id] { Assign(id); });
  }
  void ClosePeer(PeerId id) override { peers_.erase(id); }

 private:
  static const Wish* Find(const std::vector<Wish>& wishes, const Source& source) {
    for (const Wish& wish : wishes)
      if (wish.source == source) return &wish;
    return nullptr;
  }

  /// A wish keeps its slot for as long as it lasts; the others take free ones in order.
  void Assign(PeerId id) {
    const auto found = peers_.find(id);
    if (found == peers_.end()) return;
    Peer& peer = found->second;
    const std::vector<Slot> before = peer.slots;
    for (Slot& slot : peer.slots)
      if (slot.occupant && Find(peer.wishes, *slot.occupant) == nullptr) slot.occupant.reset();
    for (const Wish& wish : peer.wishes) Place(peer, wish);
    std::vector<Slot> changed;
    for (size_t i = 0; i < peer.slots.size(); ++i) {
      Slot& slot = peer.slots[i];
      const Wish* wish = slot.occupant ? Find(peer.wishes, *slot.occupant) : nullptr;
      slot.audio = wish != nullptr && wish->audio;
      slot.video = wish != nullptr && wish->video;
      if (slot.occupant != before[i].occupant || slot.audio != before[i].audio ||
          slot.video != before[i].video)
        changed.push_back(slot);
    }
    if (!changed.empty()) observer_->OnSlots(id, changed);
    if (peer.wishes.size() > peer.slots.size())
      observer_->OnNeedSlots(id, static_cast<uint32_t>(peer.wishes.size()));
  }
  static void Place(Peer& peer, const Wish& wish) {
    Slot* free = nullptr;
    for (Slot& slot : peer.slots) {
      if (slot.occupant == wish.source) return;
      if (!slot.occupant && free == nullptr) free = &slot;
    }
    if (free != nullptr) free->occupant = wish.source;
  }

  MediaObserver* observer_ = nullptr;
  uint64_t next_ = 1;
  bool at_once_ = false;
  bool hold_ = false;
  std::optional<base::Error> failure_;
  std::map<PeerId, Peer> peers_;
  std::deque<std::function<void()>> due_;
  std::deque<std::function<void()>> held_;
};

}  // namespace plaza::room
