// Bytes a second over a sliding window.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "base/units.h"

namespace plaza::cc {

/// Counts in buckets of 50 ms; the window is half a second.
class RateMeter {
 public:
  static constexpr base::Duration kBucket{50'000};
  static constexpr size_t kBuckets = 10;

  /// `when` is on any one clock; what is older than the window is ignored.
  void Add(size_t bytes, base::Time when);
  /// The rate in the window that ends with the latest Add. Nothing until the window is half full.
  std::optional<base::DataRate> Rate() const;

 private:
  std::array<uint64_t, kBuckets> bytes_{};
  std::optional<int64_t> latest_;  // bucket number
  int64_t first_ = 0;              // since when the window is being filled
};

}  // namespace plaza::cc
