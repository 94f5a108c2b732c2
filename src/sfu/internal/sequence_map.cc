// Sequence numbers across skipped packets.
#include "sfu/internal/sequence_map.h"

#include <algorithm>

namespace plaza::sfu {

void SequenceMap::Skip(int64_t in) {
  // What was lost before it keeps its place.
  last_out_ = in - 1 + offset_;
  last_in_ = in;
  --offset_;
  skipped_[skipped_count_++ % kMaxSkipped] = in;
  if (skipped_count_ > kMaxSkipped) first_in_ = skipped_[skipped_count_ % kMaxSkipped];
}

std::optional<int64_t> SequenceMap::MapLate(int64_t in) const {
  int64_t offset = offset_;
  const size_t kept = std::min(skipped_count_, kMaxSkipped);
  for (size_t i = 1; i <= kept; ++i) {
    const int64_t skipped = skipped_[(skipped_count_ - i) % kMaxSkipped];
    if (skipped == in) return std::nullopt;
    if (skipped < in) break;
    ++offset;
  }
  return in + offset;
}

}  // namespace plaza::sfu
