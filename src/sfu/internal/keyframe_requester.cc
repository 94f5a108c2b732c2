// Coalescing keyframe requests.
#include "sfu/internal/keyframe_requester.h"

#include <algorithm>

namespace plaza::sfu {

bool KeyframeRequester::Demand(base::Time now) {
  if (pending_) return false;
  pending_ = true;
  attempts_ = 0;
  interval_ = kInterval;
  return HandleTimeout(now);
}

void KeyframeRequester::OnKeyframe() { pending_ = false; }

bool KeyframeRequester::HandleTimeout(base::Time now) {
  if (!pending_ || (ever_sent_ && now < deadline())) return false;
  if (attempts_ == kMaxAttempts) {
    pending_ = false;
    return false;
  }
  return Send(now);
}

bool KeyframeRequester::Send(base::Time now) {
  if (attempts_ > 0) interval_ = std::min(interval_ * 2, kMaxInterval);
  ++attempts_;
  ever_sent_ = true;
  sent_ = now;
  return true;
}

}  // namespace plaza::sfu
