// How often something may happen: so often a second, and some of it at once.
#pragma once

#include <algorithm>

#include "base/time.h"

namespace plaza::room {

class TokenBucket {
 public:
  /// Full at first: `burst` tokens, and then `per_second` more each second.
  TokenBucket(double per_second, double burst, base::Time now)
      : per_second_(per_second), burst_(burst), tokens_(burst), filled_at_(now) {}

  bool Has(double amount, base::Time now) {
    tokens_ = std::min(burst_, tokens_ + base::ToSeconds(now - filled_at_) * per_second_);
    filled_at_ = now;
    return tokens_ >= amount;
  }
  /// Takes them, if there are so many.
  bool Take(double amount, base::Time now) {
    if (!Has(amount, now)) return false;
    tokens_ -= amount;
    return true;
  }

 private:
  double per_second_;
  double burst_;
  double tokens_;
  base::Time filled_at_;
};

}  // namespace plaza::room
