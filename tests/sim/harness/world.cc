// Going from deadline to deadline.
#include "harness/world.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace plaza::sim {
namespace {

constexpr int kMaxStepsAtOnce = 100'000;

}  // namespace

void World::Remove(Actor& actor) {
  // The place stays empty until the step is over: somebody may be walking over the list.
  std::replace(actors_.begin(), actors_.end(), &actor, static_cast<Actor*>(nullptr));
}

bool World::Step(base::Time limit) {
  std::erase(actors_, nullptr);
  base::Time next = tasks_.empty() ? base::kNever : tasks_.begin()->first;
  for (const Actor* actor : actors_) next = std::min(next, actor->NextDeadline());
  if (next > limit) return false;
  steps_at_once_ = next > now() ? 0 : steps_at_once_ + 1;
  if (steps_at_once_ > kMaxStepsAtOnce) {
    std::fprintf(stderr, "a deadline never moves on\n");
    std::abort();
  }
  clock.AdvanceTo(std::max(next, now()));
  while (!tasks_.empty() && tasks_.begin()->first <= now()) {
    const auto task = tasks_.extract(tasks_.begin());
    task.mapped()();
  }
  for (size_t i = 0; i < actors_.size(); ++i) {
    if (actors_[i] && actors_[i]->NextDeadline() <= now()) actors_[i]->HandleTimeout(now());
  }
  return true;
}

void World::Run(base::Duration span) {
  const base::Time end = now() + span;
  while (Step(end)) {
  }
  clock.AdvanceTo(end);
}

bool World::RunUntil(const std::function<bool()>& done, base::Duration limit) {
  const base::Time end = now() + limit;
  while (!done())
    if (!Step(end)) return done();
  return true;
}

bool AllReturned(base::PacketPool& pool) {
  const size_t made = pool.allocated();
  std::vector<base::PacketBuffer> all;
  for (size_t i = 0; i < made; ++i) all.push_back(pool.Acquire());
  return pool.allocated() == made;
}

}  // namespace plaza::sim
