// A timer that waits twice as long each time, and not for ever: T1 and T2 of RFC 9260.
#pragma once

#include <algorithm>

#include "base/time.h"
#include "sctp/internal/constants.h"

namespace plaza::sctp::internal {

class BackoffTimer {
 public:
  void Start(base::Duration wait, base::Time now) {
    wait_ = wait;
    expiries_ = 0;
    at_ = now + wait;
  }
  void Stop() { at_ = base::kNever; }

  base::Time at() const { return at_; }
  /// It ran out often enough.
  bool exhausted() const { return expiries_ > kMaxSetupRetransmissions; }
  /// Whether it has run out by now; then it runs on.
  bool Expire(base::Time now) {
    if (at_ > now) return false;
    ++expiries_;
    wait_ = std::min(2 * wait_, kMaxRto);
    at_ = now + wait_;
    return true;
  }

 private:
  base::Time at_ = base::kNever;
  base::Duration wait_{};
  int expiries_ = 0;
};

}  // namespace plaza::sctp::internal
