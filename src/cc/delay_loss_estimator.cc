// Putting delay and loss together.
#include "cc/delay_loss_estimator.h"

#include <algorithm>

namespace plaza::cc {
namespace {

// One who sends less than this share of what they may is limited by what they have to send.
constexpr double kLimitedShare = 0.8;
// Unless the link is: then so much more leaves than arrives, and not only while it stands still.
constexpr double kFull = 1.15;
constexpr base::Duration kFullFor = std::chrono::milliseconds(300);

}  // namespace

DelayLossEstimator::DelayLossEstimator(const RateLimits& limits)
    : limits_(limits), control_(limits), loss_(limits), target_(control_.rate()) {}

void DelayLossEstimator::OnRtt(base::Duration rtt) { rtt_ = rtt; }

void DelayLossEstimator::OnResults(std::span<const PacketResult> results, base::Time now) {
  for (const PacketResult& result : results) {
    if (!result.reported_lost) sent_.Add(result.size, result.sent);
    if (!result.arrival) continue;
    acknowledged_.Add(result.size, *result.arrival);
    if (const auto delta = groups_.Add(result)) trend_.Add(*delta);
  }
  RateControl::Input input;
  input.usage = trend_.usage();
  input.acknowledged = acknowledged_.Rate();
  input.rtt = rtt_;
  const auto sent = sent_.Rate();
  if (!sent || !input.acknowledged || *sent < *input.acknowledged * kFull) {
    full_since_.reset();
  } else if (!full_since_) {
    full_since_ = now;
  }
  const bool full = full_since_ && now - *full_since_ >= kFullFor;
  input.application_limited = sent && *sent < target_ * kLimitedShare && !full;
  control_.Update(input, now);
  const LossBound::Traffic traffic{target_, input.acknowledged, input.application_limited};
  if (const auto capacity = loss_.OnResults(results, traffic, now)) {
    control_.OnCapacityFound(*capacity, now);
  }
  target_ = std::clamp(std::min(control_.rate(), loss_.limit()), limits_.min, limits_.max);
}

}  // namespace plaza::cc
