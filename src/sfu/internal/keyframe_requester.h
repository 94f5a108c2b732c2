// When to ask a publisher for a keyframe: once for many who want one.
#pragma once

#include "base/time.h"

namespace plaza::sfu {

/// Decides for one encoding. A first demand asks at once; others within the interval are served by
/// the same request. A request that brings nothing is repeated, ever more slowly.
class KeyframeRequester {
 public:
  /// Between two requests passes at least this long, or one round trip.
  static constexpr base::Duration kInterval = std::chrono::milliseconds(250);
  static constexpr base::Duration kMaxInterval = std::chrono::seconds(1);
  /// Requests in a row without a keyframe; then nothing is sent until the next demand.
  static constexpr int kMaxAttempts = 5;

  /// Somebody can't go on without a keyframe. True: send a request now.
  bool Demand(base::Time now);
  /// A keyframe came: what was asked for is served.
  void OnKeyframe();
  /// True: send a request now.
  bool HandleTimeout(base::Time now);
  base::Time deadline() const { return pending_ ? sent_ + interval_ : base::kNever; }
  bool pending() const { return pending_; }

 private:
  bool Send(base::Time now);

  bool pending_ = false;
  bool ever_sent_ = false;
  int attempts_ = 0;
  base::Time sent_{};
  base::Duration interval_ = kInterval;
};

}  // namespace plaza::sfu
