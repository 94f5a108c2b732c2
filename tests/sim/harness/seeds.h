// Which seeds a test runs.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <vector>

namespace plaza::sim {

/// PLAZA_SIM_SEED names one; PLAZA_SIM_SEEDS how many, from 1 on; else `count`.
inline std::vector<uint64_t> Seeds(uint64_t count) {
  if (const char* one = std::getenv("PLAZA_SIM_SEED")) return {std::strtoull(one, nullptr, 10)};
  if (const char* many = std::getenv("PLAZA_SIM_SEEDS")) count = std::strtoull(many, nullptr, 10);
  std::vector<uint64_t> seeds(count);
  for (uint64_t i = 0; i < count; ++i) seeds[i] = i + 1;
  return seeds;
}

}  // namespace plaza::sim
