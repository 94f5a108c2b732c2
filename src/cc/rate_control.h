// The rate that the delay allows: additive and multiplicative increase, multiplicative decrease
// (draft-ietf-rmcat-gcc-02 section 5.5).
#pragma once

#include <optional>

#include "base/time.h"
#include "base/units.h"
#include "cc/bandwidth_estimator.h"
#include "cc/trend_detector.h"

namespace plaza::cc {

class RateControl {
 public:
  explicit RateControl(const RateLimits& limits);

  struct Input {
    LinkUsage usage = LinkUsage::kNormal;
    std::optional<base::DataRate> acknowledged;  ///< what arrived lately
    bool application_limited = false;            ///< less is sent than might be
    base::Duration rtt{200'000};
  };
  void Update(const Input& input, base::Time now);
  /// Loss has shown that the link holds `capacity` and no more.
  void OnCapacityFound(base::DataRate capacity, base::Time now);

  base::DataRate rate() const { return rate_; }

 private:
  void Decrease(const Input& input, base::Time now);
  void Increase(const Input& input, base::Duration elapsed, base::Time now);
  void NoteCapacity(base::DataRate capacity, base::Time now);
  base::DataRate Ceiling(const Input& input, base::Time now) const;
  bool NearCapacity(base::DataRate rate) const;

  RateLimits limits_;
  base::DataRate rate_;
  std::optional<base::DataRate> capacity_;  // what arrived when the link was full, smoothed
  base::Time capacity_noted_{};
  base::Duration capacity_hold_{};  // how long `capacity_` bounds what is not proven by traffic
  std::optional<base::Time> last_decrease_;
  std::optional<base::Time> last_update_;
};

}  // namespace plaza::cc
