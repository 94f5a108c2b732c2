// Fitting a line through one-way delays.
#include "cc/trend_detector.h"

#include <algorithm>
#include <cmath>

namespace plaza::cc {
namespace {

constexpr double kSmoothing = 0.9;
constexpr double kGain = 4.0;
constexpr double kMaxDeltas = 60;
// Overuse must last so long, in ms of sending, before it counts.
constexpr double kOveruseTime = 10;
// How fast the threshold follows the trend, per ms: slowly up, fast down.
constexpr double kUp = 0.0087;
constexpr double kDown = 0.039;
constexpr double kMinThreshold = 6;
constexpr double kMaxThreshold = 600;
// A trend so far above is a spike, not something to get used to.
constexpr double kMaxAdaptOffset = 15;

double ToMs(base::Duration d) { return static_cast<double>(d.count()) / 1000; }

}  // namespace

void TrendDetector::Add(const GroupDelta& delta) {
  if (count_ == 0) first_arrival_ = delta.arrival;
  accumulated_ += ToMs(delta.arrived - delta.sent);
  smoothed_ = kSmoothing * smoothed_ + (1 - kSmoothing) * accumulated_;
  points_[count_++ % kPoints] = {ToMs(delta.arrival - first_arrival_), smoothed_};
  if (count_ < kPoints) return;
  const double trend = std::min(static_cast<double>(count_), kMaxDeltas) * Slope() * kGain;
  Detect(trend, ToMs(delta.sent));
  AdaptThreshold(trend, delta.arrival);
  last_trend_ = trend;
}

// Least squares; 0 if all points have the same time.
double TrendDetector::Slope() const {
  double mean_time = 0;
  double mean_delay = 0;
  for (const Point& point : points_) {
    mean_time += point.time / kPoints;
    mean_delay += point.delay / kPoints;
  }
  double numerator = 0;
  double denominator = 0;
  for (const Point& point : points_) {
    numerator += (point.time - mean_time) * (point.delay - mean_delay);
    denominator += (point.time - mean_time) * (point.time - mean_time);
  }
  return denominator > 0 ? numerator / denominator : 0;
}

void TrendDetector::Detect(double trend, double sent_ms) {
  if (trend > threshold_) {
    overuse_ms_ += overuse_count_ == 0 ? sent_ms / 2 : sent_ms;
    ++overuse_count_;
    if (overuse_ms_ > kOveruseTime && overuse_count_ > 1 && trend >= last_trend_) {
      usage_ = LinkUsage::kOveruse;
    }
    return;
  }
  overuse_ms_ = 0;
  overuse_count_ = 0;
  usage_ = trend < -threshold_ ? LinkUsage::kUnderuse : LinkUsage::kNormal;
}

void TrendDetector::AdaptThreshold(double trend, base::Time arrival) {
  const double elapsed = last_adapted_ ? std::clamp(ToMs(arrival - *last_adapted_), 0.0, 100.0) : 0;
  last_adapted_ = arrival;
  const double size = std::abs(trend);
  if (size > threshold_ + kMaxAdaptOffset) return;
  threshold_ += (size < threshold_ ? kDown : kUp) * (size - threshold_) * elapsed;
  threshold_ = std::clamp(threshold_, kMinThreshold, kMaxThreshold);
}

}  // namespace plaza::cc
