#include "sctp/internal/tsn_map.h"

#include <algorithm>
#include <utility>

#include "sctp/internal/constants.h"

namespace plaza::sctp::internal {

std::vector<TsnMap::Run>::const_iterator TsnMap::Find(Tsn tsn) const {
  return std::lower_bound(runs_.begin(), runs_.end(), tsn,
                          [](const Run& run, Tsn t) { return run.last < t; });
}

TsnMap::Arrival TsnMap::Check(Tsn tsn) const {
  if (tsn <= cumulative_) return Arrival::kDuplicate;
  if (tsn > cumulative_ + kMaxTsnAhead) return Arrival::kRefused;
  const auto run = Find(tsn);
  if (run != runs_.end() && run->first <= tsn) return Arrival::kDuplicate;
  const bool extends = tsn == cumulative_ + 1 || (run != runs_.end() && run->first == tsn + 1) ||
                       (run != runs_.begin() && std::prev(run)->last == tsn - 1);
  return extends || runs_.size() < kMaxGapBlocks ? Arrival::kNew : Arrival::kRefused;
}

TsnMap::Arrival TsnMap::Add(Tsn tsn) {
  const Arrival arrival = Check(tsn);
  if (arrival == Arrival::kDuplicate && duplicates_.size() < kMaxReportedDuplicates)
    duplicates_.push_back(ToWireTsn(tsn));
  if (arrival != Arrival::kNew) return arrival;
  if (tsn == cumulative_ + 1) {
    cumulative_ = tsn;
    Join();
    return arrival;
  }
  const auto next = runs_.begin() + (Find(tsn) - runs_.begin());
  const bool before_next = next != runs_.end() && next->first == tsn + 1;
  const bool after_previous = next != runs_.begin() && std::prev(next)->last == tsn - 1;
  if (before_next && after_previous) {
    std::prev(next)->last = next->last;
    runs_.erase(next);
  } else if (before_next) {
    next->first = tsn;
  } else if (after_previous) {
    std::prev(next)->last = tsn;
  } else {
    runs_.insert(next, {tsn, tsn});
  }
  return arrival;
}

void TsnMap::Skip(Tsn tsn) {
  cumulative_ = std::max(cumulative_, tsn);
  Join();
}

// Takes in the runs that the cumulative TSN has reached.
void TsnMap::Join() {
  auto run = runs_.begin();
  for (; run != runs_.end() && run->first <= cumulative_ + 1; ++run)
    cumulative_ = std::max(cumulative_, run->last);
  runs_.erase(runs_.begin(), run);
}

std::vector<GapBlock> TsnMap::Gaps() const {
  std::vector<GapBlock> gaps;
  gaps.reserve(runs_.size());
  for (const Run& run : runs_)
    gaps.push_back({static_cast<uint16_t>(run.first - cumulative_),
                    static_cast<uint16_t>(run.last - cumulative_)});
  return gaps;
}

std::vector<uint32_t> TsnMap::TakeDuplicates() { return std::exchange(duplicates_, {}); }

}  // namespace plaza::sctp::internal
