// Following a publisher's clock.
#include "sfu/internal/publisher_clock.h"

#include <algorithm>

namespace plaza::sfu {
namespace {

// Beyond this the publisher's clock was set, or it is another one.
constexpr base::Duration kJump = std::chrono::seconds(2);
// Clocks run apart by less than this (parts per million).
constexpr int64_t kMaxDrift = 500;

}  // namespace

void PublisherClock::OnSenderReport(rtp::NtpTime ntp, base::Time arrival) {
  // The report with the shortest way is the one to believe; a clock that runs slower than ours
  // makes the way look ever longer, and is followed slowly.
  const base::Duration seen = arrival - Publisher(ntp);
  if (!offset_ || seen - *offset_ > kJump || *offset_ - seen > kJump) {
    offset_ = seen;
  } else if (seen < *offset_) {
    offset_ = seen;
  } else {
    const base::Duration drift = (arrival - updated_) * kMaxDrift / 1'000'000;
    offset_ = std::min(seen, *offset_ + std::max(drift, base::Duration::zero()));
  }
  updated_ = arrival;
}

}  // namespace plaza::sfu
