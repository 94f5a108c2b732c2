#include "app/media/spsc_ring.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace plaza::app {
namespace {

TEST(SpscRing, RefusesWhenFullAndGoesOnAfterwards) {
  SpscRing<int> ring(2);
  EXPECT_TRUE(ring.Push(1));
  EXPECT_TRUE(ring.Push(2));
  EXPECT_FALSE(ring.Push(3));
  EXPECT_EQ(ring.Pop(), 1);
  EXPECT_TRUE(ring.Push(4));
  EXPECT_EQ(ring.Pop(), 2);
  EXPECT_EQ(ring.Pop(), 4);
  EXPECT_EQ(ring.Pop(), std::nullopt);
}

TEST(SpscRing, LetsGoOfWhatWasPopped) {
  SpscRing<std::shared_ptr<int>> ring(4);
  const auto value = std::make_shared<int>(1);
  ring.Push(std::shared_ptr<int>(value));
  (void)ring.Pop();
  EXPECT_EQ(value.use_count(), 1);
}

TEST(SpscRing, KeepsOrderBetweenThreads) {
  SpscRing<int> ring(64);
  std::thread pusher([&] {
    for (int i = 0; i < 100'000;) i += ring.Push(int(i)) ? 1 : 0;
  });
  int expected = 0;
  while (expected < 100'000) {
    if (const auto value = ring.Pop()) {
      ASSERT_EQ(*value, expected);
      ++expected;
    }
  }
  pusher.join();
}

}  // namespace
}  // namespace plaza::app
