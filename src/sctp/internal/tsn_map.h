// Which TSNs have come.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sctp/internal/chunks.h"
#include "sctp/internal/sequence.h"

namespace plaza::sctp::internal {

class TsnMap {
 public:
  enum class Arrival : uint8_t {
    kNew,
    kDuplicate,
    kRefused,  ///< too far ahead, or the gaps would be too many: counts as never come
  };

  explicit TsnMap(uint32_t initial_tsn) : cumulative_(Tsn{initial_tsn} - 1) {}

  Tsn Unwrap(uint32_t wire) const { return UnwrapTsn(wire, cumulative_); }
  /// What Add() would say.
  Arrival Check(Tsn tsn) const;
  Arrival Add(Tsn tsn);
  /// All up to `tsn`, which is not too far ahead, count as come.
  void Skip(Tsn tsn);

  /// All up to here have come.
  Tsn cumulative() const { return cumulative_; }
  bool has_gaps() const { return !runs_.empty(); }
  /// Those beyond the cumulative TSN, for a SACK.
  std::vector<GapBlock> Gaps() const;
  /// TSNs that came again since the last call.
  std::vector<uint32_t> TakeDuplicates();

 private:
  struct Run {
    Tsn first = 0;
    Tsn last = 0;
  };

  /// The first run that ends at `tsn` or later.
  std::vector<Run>::const_iterator Find(Tsn tsn) const;
  void Join();

  Tsn cumulative_;
  std::vector<Run> runs_;  // in order, apart from each other and from cumulative_
  std::vector<uint32_t> duplicates_;
};

}  // namespace plaza::sctp::internal
