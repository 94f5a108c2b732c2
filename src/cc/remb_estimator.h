// The fallback where receivers do not report packets but their own estimate (REMB).
#pragma once

#include <optional>

#include "base/time.h"
#include "base/units.h"
#include "cc/bandwidth_estimator.h"

namespace plaza::cc {

/// Follows REMB down at once and up smoothly.
class RembEstimator {
 public:
  /// The share of the way up that is gone in this time.
  static constexpr base::Duration kTimeConstant{2'000'000};

  explicit RembEstimator(const RateLimits& limits) : limits_(limits), target_(limits.start) {}

  void OnRemb(base::DataRate rate, base::Time now);
  base::DataRate target() const { return target_; }

 private:
  RateLimits limits_;
  base::DataRate target_;
  std::optional<base::Time> last_;
};

}  // namespace plaza::cc
