// Tells from the trend of the one-way delay whether a queue on the way fills or drains.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "cc/arrival_groups.h"

namespace plaza::cc {

enum class LinkUsage : uint8_t { kNormal, kOveruse, kUnderuse };

/// A line is fitted through the last, smoothed delays; its slope is held against a threshold that
/// adapts, so that flows that fill queues do not starve us (draft-ietf-rmcat-gcc-02 section 5.4,
/// with the trend line in the place of the Kalman filter).
class TrendDetector {
 public:
  void Add(const GroupDelta& delta);
  LinkUsage usage() const { return usage_; }

 private:
  static constexpr size_t kPoints = 20;
  struct Point {
    double time;   // ms, arrival
    double delay;  // ms, smoothed
  };

  double Slope() const;
  void Detect(double trend, double sent_ms);
  void AdaptThreshold(double trend, base::Time arrival);

  std::array<Point, kPoints> points_{};
  size_t count_ = 0;  // ever added
  base::Time first_arrival_{};
  std::optional<base::Time> last_adapted_;
  double accumulated_ = 0;  // ms
  double smoothed_ = 0;     // ms
  double threshold_ = 12.5;
  double last_trend_ = 0;
  double overuse_ms_ = 0;  // how long the trend has been above
  int overuse_count_ = 0;
  LinkUsage usage_ = LinkUsage::kNormal;
};

}  // namespace plaza::cc
