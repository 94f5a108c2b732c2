// The graph's tables, and what goes from one to another.
#include "sfu/graph.h"

#include <string>
#include <unordered_map>
#include <utility>

#include "sfu/internal/peer.h"
#include "sfu/internal/remote_copy.h"
#include "sfu/limits.h"

namespace plaza::sfu {
namespace {

// Requests are repeated, reports written and layers weighed at this pace.
constexpr base::Duration kTick = std::chrono::milliseconds(50);

base::Error NotFound(std::string field, std::string message) {
  return {base::ErrorKind::kNotFound, std::move(message), std::move(field), 0};
}
base::Error AlreadyExists(std::string field, std::string message) {
  return {base::ErrorKind::kAlreadyExists, std::move(message), std::move(field), 0};
}
base::Error Exhausted(std::string field, std::string message) {
  return {base::ErrorKind::kResourceExhausted, std::move(message), std::move(field), 0};
}

}  // namespace

class Graph::Impl {
 public:
  Impl(GraphObserver& observer, base::Random& random, const base::Calendar& calendar)
      : observer_(observer), random_(random), calendar_(calendar) {}
  ~Impl() {
    copies_.clear();
    publications_.clear();
  }

  base::Result<rtp::PacketTransportObserver*> AddPeer(PeerId id, GroupId group,
                                                      rtp::PacketTransport& transport,
                                                      uint32_t local_ssrc) {
    auto [it, added] = peers_.try_emplace(id);
    if (!added) return AlreadyExists("peer", "the peer exists");
    const Outlet::Environment environment{observer_, random_, calendar_, counters_};
    it->second = std::make_unique<Peer>(id, group, transport, local_ssrc, environment, wakeups_);
    return it->second.get();
  }

  void RemovePeer(PeerId id) {
    const auto it = peers_.find(id);
    if (it == peers_.end()) return;
    while (!it->second->publications().empty()) {
      RemoveTrack(it->second->publications().back()->track().id());
    }
    peers_.erase(it);
  }

  base::Status AddTrack(const TrackId& id, uint16_t media, TrackInfo info, base::Time now) {
    Peer* peer = FindPeer(id.source.peer);
    if (!peer) return NotFound("peer", "no such peer");
    if (media >= kMaxMedia) return base::InvalidArgument("media", "m-line index out of range");
    if (peer->Receives(media)) return AlreadyExists("media", "the m-line carries a track already");
    if (auto status = CheckNew(id); !status) return status;
    Voice* voice = nullptr;
    if (id.kind == rtp::MediaKind::kAudio) voice = &speakers_[peer->group()].Add(id.source);
    auto& publication = publications_[id];
    publication = std::make_unique<Publication>(id, peer->group(), media, std::move(info),
                                                peer->outlet(), voice, now);
    peer->Add(*publication);
    Introduce(publication->track(), now);
    return {};
  }

  base::Status AddRemoteTrack(const TrackId& id, GroupId group, TrackInfo info, LinkId home,
                              base::Time now) {
    RelayLink* link = FindLink(home);
    if (!link) return NotFound("link", "no such link");
    if (auto status = CheckNew(id); !status) return status;
    auto& copy = copies_[id];
    copy = std::make_unique<RemoteCopy>(id, group, std::move(info), home, *link);
    Introduce(copy->track(), now);
    return {};
  }

  void UpdateTrack(const TrackId& id, TrackInfo info, base::Time now) {
    if (const auto it = publications_.find(id); it != publications_.end()) {
      it->second->Update(std::move(info), now);
    } else if (const auto copy = copies_.find(id); copy != copies_.end()) {
      copy->second->track().Update(std::move(info));
    }
  }

  void RemoveTrack(const TrackId& id) {
    copies_.erase(id);
    const auto it = publications_.find(id);
    if (it == publications_.end()) return;
    Publication& publication = *it->second;
    Peer* peer = FindPeer(id.source.peer);
    peer->Remove(publication);
    if (Voice* voice = publication.voice()) {
      const auto group = speakers_.find(peer->group());
      group->second.Remove(*voice);
    }
    publications_.erase(it);
  }

  base::Status AddSlot(PeerId id, const SlotConfig& config) {
    Peer* peer = FindPeer(id);
    if (!peer) return NotFound("peer", "no such peer");
    if (config.index >= kMaxSlots) return Exhausted("slot", "too many slots");
    // Only a new half is bound, which has nothing to stop now.
    BindHalves(*peer, peer->AddSlot(config), {});
    return {};
  }

  base::Status Assign(PeerId id, uint32_t index, const std::optional<SlotContent>& content,
                      base::Time now) {
    Peer* peer = FindPeer(id);
    Slot* slot = peer ? peer->FindSlot(index) : nullptr;
    if (!slot) return NotFound("slot", "no such slot");
    slot->content = content;
    slot->view.max_width = content ? content->max_width : 0;
    slot->view.max_height = content ? content->max_height : 0;
    slot->view.priority = content ? content->priority : 0;
    BindHalves(*peer, *slot, now);
    peer->outlet().RequestAllocation();
    return {};
  }

  void AddLink(LinkId id, RelayLink& link) { links_[id] = &link; }

  void RemoveLink(LinkId id, base::Time now) {
    RelayLink* link = FindLink(id);
    if (!link) return;
    std::erase_if(copies_, [&](const auto& entry) { return entry.second->home() == id; });
    for (auto& [track, publication] : publications_) publication->track().SetRelay(*link, 0, now);
    for (auto& [track, copy] : copies_) copy->track().SetRelay(*link, 0, now);
    links_.erase(id);
  }

  RelayLink* FindLink(LinkId id) const {
    const auto it = links_.find(id);
    return it == links_.end() ? nullptr : it->second;
  }

  /// Only if it lives at the other end of this link.
  RemoteCopy* FindCopy(LinkId link, const TrackId& id) const {
    const auto it = copies_.find(id);
    return it == copies_.end() || it->second->home() != link ? nullptr : it->second.get();
  }

  Track* FindTrack(const TrackId& id) const {
    if (const auto it = publications_.find(id); it != publications_.end()) {
      return &it->second->track();
    }
    const auto copy = copies_.find(id);
    return copy == copies_.end() ? nullptr : &copy->second->track();
  }

  const GraphCounters& counters() const { return counters_; }
  size_t peer_count() const { return peers_.size(); }
  size_t track_count() const { return publications_.size() + copies_.size(); }

  base::Time NextDeadline() const {
    return peers_.empty() ? base::kNever : std::min(wakeups_.Next(), next_tick_);
  }

  void HandleTimeout(base::Time now) {
    if (now >= next_tick_) HandleTick(now);
    while (Peer* peer = wakeups_.Take(now)) peer->HandleTimeout(now);
  }

 private:
  Peer* FindPeer(PeerId id) const {
    const auto it = peers_.find(id);
    return it == peers_.end() ? nullptr : it->second.get();
  }

  base::Status CheckNew(const TrackId& id) const {
    if (FindTrack(id)) return AlreadyExists("track", "the track exists");
    if (track_count() >= kMaxTracks) return Exhausted("track", "too many tracks");
    return {};
  }

  // Slots that wait for a new track get it.
  void Introduce(Track& track, base::Time now) {
    for (auto& [id, peer] : peers_) {
      if (peer->group() != track.group()) continue;
      for (const auto& [index, slot] : peer->slots()) {
        if (Subscription* half = slot->HalfFor(track.id())) half->Bind(&track, now);
      }
    }
  }

  void BindHalves(const Peer& peer, const Slot& slot, base::Time now) {
    BindHalf(peer, slot, slot.audio.get(), rtp::MediaKind::kAudio, now);
    BindHalf(peer, slot, slot.video.get(), rtp::MediaKind::kVideo, now);
  }

  void BindHalf(const Peer& peer, const Slot& slot, Subscription* half, rtp::MediaKind kind,
                base::Time now) {
    if (!half) return;
    Track* track = slot.content ? FindTrack({slot.content->source, kind}) : nullptr;
    const bool belongs =
        track && track->group() == peer.group() && slot.HalfFor(track->id()) == half;
    half->Bind(belongs ? track : nullptr, now);
  }

  void HandleTick(base::Time now) {
    next_tick_ = now + kTick;
    for (auto& [id, publication] : publications_) publication->track().HandleTick(now);
    for (auto& [id, copy] : copies_) copy->HandleTick(now);
    for (auto& [id, peer] : peers_) peer->HandleTick(now);
    for (auto it = speakers_.begin(); it != speakers_.end();) {
      if (const auto speakers = it->second.Poll(now)) observer_.OnSpeakers(it->first, *speakers);
      it = it->second.idle() ? speakers_.erase(it) : std::next(it);
    }
  }

  GraphObserver& observer_;
  base::Random& random_;
  const base::Calendar calendar_;
  GraphCounters counters_;
  WakeupList wakeups_;
  std::unordered_map<PeerId, std::unique_ptr<Peer>> peers_;
  std::unordered_map<GroupId, SpeakerDetector> speakers_;
  std::unordered_map<LinkId, RelayLink*> links_;
  std::unordered_map<TrackId, std::unique_ptr<Publication>> publications_;
  std::unordered_map<TrackId, std::unique_ptr<RemoteCopy>> copies_;
  base::Time next_tick_ = base::Time::min();
};

Graph::Graph(GraphObserver& observer, base::Random& random, const base::Calendar& calendar)
    : impl_(std::make_unique<Impl>(observer, random, calendar)) {}

Graph::~Graph() = default;

base::Result<rtp::PacketTransportObserver*> Graph::AddPeer(PeerId peer, GroupId group,
                                                           rtp::PacketTransport& transport,
                                                           uint32_t local_ssrc) {
  return impl_->AddPeer(peer, group, transport, local_ssrc);
}

void Graph::RemovePeer(PeerId peer) { impl_->RemovePeer(peer); }

base::Status Graph::AddTrack(const TrackId& track, uint16_t media, TrackInfo info, base::Time now) {
  return impl_->AddTrack(track, media, std::move(info), now);
}

base::Status Graph::AddRemoteTrack(const TrackId& track, GroupId group, TrackInfo info, LinkId home,
                                   base::Time now) {
  return impl_->AddRemoteTrack(track, group, std::move(info), home, now);
}

void Graph::UpdateTrack(const TrackId& track, TrackInfo info, base::Time now) {
  impl_->UpdateTrack(track, std::move(info), now);
}

void Graph::RemoveTrack(const TrackId& track) { impl_->RemoveTrack(track); }

base::Status Graph::AddSlot(PeerId peer, const SlotConfig& config) {
  return impl_->AddSlot(peer, config);
}

base::Status Graph::Assign(PeerId peer, uint32_t slot, const std::optional<SlotContent>& content,
                           base::Time now) {
  return impl_->Assign(peer, slot, content, now);
}

void Graph::AddLink(LinkId id, RelayLink& link) { impl_->AddLink(id, link); }

void Graph::RemoveLink(LinkId id, base::Time now) { impl_->RemoveLink(id, now); }

void Graph::OnRelayPacket(LinkId link, const TrackId& track, uint8_t encoding,
                          const MediaPacket& packet) {
  if (RemoteCopy* copy = impl_->FindCopy(link, track)) copy->track().Deliver(encoding, packet);
}

void Graph::OnRelayClock(LinkId link, const TrackId& track, uint8_t encoding,
                         const ClockReference& clock) {
  if (RemoteCopy* copy = impl_->FindCopy(link, track)) copy->track().SetClock(encoding, clock);
}

void Graph::OnRelayStatus(LinkId link, const TrackId& track, const RelayStatus& status,
                          base::Time now) {
  if (RemoteCopy* copy = impl_->FindCopy(link, track)) copy->OnStatus(status, now);
}

void Graph::OnRelayWanted(LinkId link, const TrackId& track, EncodingMask encodings,
                          base::Time now) {
  RelayLink* to = impl_->FindLink(link);
  Track* found = impl_->FindTrack(track);
  if (to && found) found->SetRelay(*to, encodings, now);
}

void Graph::OnRelayKeyframeRequest(LinkId, const TrackId& track, uint8_t encoding, base::Time now) {
  Track* found = impl_->FindTrack(track);
  Encoding* wanted = found ? found->Find(encoding) : nullptr;
  if (wanted) found->DemandKeyframe(*wanted, now);
}

const GraphCounters& Graph::counters() const { return impl_->counters(); }

size_t Graph::peer_count() const { return impl_->peer_count(); }

size_t Graph::track_count() const { return impl_->track_count(); }

base::Time Graph::NextDeadline() const { return impl_->NextDeadline(); }

void Graph::HandleTimeout(base::Time now) { impl_->HandleTimeout(now); }

}  // namespace plaza::sfu
