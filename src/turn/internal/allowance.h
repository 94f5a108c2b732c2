// A rate with room for bursts, without a timer (the virtual scheduling form of a token bucket).
#pragma once

#include <algorithm>

#include "base/time.h"

namespace plaza::turn::internal {

class Allowance {
 public:
  /// `burst`: how much may be taken at once, as the time after which it has come again.
  explicit Allowance(base::Duration burst) : burst_(burst) {}

  /// Takes what comes again in `cost`, if it is there.
  bool Take(base::Duration cost, base::Time now) {
    const base::Time start = std::max(full_again_, now);
    if (cost > burst_ || start - now > burst_ - cost) return false;
    full_again_ = start + cost;
    return true;
  }

 private:
  base::Duration burst_;
  base::Time full_again_{};
};

}  // namespace plaza::turn::internal
