// A participant's media and time.
#include "sfu/internal/peer.h"

#include <algorithm>
#include <utility>

#include "sfu/limits.h"

namespace plaza::sfu {
namespace {

// Layers are chosen anew at least so often: their rates change.
constexpr base::Duration kAllocateInterval = std::chrono::milliseconds(500);
constexpr base::Duration kReportInterval = std::chrono::seconds(1);

}  // namespace

Peer::Peer(PeerId id, GroupId group, rtp::PacketTransport& transport, uint32_t local_ssrc,
           const Outlet::Environment& environment, WakeupList& wakeups)
    : group_(group),
      local_ssrc_(local_ssrc),
      wakeup_(wakeups, *this),
      outlet_(id, transport, environment, wakeup_) {}

void Peer::Add(Publication& publication) {
  const uint16_t media = publication.media();
  if (by_media_.size() <= media) by_media_.resize(media + 1u);
  by_media_[media] = &publication;
  publications_.push_back(&publication);
}

void Peer::Remove(Publication& publication) {
  by_media_[publication.media()] = nullptr;
  std::erase(publications_, &publication);
}

Publication* Peer::FindPublication(uint16_t media) const {
  return media < by_media_.size() ? by_media_[media] : nullptr;
}

Slot& Peer::AddSlot(const SlotConfig& config) {
  auto& slot = slots_[config.index];
  if (!slot) slot = std::make_unique<Slot>();
  if (config.audio && slot->audio) {
    slot->audio->stream().SetPayloadTypes(*config.audio);
  } else if (config.audio) {
    slot->audio = MakeHalf(config.index, rtp::MediaKind::kAudio, *config.audio);
    audio_.push_back(slot->audio.get());
  }
  if (config.video && slot->video) {
    slot->video->stream().SetPayloadTypes(*config.video);
  } else if (config.video) {
    slot->video = MakeHalf(config.index, rtp::MediaKind::kVideo, *config.video);
    slot->view.subscription = slot->video.get();
    video_.push_back(&slot->view);
  }
  return *slot;
}

std::unique_ptr<Subscription> Peer::MakeHalf(uint32_t slot, rtp::MediaKind kind,
                                             const HalfConfig& config) {
  auto half = std::make_unique<Subscription>(slot, kind, config, outlet_);
  by_ssrc_[config.ssrc] = half.get();
  return half;
}

Slot* Peer::FindSlot(uint32_t index) const {
  const auto it = slots_.find(index);
  return it == slots_.end() ? nullptr : it->second.get();
}

Subscription* Peer::FindSubscription(uint32_t ssrc) const {
  const auto it = by_ssrc_.find(ssrc);
  return it == by_ssrc_.end() ? nullptr : it->second;
}

void Peer::OnConnected(base::Time now) {
  connected_ = true;
  for (Publication* publication : publications_) publication->OnConnected(now);
  outlet_.RequestAllocation();
}

void Peer::OnClosed(const std::string&) {
  connected_ = false;
  outlet_.RequestAllocation();
}

void Peer::OnRtp(const rtp::StreamKey& stream, const rtp::Packet& packet) {
  if (Publication* publication = FindPublication(stream.media)) {
    publication->OnRtp(stream.encoding, packet);
  }
}

void Peer::OnTargetRate(base::DataRate rate, base::Time) {
  layers_.SetTarget(rate);
  outlet_.resends.SetRate(rate);
  outlet_.RequestAllocation();
}

void Peer::HandleTimeout(base::Time now) {
  if (std::exchange(outlet_.allocation_due, false)) Allocate(now);
  {
    RtcpOut out(outlet_.transport);
    if (std::exchange(outlet_.reports_due, false)) WriteSenderReports(out, now);
    for (Publication* publication : publications_) {
      publication->WriteRequests(out, local_ssrc_, now);
    }
  }
  base::Time next = base::kNever;
  for (const Publication* publication : publications_) {
    next = std::min(next, publication->NextDeadline());
  }
  wakeup_.At(next);
}

void Peer::HandleTick(base::Time now) {
  if (!connected_) return;
  for (Publication* publication : publications_) publication->HandleTick(now);
  for (VideoView* view : video_) {
    const Subscription& subscription = *view->subscription;
    if (!subscription.waiting() || !subscription.target()) continue;
    subscription.track()->DemandKeyframe(*subscription.target(), now);
  }
  if (now - allocated_ >= kAllocateInterval) outlet_.RequestAllocation();
  if (now - reported_ < kReportInterval) return;
  reported_ = now;
  RtcpOut out(outlet_.transport);
  WriteSenderReports(out, now);
  WriteReceiverReports(out, now);
  outlet_.reports_due = false;
}

void Peer::Allocate(base::Time now) {
  allocated_ = now;
  if (connected_) {
    layers_.Allocate(audio_, video_, now);
    return;
  }
  for (Subscription* subscription : audio_) subscription->SetTarget(nullptr, now);
  for (VideoView* view : video_) view->subscription->SetTarget(nullptr, now);
}

}  // namespace plaza::sfu
