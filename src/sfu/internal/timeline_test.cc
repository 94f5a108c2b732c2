// Timestamps that run on.
#include "sfu/internal/timeline.h"

#include <gtest/gtest.h>

namespace plaza::sfu {
namespace {

using namespace std::chrono_literals;
constexpr base::Time kStart{1000s};

TEST(Timeline, BeginsWhereItIsTold) {
  Timeline line(90000, 7000);
  line.Start({kStart, 123456}, 123456);
  EXPECT_EQ(line.Map(123456), 7000u);
  EXPECT_EQ(line.Map(123456 + 3000), 10000u);
}

TEST(Timeline, BetweenTwoStreamsLiesTheTimeBetweenTheirCaptures) {
  Timeline line(90000, 0);
  line.Start({kStart, 500}, 500);
  line.Map(500);
  line.Map(500 + 9000);
  line.Stop(kStart + 100ms);
  line.Start({kStart + 300ms, 0x80000000}, 0x80000000);
  EXPECT_EQ(line.Map(0x80000000), 27000u);
}

TEST(Timeline, AnEarlierCaptureStillComesLater) {
  Timeline line(90000, 0);
  line.Start({kStart, 500}, 500);
  line.Map(500);
  line.Stop(kStart);
  line.Start({kStart - 50ms, 9}, 9);
  EXPECT_EQ(line.Map(9), 90u);
}

TEST(Timeline, FramesToCatchUpWithArePressedBeforeTheLiveOne) {
  Timeline line(90000, 0);
  line.Start({kStart, 500}, 500);
  line.Map(500);
  line.Stop(kStart);
  // A second of frames behind the live one.
  line.Start({kStart + 500ms, 100000}, 10000);
  const uint32_t first = line.Map(10000);
  const uint32_t second = line.Map(13000);
  const uint32_t live = line.Map(100000);
  EXPECT_GT(first, 0u);
  EXPECT_GT(second, first);
  EXPECT_EQ(live, 45000u);
  EXPECT_LT(live - first, 1500u);
  EXPECT_EQ(line.Map(103000), 48000u);
}

TEST(Timeline, PressedFramesNeverGoBackBehindWhatWasSent) {
  Timeline line(90000, 0);
  line.Start({kStart, 500}, 500);
  line.Map(500);
  line.Stop(kStart);
  line.Start({kStart + 1ms, 100000}, 10000);
  EXPECT_GE(line.Map(10000), 90u);
}

TEST(Timeline, LateFramesDoNotMoveTheNewest) {
  Timeline line(90000, 0);
  line.Start({kStart, 0}, 0);
  line.Map(0);
  line.Map(6000);
  EXPECT_EQ(line.Map(3000), 3000u);
  EXPECT_EQ(line.newest_in(), 6000u);
  EXPECT_EQ(line.newest_out(), 6000u);
}

TEST(Timeline, WrapsAsTimestampsDo) {
  Timeline line(90000, 0xFFFFFF00);
  line.Start({kStart, 0xFFFFFFF0}, 0xFFFFFFF0);
  EXPECT_EQ(line.Map(0xFFFFFFF0), 0xFFFFFF00u);
  EXPECT_EQ(line.Map(0x10), 0xFFFFFF20u);
  EXPECT_EQ(line.Map(0x200), 0x110u);
  line.Stop(kStart);
  line.Start({kStart + 1s, 5}, 5);
  EXPECT_EQ(line.Map(5), 0x110u + 90000);
}

}  // namespace
}  // namespace plaza::sfu
