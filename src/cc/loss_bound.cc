// Finding out whose loss it is.
#include "cc/loss_bound.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace plaza::cc {
namespace {

using namespace std::chrono_literals;

// Loss above the link's own: below kLow nothing is done, between them the rate is held, and after
// kPatience, or above kHigh at once, the rate is cut to see whose loss it is.
constexpr double kLow = 0.03;
constexpr double kHigh = 0.10;
constexpr base::Duration kPatience = 3s;
constexpr double kCut = 0.95;
constexpr double kStep = 0.7;
// If more than this share of the loss stays after the cut, it is the link's.
constexpr double kStays = 0.6;
// The sender has so long to come down to the cut rate, and may miss it by so much.
constexpr base::Duration kMaxTrial = 3s;
constexpr double kTolerance = 1.1;
constexpr double kForget = 0.2;
constexpr double kDeviations = 1.5;

// What chance may add to the loss seen in so many packets.
double NoiseOf(double loss, int packets) {
  const double likely = std::max(loss, kLow);
  return kDeviations * std::sqrt(likely * (1 - likely) / packets);
}

}  // namespace

std::optional<base::DataRate> LossBound::OnResults(std::span<const PacketResult> results,
                                                   const Traffic& traffic, base::Time now) {
  for (const PacketResult& result : results) {
    if (result.sent < window_.start) continue;
    if (result.reported_lost) {
      window_.lost = std::max(window_.lost - 1, 0);
      continue;
    }
    if (window_.packets == 0) window_.start = result.sent;
    window_.end = result.sent;
    ++window_.packets;
    window_.lost += result.arrival ? 0 : 1;
    window_.bytes += result.size;
  }
  if (window_.packets < kMinPackets || window_.end - window_.start < kMinSpan) return std::nullopt;
  const bool was_trial = trial_.has_value();
  const auto capacity = Judge(traffic, now);
  // A cut is judged by what is sent after it.
  const bool cut = trial_ && !was_trial;
  window_ = Window{cut ? now : window_.end};
  return capacity;
}

std::optional<base::DataRate> LossBound::Judge(const Traffic& traffic, base::Time now) {
  if (trial_) return JudgeTrial(now);
  const double loss = window_.loss();
  const double excess = loss - inherent_ - NoiseOf(inherent_, window_.packets);
  if (loss < inherent_) inherent_ += (loss - inherent_) * kForget;
  if (excess < kLow) {
    uneasy_since_.reset();
    limit_ = limits_.max;
    return std::nullopt;
  }
  limit_ = std::min(limit_, std::max(traffic.current, limits_.min));
  if (!uneasy_since_) uneasy_since_ = now;
  if (excess > kHigh || now - *uneasy_since_ > kPatience) Cut(traffic, now);
  return std::nullopt;
}

void LossBound::Cut(const Traffic& traffic, base::Time now) {
  if (!traffic.acknowledged) return;
  const base::DataRate below = *traffic.acknowledged * kCut;
  if (traffic.application_limited && below < traffic.current * kStep) {
    limit_ = std::max(traffic.current * kStep, limits_.min);
    return;
  }
  trial_ = Trial{now, window_.loss()};
  uneasy_since_.reset();
  limit_ = std::clamp(below, limits_.min, limit_);
}

std::optional<base::DataRate> LossBound::JudgeTrial(base::Time now) {
  const double loss = window_.loss();
  const auto rate =
      base::DataRate::Of(static_cast<int64_t>(window_.bytes), window_.end - window_.start);
  const bool came_down = rate <= limit_ * kTolerance;
  if (!came_down && now - trial_->since < kMaxTrial) return std::nullopt;
  const bool inherent = came_down && loss > trial_->loss * kStays;
  std::optional<base::DataRate> capacity;
  if (inherent) {
    inherent_ = loss;
  } else {
    capacity = limit_;
  }
  trial_.reset();
  limit_ = limits_.max;
  return capacity;
}

}  // namespace plaza::cc
