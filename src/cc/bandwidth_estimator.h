// How much may be sent: the interface of estimators that learn it from transport-wide feedback.
#pragma once

#include <span>

#include "base/time.h"
#include "base/units.h"
#include "cc/packet_result.h"

namespace plaza::cc {

/// Bounds of every estimate.
struct RateLimits {
  base::DataRate start = base::DataRate::KilobitsPerSecond(1'000);
  base::DataRate min = base::DataRate::KilobitsPerSecond(30);
  base::DataRate max = base::DataRate::KilobitsPerSecond(50'000);
};

/// Not thread-safe; times of one estimator never go back.
class BandwidthEstimator {
 public:
  virtual ~BandwidthEstimator() = default;
  /// Results of one feedback, in the order of sending.
  virtual void OnResults(std::span<const PacketResult> results, base::Time now) = 0;
  virtual void OnRtt(base::Duration rtt) = 0;
  virtual base::DataRate target() const = 0;
};

}  // namespace plaza::cc
