// Whole sessions: people enter, leave, change roles, lose their sockets and their networks, and the
// server dies and comes back; what must hold, holds.
#include <gtest/gtest.h>

#include <cstdio>

#include "harness/seeds.h"
#include "session/session_scenario.h"

namespace plaza::sim {
namespace {

constexpr uint64_t kSeeds = 20;
constexpr size_t kShown = 20;

TEST(Session, HoldsWhateverHappens) {
  size_t broken = 0;
  std::string seeds;
  for (const uint64_t seed : Seeds(kSeeds)) {
    SessionScenario scenario(seed);
    const auto violations = scenario.Run();
    if (violations.empty()) continue;
    seeds += " " + std::to_string(seed);
    if (++broken > 3) continue;
    for (const std::string& line : scenario.log()) std::printf("  %s\n", line.c_str());
    std::printf("seed %llu broke %zu invariants, among them:\n",
                static_cast<unsigned long long>(seed), violations.size());
    for (size_t i = 0; i < std::min(violations.size(), kShown); ++i)
      std::printf("  %s\n", violations[i].c_str());
  }
  EXPECT_EQ(broken, 0u) << "seeds:" << seeds;
}

}  // namespace
}  // namespace plaza::sim
