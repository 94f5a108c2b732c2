// Scheduling audio packets by timestamp.
#include "rtp/audio_jitter_buffer.h"

#include <algorithm>
#include <chrono>

namespace plaza::rtp {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kMargin = 5ms;
// For each packet the delay shrinks by this, and the fastest way is taken to be that much slower,
// so that both follow a network that changed and a sender's clock that drifts.
constexpr base::Duration kShrink = 100us;
constexpr base::Duration kDrift = 20us;
// A packet this late or early says that the timestamps have jumped.
constexpr base::Duration kMaxLateness = 3s;

}  // namespace

base::Duration AudioJitterBuffer::MediaTime(uint32_t timestamp) const {
  return base::Seconds(static_cast<double>(timestamps_.Peek(timestamp)) / clock_rate_);
}

base::Time AudioJitterBuffer::DueTime(const Packet& packet) const {
  return base_ + MediaTime(packet.header.timestamp) + delay_;
}

void AudioJitterBuffer::Add(const Packet& packet) {
  if (packet.payload_size == 0) return;
  constexpr auto kSize = static_cast<int64_t>(kWindow);
  const int64_t number = unwrapper_.Peek(packet.header.sequence_number);
  const base::Duration lateness = packet.arrival - base_ - MediaTime(packet.header.timestamp);
  if (!started_ || std::abs(number - highest_) >= kSize ||
      (!packet.recovered && std::chrono::abs(lateness) > kMaxLateness)) {
    Restart(packet);
  } else if (number < next_) {
    if (!packet.recovered) Observe(packet);
    return;
  } else {
    next_ = std::max(next_, number - kSize + 1);
    if (number > highest_) {
      for (int64_t i = highest_ + 1; i < number; ++i) SlotOf(i) = {};
      highest_ = unwrapper_.Unwrap(packet.header.sequence_number);
      timestamps_.Unwrap(packet.header.timestamp);
    }
    if (!packet.recovered) Observe(packet);
  }
  SlotOf(number) = packet;
}

void AudioJitterBuffer::Restart(const Packet& packet) {
  std::fill(slots_.begin(), slots_.end(), Packet{});
  unwrapper_.Reset();
  timestamps_.Reset();
  next_ = highest_ = unwrapper_.Unwrap(packet.header.sequence_number);
  timestamps_.Unwrap(packet.header.timestamp);
  base_ = packet.arrival - MediaTime(packet.header.timestamp);
  delay_ = kMinDelay;
  started_ = true;
}

void AudioJitterBuffer::Observe(const Packet& packet) {
  base_ += kDrift;
  const base::Duration lateness = packet.arrival - base_ - MediaTime(packet.header.timestamp);
  if (lateness < 0us) {
    base_ += lateness;  // a faster way than any before
  }
  delay_ = std::clamp(std::max(lateness + kMargin, delay_ - kShrink), kMinDelay, kMaxDelay);
}

std::optional<int64_t> AudioJitterBuffer::FirstHeld() const {
  for (int64_t i = next_; i <= highest_; ++i) {
    if (SlotOf(i).buffer) return i;
  }
  return std::nullopt;
}

base::Time AudioJitterBuffer::NextDeadline() const {
  const auto first = FirstHeld();
  return first ? DueTime(SlotOf(*first)) : base::kNever;
}

std::optional<AudioJitterBuffer::Unit> AudioJitterBuffer::Pop(base::Time now) {
  const auto first = FirstHeld();
  if (!first || now < DueTime(SlotOf(*first))) return std::nullopt;
  Unit unit;
  unit.sequence_number = static_cast<uint16_t>(next_);
  if (*first == next_) {
    unit.packet = SlotOf(next_);
    SlotOf(next_) = {};
  }
  ++next_;
  return unit;
}

}  // namespace plaza::rtp
