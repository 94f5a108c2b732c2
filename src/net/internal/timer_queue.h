// The timers of one loop in a heap by deadline; each timer knows its place, so that moving it is
// cheap.
#pragma once

#include <cstddef>
#include <vector>

#include "base/time.h"

namespace plaza::net {

class Timer;

class TimerQueue {
 public:
  /// Gives `timer` a new deadline; base::kNever takes it out. O(log n).
  void Update(Timer& timer, base::Time deadline);
  /// base::kNever when no timer is set.
  base::Time next() const;
  /// Runs what is due at `now`, each timer set now at most about once: one that sets itself into
  /// the past again waits for the next call.
  void RunDue(base::Time now);

 private:
  void Place(size_t index, Timer* timer);
  void SiftUp(size_t index);
  void SiftDown(size_t index);
  void Remove(Timer& timer);

  std::vector<Timer*> heap_;
};

}  // namespace plaza::net
