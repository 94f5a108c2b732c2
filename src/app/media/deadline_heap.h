// The next of many deadlines, without allocating when they change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/time.h"

namespace plaza::app {

/// One thing that has a deadline; knows its place in the heap. Remove it before it is destroyed.
struct DeadlineItem {
  base::Time deadline = base::kNever;
  size_t place = SIZE_MAX;
};

/// A binary heap of items that are owned elsewhere; the earliest is on top.
class DeadlineHeap {
 public:
  /// Sets or moves; base::kNever takes the item out.
  void Set(DeadlineItem& item, base::Time deadline) {
    if (item.deadline == deadline) return;
    item.deadline = deadline;
    if (deadline == base::kNever) return TakeOut(item);
    if (item.place == SIZE_MAX) {
      item.place = heap_.size();
      heap_.push_back(&item);
    }
    Settle(item.place);
  }
  void Remove(DeadlineItem& item) { Set(item, base::kNever); }

  base::Time next() const { return heap_.empty() ? base::kNever : heap_.front()->deadline; }
  /// The earliest item if it is due at `now`, else null. It stays until it is set anew.
  DeadlineItem* Due(base::Time now) const {
    return next() <= now && !heap_.empty() ? heap_.front() : nullptr;
  }

 private:
  void TakeOut(DeadlineItem& item) {
    if (item.place == SIZE_MAX) return;
    const size_t hole = std::exchange(item.place, SIZE_MAX);
    DeadlineItem* last = heap_.back();
    heap_.pop_back();
    if (last == &item) return;
    Place(hole, last);
    Settle(hole);
  }

  void Settle(size_t at) {
    DeadlineItem* item = heap_[at];
    for (; at > 0 && item->deadline < heap_[(at - 1) / 2]->deadline; at = (at - 1) / 2)
      Place(at, heap_[(at - 1) / 2]);
    for (size_t child; (child = 2 * at + 1) < heap_.size(); at = child) {
      if (child + 1 < heap_.size() && heap_[child + 1]->deadline < heap_[child]->deadline) ++child;
      if (item->deadline <= heap_[child]->deadline) break;
      Place(at, heap_[child]);
    }
    Place(at, item);
  }

  void Place(size_t at, DeadlineItem* item) {
    heap_[at] = item;
    item->place = at;
  }

  std::vector<DeadlineItem*> heap_;
};

}  // namespace plaza::app
