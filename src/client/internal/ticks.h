// The steady beat of a media source.
#pragma once

#include "base/time.h"

namespace plaza::client::internal {

/// Due so many times a second, counted from the start so that nothing drifts. A source that was
/// held up for longer than kMaxLag leaves out what it missed.
class Ticks {
 public:
  static constexpr base::Duration kMaxLag = std::chrono::milliseconds(500);

  explicit Ticks(int64_t per_second) : per_second_(per_second) {}

  void Start(base::Time now) {
    if (start_ == base::Time{}) start_ = now;
    running_ = true;
    if (now - Due() > kMaxLag) SkipTo(now);
  }
  void Stop() { running_ = false; }

  base::Time NextDeadline() const { return running_ ? Due() : base::kNever; }
  /// Whether a tick is due; takes it, and gives its offset from the start.
  bool Take(base::Time now, base::Duration& offset) {
    if (!running_ || Due() > now) return false;
    if (now - Due() > kMaxLag) SkipTo(now);
    offset = Due() - start_;
    ++count_;
    return true;
  }

 private:
  base::Time Due() const { return start_ + base::Duration(count_ * 1'000'000 / per_second_); }
  void SkipTo(base::Time now) { count_ = (now - start_).count() * per_second_ / 1'000'000; }

  int64_t per_second_;
  int64_t count_ = 0;
  base::Time start_{};
  bool running_ = false;
};

}  // namespace plaza::client::internal
