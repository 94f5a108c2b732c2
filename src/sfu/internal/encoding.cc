// Keeping and passing on the packets of one stream.
#include "sfu/internal/encoding.h"

#include <algorithm>
#include <utility>

#include "rtp/sequence_number.h"
#include "sfu/internal/subscription.h"
#include "sfu/internal/timeline.h"
#include "sfu/limits.h"

namespace plaza::sfu {
namespace {

// A jump in sequence numbers beyond this is a new beginning, not loss.
constexpr int64_t kMaxGap = 2048;
// Capture times further than this from the arrival are not believed.
constexpr base::Duration kMaxCaptureAge = std::chrono::seconds(10);
constexpr base::Duration kMaxCaptureLead = std::chrono::seconds(1);
// The frames of a cached group must span a believable time.
constexpr base::Duration kMaxGroupSpan = std::chrono::seconds(5);
constexpr base::Duration kRateInterval = std::chrono::milliseconds(500);

}  // namespace

Encoding::Encoding(const TrackId& track, uint8_t index, uint32_t clock_rate)
    : track_(track),
      index_(index),
      clock_rate_(clock_rate),
      packets_(track.kind == rtp::MediaKind::kVideo ? kVideoHistory : kAudioHistory) {}

void Encoding::Deliver(MediaPacket packet) {
  const auto newest = packets_.newest();
  if (newest && packet.sequence > *newest + kMaxGap) Restart();
  const MediaPacket* kept = packets_.Add(std::move(packet));
  if (!kept) return;
  last_arrival_ = kept->packet.arrival;
  bytes_ += static_cast<int64_t>(kept->packet.buffer.size());
  Pass(*kept, FindKeyframe(*kept));
}

void Encoding::Pass(const MediaPacket& packet, bool keyframe_found) {
  // A subscription may leave another encoding on a keyframe, never this one.
  for (Subscription* subscription : subscriptions_) {
    const bool started = keyframe_found && subscription->OnKeyframe(*this, *keyframe_);
    if (!started) subscription->OnPacket(*this, packet);
  }
  for (RelayLink* relay : relays_) relay->SendPacket(track_, index_, packet);
}

bool Encoding::FindKeyframe(const MediaPacket& packet) {
  if (!packet.frame.keyframe) return false;
  if (track_.kind == rtp::MediaKind::kAudio) {
    keyframe_ = packets_.newest();
    return packet.sequence == *keyframe_;
  }
  const bool same_frame = keyframe_ && packet.packet.header.timestamp == keyframe_timestamp_;
  if (keyframe_ && packet.sequence >= *keyframe_ && same_frame) return false;
  if (keyframe_ && packet.sequence < *keyframe_ && !same_frame) return false;
  const auto start = FrameStart(packet);
  if (!start) return false;
  keyframe_ = start;
  keyframe_timestamp_ = packet.packet.header.timestamp;
  keyframe_arrival_ = packet.packet.arrival;
  keyframes_.OnKeyframe();
  return true;
}

std::optional<int64_t> Encoding::FrameStart(const MediaPacket& packet) const {
  if (packet.frame.first_packet) return packet.sequence;
  // Parameter sets may come before: only a neighbour of another frame shows that none is missing.
  // (If they are never sent, the next keyframe will have that neighbour.)
  const MediaPacket* first = &packet;
  for (;;) {
    const MediaPacket* before = packets_.Find(first->sequence - 1);
    if (!before) return std::nullopt;
    if (before->packet.header.timestamp != packet.packet.header.timestamp) return first->sequence;
    first = before;
  }
}

std::optional<int64_t> Encoding::StartFor(base::Time now, size_t max_packets) const {
  const auto newest = packets_.newest();
  if (!newest || !keyframe_ || track_.kind == rtp::MediaKind::kAudio) return std::nullopt;
  if (*newest - *keyframe_ >= static_cast<int64_t>(max_packets) ||
      now - keyframe_arrival_ > kMaxCachedGroupAge || !packets_.Find(*keyframe_)) {
    return std::nullopt;
  }
  const MediaPacket* live = packets_.Find(*newest);
  const int32_t span =
      live ? rtp::Distance(live->packet.header.timestamp, keyframe_timestamp_) : -1;
  if (span < 0 || FromTicks(span, clock_rate_) > kMaxGroupSpan) return std::nullopt;
  return keyframe_;
}

void Encoding::Restart() {
  // OnRestart() may detach the subscription, which moves the last one into its place.
  for (size_t i = subscriptions_.size(); i-- > 0;) subscriptions_[i]->OnRestart(*this);
  packets_.Clear();
  keyframe_.reset();
  clock_.reset();
}

void Encoding::HandleTick(base::Time now) {
  packets_.Trim(now);
  if (remote_) return;
  const base::Duration span = now - measured_;
  if (span < kRateInterval) return;
  const base::DataRate recent = base::DataRate::Of(bytes_, std::min(span, kRateInterval * 2));
  rate_ = rate_.bps() == 0 ? recent : rate_ * 0.5 + recent * 0.5;
  bytes_ = 0;
  measured_ = now;
}

void Encoding::Attach(Subscription& subscription) { subscriptions_.push_back(&subscription); }

void Encoding::Detach(Subscription& subscription) {
  const auto it = std::ranges::find(subscriptions_, &subscription);
  if (it == subscriptions_.end()) return;
  *it = subscriptions_.back();
  subscriptions_.pop_back();
}

void Encoding::AddRelay(RelayLink& link, base::Time now) {
  if (std::ranges::find(relays_, &link) != relays_.end()) return;
  relays_.push_back(&link);
  if (clock_) link.SendClock(track_, index_, *clock_);
  const auto start = StartFor(now);
  if (!start) return;
  for (int64_t sequence = *start; sequence <= *packets_.newest(); ++sequence) {
    if (const MediaPacket* packet = packets_.Find(sequence)) {
      link.SendPacket(track_, index_, *packet);
    }
  }
}

void Encoding::RemoveRelay(RelayLink& link) { std::erase(relays_, &link); }

base::Time Encoding::CaptureTime(uint32_t timestamp, base::Time arrival) const {
  if (!clock_) return arrival;
  const base::Time captured =
      clock_->time + FromTicks(rtp::Distance(timestamp, clock_->timestamp), clock_rate_);
  const base::Duration age = arrival - captured;
  return age > kMaxCaptureAge || age < -kMaxCaptureLead ? arrival : captured;
}

bool Encoding::alive(base::Time now) const {
  const base::Time last = std::max(last_arrival_, remote_alive_);
  return last != base::Time::min() && now - last <= kEncodingDeadAfter;
}

void Encoding::SetRemoteStatus(bool alive, base::DataRate rate, base::Time now) {
  remote_ = true;
  if (alive) remote_alive_ = now;
  rate_ = rate;
}

}  // namespace plaza::sfu
