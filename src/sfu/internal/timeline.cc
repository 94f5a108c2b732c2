// Where a stream's timestamps continue those of the one before.
#include "sfu/internal/timeline.h"

#include <algorithm>

namespace plaza::sfu {

void Timeline::Start(const ClockReference& live, uint32_t first) {
  const int32_t catch_up = std::max<int32_t>(rtp::Distance(live.timestamp, first), 0) / kPress;
  pivot_in_ = live.timestamp;
  if (!started_) {
    pivot_out_ = newest_out_ + static_cast<uint32_t>(catch_up);
    return;
  }
  const int64_t shortest = clock_rate_ / 1000 + catch_up;
  const int64_t step = std::max(ToTicks(live.time - stopped_at_, clock_rate_), shortest);
  pivot_out_ = newest_out_ + static_cast<uint32_t>(step);
}

}  // namespace plaza::sfu
