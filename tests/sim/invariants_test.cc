// Random calls: people come, go, publish, mute, watch, change networks and begin anew, on one or
// two workers; what must hold, holds.
#include <gtest/gtest.h>

#include <cstdio>

#include "harness/scenario.h"
#include "harness/seeds.h"

namespace plaza::sim {
namespace {

constexpr uint64_t kSeeds = 50;
constexpr uint64_t kRealSeeds = 5;
constexpr size_t kShown = 20;

// Prints what a seed did. To see it again: PLAZA_SIM_SEED=<seed>.
void Report(uint64_t seed, const std::vector<std::string>& violations,
            const std::vector<std::string>& log) {
  for (const std::string& line : log) std::printf("  %s\n", line.c_str());
  std::printf("seed %llu broke %zu invariants, among them:\n",
              static_cast<unsigned long long>(seed), violations.size());
  for (size_t i = 0; i < std::min(violations.size(), kShown); ++i)
    std::printf("  %s\n", violations[i].c_str());
}

void ExpectToHold(uint64_t count, bool real_dtls) {
  size_t broken = 0;
  std::string seeds;
  for (const uint64_t seed : Seeds(count)) {
    Scenario scenario(seed, real_dtls);
    const auto violations = scenario.Run();
    if (violations.empty()) continue;
    if (++broken <= 3) Report(seed, violations, scenario.log());
    seeds += " " + std::to_string(seed);
  }
  EXPECT_EQ(broken, 0u) << "seeds:" << seeds;
}

TEST(Invariants, HoldWhateverHappens) { ExpectToHold(kSeeds, false); }

TEST(RealDtls, ChangesNothing) { ExpectToHold(kRealSeeds, true); }

}  // namespace
}  // namespace plaza::sim
