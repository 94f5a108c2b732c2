#include "sctp/internal/retransmission_timeout.h"

#include <algorithm>

namespace plaza::sctp::internal {

void RetransmissionTimeout::OnMeasured(base::Duration round_trip) {
  round_trip = std::max(round_trip, base::Duration(1us));
  if (smoothed_ == base::Duration{}) {
    smoothed_ = round_trip;
    variation_ = round_trip / 2;
  } else {
    const base::Duration off = std::chrono::abs(smoothed_ - round_trip);
    variation_ += (off - variation_) / 4;
    smoothed_ += (round_trip - smoothed_) / 8;
  }
  value_ = std::clamp(smoothed_ + 4 * variation_, kMinRto, kMaxRto);
}

void RetransmissionTimeout::BackOff() { value_ = std::min(2 * value_, kMaxRto); }

}  // namespace plaza::sctp::internal
