#include "app/media/deadline_heap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "base/random.h"

namespace plaza::app {
namespace {

TEST(DeadlineHeap, AlwaysKnowsTheEarliest) {
  base::SeededRandom random(1);
  std::array<DeadlineItem, 40> items;
  DeadlineHeap heap;
  for (int step = 0; step < 5000; ++step) {
    DeadlineItem& item = items[random.Below(items.size())];
    heap.Set(item,
             random.Below(4) == 0 ? base::kNever : base::Time(base::Duration(random.Below(1000))));
    const auto earliest =
        std::min_element(items.begin(), items.end(),
                         [](const auto& a, const auto& b) { return a.deadline < b.deadline; });
    ASSERT_EQ(heap.next(), earliest->deadline);
  }
}

TEST(DeadlineHeap, NothingIsDueBeforeItsTime) {
  DeadlineHeap heap;
  DeadlineItem item;
  EXPECT_EQ(heap.Due(base::Time::max()), nullptr);
  heap.Set(item, base::Time(base::Duration(10)));
  EXPECT_EQ(heap.Due(base::Time(base::Duration(9))), nullptr);
  EXPECT_EQ(heap.Due(base::Time(base::Duration(10))), &item);
  heap.Remove(item);
  EXPECT_EQ(heap.Due(base::Time(base::Duration(10))), nullptr);
}

}  // namespace
}  // namespace plaza::app
