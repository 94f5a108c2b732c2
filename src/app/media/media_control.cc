#include "app/media/media_control.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "sfu/limits.h"

namespace plaza::app {
namespace {

sfu::PeerId ToSfu(room::PeerId peer) { return sfu::PeerId(peer.value()); }
sfu::GroupId ToSfu(room::GroupId group) { return sfu::GroupId(group.value()); }
sfu::Source ToSfu(const room::Source& source) {
  return {ToSfu(source.peer), static_cast<uint8_t>(source.stream)};
}
sfu::TrackId ToSfu(room::PeerId peer, const room::SentTrack& track) {
  return {ToSfu(room::Source{peer, track.stream}),
          track.kind == room::MediaKind::kAudio ? rtp::MediaKind::kAudio : rtp::MediaKind::kVideo};
}
room::PeerId ToRoom(sfu::PeerId peer) { return room::PeerId(peer.value()); }
room::Source ToRoom(const sfu::Source& source) {
  return {ToRoom(source.peer), static_cast<room::StreamType>(source.stream)};
}
room::MediaKind ToRoom(rtp::MediaKind kind) {
  return kind == rtp::MediaKind::kAudio ? room::MediaKind::kAudio : room::MediaKind::kVideo;
}

bool SameTrack(const room::SentTrack& a, const room::SentTrack& b) {
  return a.mid == b.mid && a.muted == b.muted && a.layers == b.layers;
}

/// The sizes as encodings are numbered: as the SDP lists their rids, whatever the order in which
/// the client tells them.
sfu::TrackInfo InfoOf(const room::SentTrack& track, const RidsByMid& rids) {
  sfu::TrackInfo info;
  info.muted = track.muted;
  const auto encodings = rids.find(track.mid);
  if (encodings == rids.end()) {
    if (!track.layers.empty())
      info.layers.push_back({track.layers.back().width, track.layers.back().height});
    return info;
  }
  for (const std::string& rid : encodings->second) {
    sfu::LayerSize& size = info.layers.emplace_back();
    for (const room::Layer& layer : track.layers)
      if (layer.rid == rid) size = {layer.width, layer.height};
  }
  return info;
}

}  // namespace

MediaControl::MediaControl(const std::vector<WorkerCommands*>& workers, const base::Clock& clock)
    : clock_(clock) {
  for (WorkerCommands* commands : workers) workers_.push_back({commands});
}

room::PeerId MediaControl::CreatePeer(room::GroupId group_id) {
  const room::PeerId id(++last_peer_);
  Peer& peer = peers_[id];
  peer.group = group_id;
  Group& group = groups_[group_id];
  group.peers_on.resize(workers_.size());
  group.speakers_on.resize(workers_.size());
  Settle(peer, group);
  group.peers.push_back(id);
  return id;
}

// On the least busy worker; on one that is stuck only if all are.
void MediaControl::Settle(Peer& peer, Group& group) {
  const auto least = std::ranges::min_element(
      workers_, {}, [](const Worker& worker) { return std::pair(worker.stuck, worker.peers); });
  peer.worker = static_cast<size_t>(least - workers_.begin());
  ++least->peers;
  EnterWorker(peer, group);
}

void MediaControl::Unsettle(room::PeerId id, Peer& peer, Group& group) {
  for (const auto& [track_id, track] : peer.tracks) ForgetTrack(peer, track_id);
  peer.tracks.clear();
  workers_[peer.worker].commands->ClosePeer(ToSfu(id));
  LeaveWorker(peer, group);
  --workers_[peer.worker].peers;
}

// The first peer of a group on a worker brings the group's tracks of the other workers there.
void MediaControl::EnterWorker(Peer& peer, Group& group) {
  if (group.peers_on[peer.worker]++ > 0) return;
  for (const room::PeerId other_id : group.peers) {
    const Peer& other = peers_.at(other_id);
    if (other.worker == peer.worker) continue;
    for (const auto& [id, track] : other.tracks) {
      workers_[peer.worker].commands->SetRemoteTrack(
          id, ToSfu(other.group), sfu::LinkId(static_cast<uint32_t>(other.worker)),
          InfoOf(track, other.rids));
    }
  }
}

void MediaControl::LeaveWorker(Peer& peer, Group& group) {
  if (--group.peers_on[peer.worker] > 0) return;
  for (const room::PeerId other_id : group.peers) {
    const Peer& other = peers_.at(other_id);
    if (other.worker == peer.worker) continue;
    for (const auto& [id, track] : other.tracks) workers_[peer.worker].commands->RemoveTrack(id);
  }
}

void MediaControl::Offer(room::PeerId id, room::OfferRequest request, OfferDone done) {
  const auto found = peers_.find(id);
  if (found == peers_.end()) return;
  const Peer& peer = found->second;
  const uint64_t number = ++last_negotiation_;
  negotiations_.emplace(number, Negotiation{id, clock_.Now() + kOfferTimeout,
                                            std::move(request.tracks), std::move(done)});
  Worker& worker = workers_[peer.worker];
  if (worker.unanswered == kMaxUnanswered) return;
  ++worker.unanswered;
  worker.commands->Offer(ToSfu(id), ToSfu(peer.group), std::move(request.sdp),
                         [this, on = peer.worker, number](base::Result<WorkerOffer> answer) {
                           OnAnswer(on, number, std::move(answer));
                         });
}

void MediaControl::OnAnswer(size_t worker, uint64_t number, base::Result<WorkerOffer> answer) {
  --workers_[worker].unanswered;
  workers_[worker].stuck = false;
  auto waiting = negotiations_.extract(number);
  if (waiting.empty()) return;  // too late, or for a peer that is gone
  Negotiation& negotiation = waiting.mapped();
  if (!answer.ok()) return negotiation.done(std::move(answer).error());
  FinishOffer(negotiation.peer, *answer, std::move(negotiation.tracks), negotiation.done);
}

base::Time MediaControl::NextDeadline() const {
  return negotiations_.empty() ? base::kNever : negotiations_.begin()->second.deadline;
}

void MediaControl::HandleTimeout(base::Time now) {
  while (NextDeadline() <= now) Abandon(negotiations_.begin()->second.peer);
}

// What the worker has made of the offer, and when, nobody knows: the peer begins anew.
void MediaControl::Abandon(room::PeerId id) {
  const char* const kReason = "the media plane does not answer";
  Peer& peer = peers_.at(id);
  if (!std::exchange(workers_[peer.worker].stuck, true))
    base::LogWarning("media", "a worker does not answer", {{"worker", peer.worker}});
  Group& group = groups_.at(peer.group);
  Unsettle(id, peer, group);
  peer.offered = false;
  Settle(peer, group);
  for (const OfferDone& done : TakeNegotiations(id))
    done(base::Error{base::ErrorKind::kDeadlineExceeded, kReason, "", 0});
  if (peers_.contains(id)) observer_->OnPeerFailed(id, kReason);
}

std::vector<MediaControl::OfferDone> MediaControl::TakeNegotiations(room::PeerId id) {
  std::vector<OfferDone> waiting;
  std::erase_if(negotiations_, [&](auto& entry) {
    if (entry.second.peer != id) return false;
    waiting.push_back(std::move(entry.second.done));
    return true;
  });
  return waiting;
}

// The old slots and tracks are gone with the old transport.
std::vector<sfu::SlotChange> MediaControl::StartOver(Peer& peer) {
  for (const auto& [track_id, track] : peer.tracks) ForgetTrack(peer, track_id);
  peer.tracks.clear();
  peer.asked_slots = 0;
  const sfu::SlotTable before = std::exchange(peer.slots, sfu::SlotTable(sfu::kMaxSlots));
  peer.slots.SetWishes(peer.wishes);
  auto changes = peer.slots.SetSlotCount(static_cast<uint32_t>(peer.mids.size()));
  // What was assigned since the offer fell on the new slots.
  for (uint32_t slot = 0; slot < std::min(before.slot_count(), peer.slots.slot_count()); ++slot) {
    if (before.content(slot) && !peer.slots.content(slot)) changes.push_back({slot, std::nullopt});
  }
  return changes;
}

void MediaControl::FinishOffer(room::PeerId id, const WorkerOffer& offer,
                               std::vector<room::SentTrack> tracks, const OfferDone& done) {
  Peer& peer = peers_.at(id);
  peer.offered = true;
  peer.mids = offer.slots;
  peer.rids = offer.rids;
  const auto changes = offer.new_transport
                           ? StartOver(peer)
                           : peer.slots.SetSlotCount(static_cast<uint32_t>(peer.mids.size()));

  room::OfferResult result{offer.answer, {}};
  for (uint32_t slot = 0; slot < peer.mids.size(); ++slot)
    result.slots.push_back(Describe(peer, slot));
  // A track may have been told before its m-line was there.
  ApplyTracks(id, peer, std::move(tracks), true);
  done(std::move(result));
  // `done` may have closed the peer, and what it has said goes out before the slots.
  const auto again = peers_.find(id);
  if (again == peers_.end()) return;
  ApplySlots(id, again->second, changes);
  if (const auto still = peers_.find(id); still != peers_.end()) AskForSlots(id, still->second);
}

void MediaControl::SetTracks(room::PeerId id, std::vector<room::SentTrack> tracks) {
  const auto found = peers_.find(id);
  if (found == peers_.end() || !found->second.offered) return;
  ApplyTracks(id, found->second, std::move(tracks), false);
}

void MediaControl::ApplyTracks(room::PeerId id, Peer& peer, std::vector<room::SentTrack> tracks,
                               bool tell_all) {
  std::map<sfu::TrackId, room::SentTrack> wanted;
  for (room::SentTrack& track : tracks) {
    if (track.published) wanted.insert_or_assign(ToSfu(id, track), std::move(track));
  }
  for (const auto& [track_id, track] : peer.tracks) {
    const auto still = wanted.find(track_id);
    // On another m-line it is another RTP stream.
    if (still == wanted.end() || still->second.mid != track.mid) ForgetTrack(peer, track_id);
  }
  for (const auto& [track_id, track] : wanted) {
    const auto before = peer.tracks.find(track_id);
    if (tell_all || before == peer.tracks.end() || !SameTrack(before->second, track))
      TellTrack(peer, track_id, track);
  }
  peer.tracks = std::move(wanted);
}

void MediaControl::TellTrack(const Peer& peer, const sfu::TrackId& id,
                             const room::SentTrack& track) {
  const sfu::TrackInfo info = InfoOf(track, peer.rids);
  workers_[peer.worker].commands->SetTrack(id, track.mid, info);
  const Group& group = groups_.at(peer.group);
  for (size_t worker = 0; worker < workers_.size(); ++worker) {
    if (worker == peer.worker || group.peers_on[worker] == 0) continue;
    workers_[worker].commands->SetRemoteTrack(
        id, ToSfu(peer.group), sfu::LinkId(static_cast<uint32_t>(peer.worker)), info);
  }
}

void MediaControl::ForgetTrack(const Peer& peer, const sfu::TrackId& id) {
  const Group& group = groups_.at(peer.group);
  for (size_t worker = 0; worker < workers_.size(); ++worker) {
    if (worker == peer.worker || group.peers_on[worker] > 0)
      workers_[worker].commands->RemoveTrack(id);
  }
}

void MediaControl::SetWishes(room::PeerId id, std::vector<room::Wish> wishes) {
  const auto found = peers_.find(id);
  if (found == peers_.end()) return;
  Peer& peer = found->second;
  peer.wishes.clear();
  for (const room::Wish& wish : wishes) {
    // A screen is looked at by everybody and read: it goes first when the network is short.
    const uint8_t priority = wish.source.stream == room::StreamType::kAux ? 1 : 0;
    peer.wishes.push_back(
        {ToSfu(wish.source), wish.audio, wish.video, wish.max_width, wish.max_height, priority});
  }
  ApplySlots(id, peer, peer.slots.SetWishes(peer.wishes));
  // Telling the room may have closed the peer.
  if (const auto again = peers_.find(id); again != peers_.end()) AskForSlots(id, again->second);
}

void MediaControl::ApplySlots(room::PeerId id, Peer& peer,
                              const std::vector<sfu::SlotChange>& changes) {
  if (changes.empty()) return;
  std::vector<room::Slot> told;
  told.reserve(changes.size());
  for (const sfu::SlotChange& change : changes) told.push_back(Describe(peer, change.slot));
  observer_->OnSlots(id, told);  // a new occupant is announced before its first packet
  const auto again = peers_.find(id);
  if (again == peers_.end()) return;
  // Not what the changes say: wishes may have changed since.
  const Peer& still = again->second;
  for (const sfu::SlotChange& change : changes)
    workers_[still.worker].commands->Assign(ToSfu(id), change.slot,
                                            still.slots.content(change.slot));
}

void MediaControl::AskForSlots(room::PeerId id, Peer& peer) {
  const uint32_t needed = peer.slots.needed();
  if (needed <= std::max(peer.slots.slot_count(), peer.asked_slots)) return;
  peer.asked_slots = needed;
  observer_->OnNeedSlots(id, needed);
}

room::Slot MediaControl::Describe(const Peer& peer, uint32_t slot) const {
  const SlotMids& mids = peer.mids.at(slot);
  room::Slot out{mids.index, mids.audio_mid, mids.video_mid, std::nullopt, false, false};
  if (slot >= peer.slots.slot_count()) return out;
  if (const auto& content = peer.slots.content(slot)) {
    out.occupant = ToRoom(content->source);
    out.audio = content->audio;
    out.video = content->video;
  }
  return out;
}

void MediaControl::ClosePeer(room::PeerId id) {
  const auto found = peers_.find(id);
  if (found == peers_.end()) return;
  Peer& peer = found->second;
  Group& group = groups_.at(peer.group);
  std::erase(group.peers, id);
  Unsettle(id, peer, group);
  (void)TakeNegotiations(id);
  if (group.peers.empty()) groups_.erase(peer.group);
  peers_.erase(found);
}

void MediaControl::OnPeerConnected(sfu::PeerId peer) {
  if (peers_.contains(ToRoom(peer))) observer_->OnPeerConnected(ToRoom(peer));
}

void MediaControl::OnPeerFailed(sfu::PeerId peer, const std::string& reason) {
  if (peers_.contains(ToRoom(peer))) observer_->OnPeerFailed(ToRoom(peer), reason);
}

void MediaControl::OnTrackStalled(const sfu::TrackId& track, bool stalled) {
  const auto found = peers_.find(ToRoom(track.source.peer));
  if (found == peers_.end() || !found->second.tracks.contains(track)) return;
  observer_->OnTrackStalled(ToRoom(track.source.peer), ToRoom(track.source).stream,
                            ToRoom(track.kind), stalled);
}

void MediaControl::OnSpeakers(size_t worker, sfu::GroupId group_id,
                              const std::vector<sfu::Speaker>& speakers) {
  const auto found = groups_.find(room::GroupId(group_id.value()));
  if (found == groups_.end()) return;
  found->second.speakers_on[worker] = speakers;
  std::vector<room::Speaker> all;
  for (const auto& list : found->second.speakers_on) {
    for (const sfu::Speaker& speaker : list) {
      if (peers_.contains(ToRoom(speaker.source.peer)))
        all.push_back({ToRoom(speaker.source.peer), speaker.level});
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.level > b.level; });
  if (all.size() > sfu::kMaxSpeakers) all.resize(sfu::kMaxSpeakers);
  observer_->OnSpeakers(found->first, all);
}

}  // namespace plaza::app
