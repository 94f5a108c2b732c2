// Smoothing REMB.
#include "cc/remb_estimator.h"

#include <algorithm>
#include <cmath>

namespace plaza::cc {

void RembEstimator::OnRemb(base::DataRate rate, base::Time now) {
  const base::DataRate wanted = std::clamp(rate, limits_.min, limits_.max);
  if (!last_ || wanted <= target_) {
    target_ = wanted;
  } else {
    const double share =
        1.0 - std::exp(-base::ToSeconds(now - *last_) / base::ToSeconds(kTimeConstant));
    target_ = target_ + (wanted - target_) * share;
  }
  last_ = now;
}

}  // namespace plaza::cc
