// Choosing, rewriting and sending what one receiver gets.
#include "sfu/internal/subscription.h"

#include <algorithm>
#include <utility>

#include "sfu/internal/clock_rate.h"
#include "sfu/internal/encoding.h"
#include "sfu/internal/track.h"
#include "sfu/limits.h"

namespace plaza::sfu {
namespace {

// A packet is not sent again before this share of a round trip has passed.
constexpr int kResendAfterPercent = 90;
constexpr base::Duration kDefaultRtt = std::chrono::milliseconds(100);
constexpr base::Duration kMaxResendWait = std::chrono::seconds(1);
// First numbers keep clear of the wrap, which some receivers take badly at the start (RFC 3711 asks
// so, too).
constexpr uint32_t kFirstSequenceNumbers = 1 << 15;

}  // namespace

Subscription::Subscription(uint32_t slot, rtp::MediaKind kind, HalfConfig config, Outlet& outlet)
    : slot_(slot),
      kind_(kind),
      outlet_(outlet),
      stream_(std::move(config), kind, outlet),
      sent_(kind == rtp::MediaKind::kVideo ? kVideoSent : kAudioSent),
      sequence_(static_cast<int64_t>(outlet.random.Below(kFirstSequenceNumbers))),
      timeline_(ClockRateOf(kind), outlet.random.Next32()) {}

Subscription::~Subscription() { Bind(nullptr, {}); }

void Subscription::Bind(Track* track, base::Time now) {
  if (track == track_) return;
  SetTarget(nullptr, now);
  if (track_) {
    track_->Remove(*this);
    sent_.Clear();
  }
  track_ = track;
  unsupported_ = false;
  if (!track) return;
  track->Add(*this);
  outlet_.RequestAllocation();
  const rtp::Codec codec = track->info().codec;
  if (codec != rtp::Codec::kUnknown && !stream_.Supports(codec)) ReportUnsupported(codec);
}

void Subscription::SetTarget(Encoding* target, base::Time now) {
  if (target == target_) return;
  if (target_ && target_ != current_) track_->Detach(*target_, *this);
  target_ = target;
  if (!target) {
    Stop();
  } else if (target != current_) {
    track_->Attach(*target, *this);
    const auto start = target->StartFor(now, current_ ? kMaxSwitchGroup : kMaxCachedGroup);
    if (start) {
      StartAt(*target, *start, now);
    } else {
      track_->DemandKeyframe(*target, now);
    }
  }
}

bool Subscription::OnKeyframe(Encoding& encoding, int64_t start) {
  if (&encoding != target_ || &encoding == current_) return false;
  StartAt(encoding, start, encoding.last_arrival());
  return true;
}

void Subscription::OnRestart(Encoding& encoding) {
  if (&encoding != current_) return;
  Stop();
}

// Leaves the current encoding; stays attached to it only if it is the target.
void Subscription::Stop() {
  if (!current_) return;
  timeline_.Stop(current_->CaptureTime(timeline_.newest_in(), newest_arrival_));
  if (current_ != target_) track_->Detach(*current_, *this);
  current_ = nullptr;
}

void Subscription::StartAt(Encoding& encoding, int64_t start, base::Time now) {
  Stop();
  const PacketRing& packets = encoding.packets();
  const int64_t newest = *packets.newest();
  const MediaPacket* first = packets.Find(start);
  const MediaPacket* live = packets.Find(newest);
  if (!first || !live) return;
  const rtp::Packet& packet = live->packet;
  timeline_.Start(
      {encoding.CaptureTime(packet.header.timestamp, packet.arrival), packet.header.timestamp},
      first->packet.header.timestamp);
  sequence_.Start(start);
  vp8_.OnSwitch();
  current_ = &encoding;
  outlet_.RequestReports();
  for (int64_t sequence = start; sequence <= newest; ++sequence) {
    if (const MediaPacket* kept = packets.Find(sequence)) Forward(*kept, now);
  }
}

void Subscription::Forward(const MediaPacket& packet, base::Time now) {
  const bool supported = stream_.Supports(packet.packet.codec);
  if (!supported) ReportUnsupported(packet.packet.codec);
  const bool newest = sequence_.IsNewest(packet.sequence);
  // Padding takes no number. If it comes late its place was kept, and it goes out as an empty
  // packet.
  if (newest && (!supported || packet.packet.payload_size == 0)) {
    return sequence_.Skip(packet.sequence);
  }
  if (!supported) return;
  const auto out = sequence_.Map(packet.sequence);
  if (!out) return;
  Rewritten rewritten{static_cast<uint16_t>(*out), timeline_.Map(packet.packet.header.timestamp)};
  if (packet.vp8) rewritten.vp8 = vp8_.Rewrite(packet.vp8->descriptor);
  if (newest) newest_arrival_ = packet.packet.arrival;
  SentPacket sent{.out_sequence = rewritten.sequence_number,
                  .in_sequence = packet.packet.header.sequence_number,
                  .timestamp = rewritten.timestamp,
                  .encoding = current_->index(),
                  .sent_ms = SentRing::Millis(now)};
  if (rewritten.vp8) {
    sent.picture_id = rewritten.vp8->picture_id.value_or(0);
    sent.tl0_picture_index = rewritten.vp8->tl0_picture_index.value_or(0);
  }
  sent_.Add(sent);
  stream_.Send(packet, rewritten, now);
}

void Subscription::OnNack(uint16_t sequence_number, base::Time now) {
  if (!Resend(sequence_number, now)) ++outlet_.counters.unanswered_nacks;
}

bool Subscription::Resend(uint16_t sequence_number, base::Time now) {
  if (!track_) return false;
  SentPacket* sent = sent_.Find(sequence_number);
  if (!sent) {
    if (sent_.HasForgotten(sequence_number)) GoOnWithKeyframe(now);
    return false;
  }
  if (sent->resends == kMaxResends) return false;
  const uint32_t now_ms = SentRing::Millis(now);
  const base::Duration wait =
      std::min(outlet_.rtt.value_or(kDefaultRtt) * kResendAfterPercent / 100, kMaxResendWait);
  if (sent->resends > 0 && now_ms - sent->sent_ms < static_cast<uint32_t>(base::ToMillis(wait))) {
    return false;
  }
  const Encoding* encoding = track_->Find(sent->encoding);
  const MediaPacket* packet = encoding ? encoding->packets().FindWire(sent->in_sequence) : nullptr;
  if (!packet) {
    GoOnWithKeyframe(now);
    return false;
  }
  if (!outlet_.resends.Take(packet->packet.buffer.size(), now)) return false;
  ++sent->resends;
  sent->sent_ms = now_ms;
  Rewritten rewritten{sequence_number, sent->timestamp};
  if (packet->vp8) {
    rewritten.vp8 = packet->vp8->descriptor;
    rtp::Vp8Descriptor& descriptor = *rewritten.vp8;
    if (descriptor.picture_id) {
      descriptor.picture_id = sent->picture_id;
      descriptor.long_picture_id = true;
    }
    if (descriptor.tl0_picture_index) descriptor.tl0_picture_index = sent->tl0_picture_index;
  }
  stream_.Resend(*packet, rewritten, now);
  return true;
}

// What the receiver lacks is no longer kept, as after a break of seconds. It would wait for it long
// before it asks for a keyframe by itself.
void Subscription::GoOnWithKeyframe(base::Time now) {
  if (current_) track_->DemandKeyframe(*current_, now);
}

std::optional<rtp::rtcp::SenderReport> Subscription::SenderReport(base::Time now) {
  if (!current_) return std::nullopt;
  ClockReference clock{newest_arrival_, timeline_.newest_out()};
  if (const auto& source = current_->clock()) {
    clock = {source->time, timeline_.Line(source->timestamp)};
  }
  return stream_.Report(clock, now);
}

void Subscription::ReportUnsupported(rtp::Codec codec) {
  if (std::exchange(unsupported_, true)) return;
  outlet_.observer.OnCodecUnsupported(outlet_.peer, slot_, kind_, codec);
}

}  // namespace plaza::sfu
