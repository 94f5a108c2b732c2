// Time that runs as fast as it can be computed.
#pragma once

#include <functional>
#include <map>
#include <utility>

#include "base/random.h"
#include "base/time.h"

namespace plaza::sfu::testing {

/// Things that happen at their time, in order; the same for the same seed.
class Simulation {
 public:
  explicit Simulation(uint64_t seed = 1) : random(seed) {}

  base::Time now() const { return clock.Now(); }
  void At(base::Time time, std::function<void()> what) { queue_.emplace(time, std::move(what)); }
  void In(base::Duration delay, std::function<void()> what) { At(now() + delay, std::move(what)); }
  /// Calls `what` every `interval`, from now on.
  void Every(base::Duration interval, std::function<void()> what) {
    In(interval, [this, interval, what = std::move(what)] {
      what();
      Every(interval, what);
    });
  }
  void Run(base::Duration span) {
    const base::Time end = now() + span;
    while (!queue_.empty() && queue_.begin()->first <= end) {
      auto next = queue_.extract(queue_.begin());
      if (next.key() > now()) clock.AdvanceTo(next.key());
      next.mapped()();
      if (after_each) after_each();
    }
    clock.AdvanceTo(end);
    if (after_each) after_each();
  }

  base::FakeClock clock;
  base::SeededRandom random;
  /// Called after each thing that happened: where graphs do what is due.
  std::function<void()> after_each;

 private:
  std::multimap<base::Time, std::function<void()>> queue_;
};

/// One direction of a network path: a constant delay, loss by chance.
struct Path {
  base::Duration delay = std::chrono::milliseconds(10);
  double loss = 0;

  /// Calls `deliver` later, or never.
  void Send(Simulation& simulation, std::function<void()> deliver) const {
    if (loss > 0 && simulation.random.Unit() < loss) return;
    simulation.In(delay, std::move(deliver));
  }
};

}  // namespace plaza::sfu::testing
