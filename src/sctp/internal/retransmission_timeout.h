// How long to wait for an acknowledgement (RFC 9260 section 6.3.1).
#pragma once

#include "base/time.h"
#include "sctp/internal/constants.h"

namespace plaza::sctp::internal {

class RetransmissionTimeout {
 public:
  /// A round trip of a packet that was sent once.
  void OnMeasured(base::Duration round_trip);
  /// The timer ran out: doubles, until the next measurement.
  void BackOff();

  base::Duration value() const { return value_; }
  /// The smoothed round trip; a guess while nothing has been measured.
  base::Duration round_trip() const { return smoothed_ > 0us ? smoothed_ : kInitialRto; }

 private:
  base::Duration smoothed_{};
  base::Duration variation_{};
  base::Duration value_ = kInitialRto;
};

}  // namespace plaza::sctp::internal
