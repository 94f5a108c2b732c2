// Counting bytes in buckets.
#include "cc/rate_meter.h"

#include <algorithm>
#include <numeric>

namespace plaza::cc {

void RateMeter::Add(size_t bytes, base::Time when) {
  constexpr auto kCount = static_cast<int64_t>(kBuckets);
  const int64_t bucket = when.time_since_epoch() / kBucket;
  const auto slot = [&](int64_t i) -> uint64_t& {
    return bytes_[static_cast<uint64_t>(i) % kBuckets];
  };
  if (!latest_ || bucket >= *latest_ + kCount) {
    bytes_.fill(0);
    latest_ = first_ = bucket;
  } else if (bucket <= *latest_ - kCount) {
    return;
  }
  for (; *latest_ < bucket; ++*latest_) slot(*latest_ + 1) = 0;
  slot(bucket) += bytes;
}

// The latest bucket is still being filled and does not count.
std::optional<base::DataRate> RateMeter::Rate() const {
  if (!latest_) return std::nullopt;
  const int64_t full = std::min<int64_t>(*latest_ - first_, kBuckets - 1);
  if (full < static_cast<int64_t>(kBuckets) / 2) return std::nullopt;
  const uint64_t all = std::accumulate(bytes_.begin(), bytes_.end(), uint64_t{0});
  const uint64_t counted = all - bytes_[static_cast<uint64_t>(*latest_) % kBuckets];
  return base::DataRate::Of(static_cast<int64_t>(counted), kBucket * full);
}

}  // namespace plaza::cc
