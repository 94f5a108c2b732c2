// Time, chance, and everything that happens at its time: the same for the same seed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "base/packet_buffer.h"
#include "base/random.h"
#include "base/time.h"

namespace plaza::sim {

/// Something with deadlines of its own.
class Actor {
 public:
  virtual ~Actor() = default;
  virtual base::Time NextDeadline() const = 0;
  virtual void HandleTimeout(base::Time now) = 0;
};

/// The one thread and the one clock of a simulation. A deadline that never moves on ends the
/// program.
class World {
 public:
  explicit World(uint64_t seed) : random(seed) {}

  base::Time now() const { return clock.Now(); }
  void At(base::Time time, std::function<void()> what) { tasks_.emplace(time, std::move(what)); }
  void In(base::Duration delay, std::function<void()> what) { At(now() + delay, std::move(what)); }

  /// An actor lives until Remove(), which may be called from anywhere.
  void Add(Actor& actor) { actors_.push_back(&actor); }
  void Remove(Actor& actor);

  void Run(base::Duration span);
  /// Until `done` or `limit` has passed; gives whether it is done.
  bool RunUntil(const std::function<bool()>& done, base::Duration limit);

  // Chance.
  bool Chance(double probability) { return random.Unit() < probability; }
  uint64_t Below(uint64_t bound) { return random.Below(bound); }
  base::Duration Between(base::Duration least, base::Duration most) {
    return least + base::Duration(static_cast<int64_t>(
                       random.Below(static_cast<uint64_t>((most - least).count()) + 1)));
  }

  base::FakeClock clock;
  base::SeededRandom random;
  /// Of all datagrams that arrive at servers.
  base::PacketPool server_pool;
  /// Of everything on the clients' side.
  base::PacketPool client_pool;

 private:
  bool Step(base::Time limit);

  std::multimap<base::Time, std::function<void()>> tasks_;
  std::vector<Actor*> actors_;
  int steps_at_once_ = 0;
};

/// True if every buffer that the pool ever made is back.
bool AllReturned(base::PacketPool& pool);

}  // namespace plaza::sim
