// An estimator in the manner of Google congestion control (draft-ietf-rmcat-gcc-02): the trend of
// the one-way delay says when a queue grows, loss bounds what delay does not see.
#pragma once

#include <optional>
#include <span>

#include "cc/arrival_groups.h"
#include "cc/bandwidth_estimator.h"
#include "cc/loss_bound.h"
#include "cc/rate_control.h"
#include "cc/rate_meter.h"
#include "cc/trend_detector.h"

namespace plaza::cc {

class DelayLossEstimator final : public BandwidthEstimator {
 public:
  explicit DelayLossEstimator(const RateLimits& limits);

  void OnResults(std::span<const PacketResult> results, base::Time now) override;
  void OnRtt(base::Duration rtt) override;
  base::DataRate target() const override { return target_; }

 private:
  RateLimits limits_;
  ArrivalGroups groups_;
  TrendDetector trend_;
  RateMeter acknowledged_;
  RateMeter sent_;
  RateControl control_;
  LossBound loss_;
  std::optional<base::Time> full_since_;  // the link: more leaves than arrives
  base::Duration rtt_{200'000};
  base::DataRate target_;
};

}  // namespace plaza::cc
