// Receiving a published track.
#include "sfu/internal/publication.h"

#include <algorithm>
#include <utility>

#include "rtp/rtcp/keyframe_request.h"

namespace plaza::sfu {

Publication::Publication(const TrackId& id, GroupId group, uint16_t media, TrackInfo info,
                         Outlet& outlet, Voice* voice, base::Time now)
    : outlet_(outlet),
      media_(media),
      track_(id, group, std::move(info), *this),
      voice_(voice),
      silent_since_(now) {}

void Publication::Update(TrackInfo info, base::Time now) {
  if (track_.info().muted && !info.muted) silent_since_ = now;
  track_.Update(std::move(info));
}

Reception* Publication::Obtain(uint8_t encoding, uint32_t ssrc, base::Time now) {
  if (encoding >= kMaxEncodings) return nullptr;
  auto& reception = receptions_[encoding];
  if (!reception) {
    reception.emplace(ssrc, track_.clock_rate(), now);
    if (outlet_.rtt) reception->SetRtt(*outlet_.rtt);
  } else if (reception->ssrc() != ssrc) {
    reception->Restart(ssrc);
  }
  return &*reception;
}

void Publication::OnRtp(uint8_t encoding, const rtp::Packet& packet) {
  Reception* reception = Obtain(encoding, packet.header.ssrc, packet.arrival);
  if (!reception) return;
  ++outlet_.counters.received_packets;
  silent_since_ = packet.arrival;
  if (std::exchange(stalled_, false)) outlet_.observer.OnTrackStalled(track_.id(), false);
  MediaPacket media = reception->OnPacket(packet, outlet_.transport.extensions());
  if (voice_ && media.extensions.audio_level && !track_.info().muted) {
    voice_->OnLevel(*media.extensions.audio_level, packet.arrival);
  }
  track_.Deliver(encoding, std::move(media));
  if (!reception->missing()) return;
  outlet_.wakeup.At(packet.arrival + rtp::NackGenerator::kReorderWait);
}

bool Publication::OnSenderReport(const rtp::rtcp::SenderReport& report, PublisherClock& clock,
                                 base::Time now) {
  for (uint8_t i = 0; i < kMaxEncodings; ++i) {
    auto& reception = receptions_[i];
    if (!reception || reception->ssrc() != report.sender_ssrc) continue;
    clock.OnSenderReport(report.ntp, now);
    reception->OnSenderReport(report.ntp, now);
    track_.SetClock(i, {clock.ToServer(report.ntp), report.rtp_timestamp});
    return true;
  }
  return false;
}

void Publication::RequestKeyframe(uint8_t encoding) {
  keyframes_due_ |= static_cast<uint8_t>(1 << encoding);
  outlet_.wakeup.Now();
}

void Publication::WriteRequests(RtcpOut& out, uint32_t local_ssrc, base::Time now) {
  for (uint8_t i = 0; i < kMaxEncodings; ++i) {
    auto& reception = receptions_[i];
    if (!reception) continue;
    if (!track_.info().muted) reception->WriteNacks(out, local_ssrc, now);
    if (reception->TakeKeyframeWish() && track_.id().kind == rtp::MediaKind::kVideo &&
        track_.Find(i)->wanted()) {
      track_.DemandKeyframe(*track_.Find(i), now);
    }
    if ((keyframes_due_ >> i & 1) == 0) continue;
    ++outlet_.counters.keyframe_requests;
    out.Add([&](rtp::rtcp::CompoundWriter& writer) {
      return rtp::rtcp::WritePli(writer, {local_ssrc, reception->ssrc()});
    });
  }
  keyframes_due_ = 0;
}

base::Time Publication::NextDeadline() const {
  base::Time next = base::kNever;
  if (track_.info().muted) return next;
  for (const auto& reception : receptions_) {
    if (reception && reception->missing()) next = std::min(next, reception->NextNack());
  }
  return next;
}

void Publication::SetRtt(base::Duration rtt) {
  for (auto& reception : receptions_) {
    if (reception) reception->SetRtt(rtt);
  }
}

void Publication::HandleTick(base::Time now) {
  if (stalled_ || track_.info().muted || now - silent_since_ < kStalledAfter) return;
  stalled_ = true;
  outlet_.observer.OnTrackStalled(track_.id(), true);
}

}  // namespace plaza::sfu
