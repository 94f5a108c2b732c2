// Increasing and decreasing the rate by what the delay says.
#include "cc/rate_control.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace plaza::cc {
namespace {

using namespace std::chrono_literals;

constexpr double kDecrease = 0.85;
// An application-limited sender gives up no more than this at a time: little traffic proves little.
constexpr double kLimitedDecrease = 0.7;
// Shares a second: before the first decrease, and after.
constexpr double kStartGrowth = 0.25;
constexpr double kGrowth = 0.08;
constexpr auto kResponseTime = 100ms;
constexpr double kFramesPerSecond = 30;
constexpr double kMaxPacketBits = 1200 * 8;
constexpr double kMinAdditive = 4'000;  // bits/s per second
// What arrives proves room for half as much more.
constexpr double kProven = 1.5;
constexpr auto kProvenSlack = base::DataRate::KilobitsPerSecond(10);
// One simulcast layer to the next is a factor of 3 to 4, and a layer is tried when it takes 0.9 of
// the rate: so far an application-limited sender may go unproven, or it would never try the next.
constexpr double kUnproven = 5;
constexpr double kCapacitySmoothing = 0.3;
constexpr double kNear = 0.15;
constexpr base::Duration kMinHold = 10s;
constexpr base::Duration kMaxHold = 120s;

}  // namespace

RateControl::RateControl(const RateLimits& limits)
    : limits_(limits), rate_(std::clamp(limits.start, limits.min, limits.max)) {}

void RateControl::Update(const Input& input, base::Time now) {
  const base::Duration elapsed =
      last_update_ ? std::min<base::Duration>(now - *last_update_, 1s) : base::Duration(0);
  last_update_ = now;
  // While a queue drains the rate is held.
  if (input.usage == LinkUsage::kOveruse) Decrease(input, now);
  if (input.usage == LinkUsage::kNormal) Increase(input, elapsed, now);
  rate_ = std::clamp(rate_, limits_.min, limits_.max);
}

void RateControl::Decrease(const Input& input, base::Time now) {
  if (!input.acknowledged) return;
  base::DataRate wanted = *input.acknowledged * kDecrease;
  if (input.application_limited) {
    if (last_decrease_ && now - *last_decrease_ < input.rtt + kResponseTime) return;
    wanted = std::max(wanted, rate_ * kLimitedDecrease);
  } else {
    NoteCapacity(*input.acknowledged, now);
  }
  if (wanted < rate_) {
    rate_ = wanted;
    last_decrease_ = now;
  }
}

void RateControl::OnCapacityFound(base::DataRate capacity, base::Time now) {
  NoteCapacity(capacity, now);
  rate_ = std::clamp(std::min(rate_, capacity), limits_.min, limits_.max);
  last_decrease_ = now;
}

void RateControl::NoteCapacity(base::DataRate capacity, base::Time now) {
  // A link that was found full again soon after is tried less often.
  const bool again = capacity_ && now - capacity_noted_ < capacity_hold_ * 2;
  if (!again) capacity_hold_ = kMinHold;
  if (again && now - capacity_noted_ > kMinHold / 2) {
    capacity_hold_ = std::min(capacity_hold_ * 2, kMaxHold);
  }
  capacity_noted_ = now;
  const bool similar = capacity_ && NearCapacity(capacity);
  capacity_ = similar ? *capacity_ + (capacity - *capacity_) * kCapacitySmoothing : capacity;
}

bool RateControl::NearCapacity(base::DataRate rate) const {
  return capacity_ && rate >= *capacity_ * (1 - kNear) && rate <= *capacity_ * (1 + kNear);
}

base::DataRate RateControl::Ceiling(const Input& input, base::Time now) const {
  if (!input.acknowledged) return rate_;
  const base::DataRate proven = *input.acknowledged * kProven + kProvenSlack;
  if (!input.application_limited) return proven;
  if (capacity_ && now - capacity_noted_ < capacity_hold_) return std::max(proven, *capacity_);
  return std::max({proven, *input.acknowledged * kUnproven, limits_.start});
}

void RateControl::Increase(const Input& input, base::Duration elapsed, base::Time now) {
  if (capacity_ && input.acknowledged && *input.acknowledged > *capacity_ * (1 + kNear)) {
    capacity_.reset();  // the link has become wider
  }
  const double seconds = base::ToSeconds(elapsed);
  base::DataRate wanted;
  if (NearCapacity(rate_)) {
    // About one packet each response time.
    const double frame_bits = static_cast<double>(rate_.bps()) / kFramesPerSecond;
    const double packet_bits = frame_bits / std::max(1.0, std::ceil(frame_bits / kMaxPacketBits));
    const double per_second =
        std::max(kMinAdditive, packet_bits / base::ToSeconds(input.rtt + kResponseTime));
    wanted = rate_ + base::DataRate::BitsPerSecond(static_cast<int64_t>(per_second * seconds));
  } else {
    wanted = rate_ * std::pow(1 + (last_decrease_ ? kGrowth : kStartGrowth), seconds);
  }
  rate_ = std::max(rate_, std::min(wanted, Ceiling(input, now)));
}

}  // namespace plaza::cc
