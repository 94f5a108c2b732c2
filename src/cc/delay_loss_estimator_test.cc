// The estimator on a simulated bottleneck: it finds the capacity, follows it, and bears loss and
// jitter.
#include "cc/delay_loss_estimator.h"

#include <gtest/gtest.h>

#include "cc/bandwidth_controller.h"
#include "cc/layer_allocator.h"
#include "cc/test_link.h"

namespace plaza::cc {
namespace {

using namespace std::chrono_literals;
using base::DataRate;

DataRate Kbps(int64_t kbps) { return DataRate::KilobitsPerSecond(kbps); }

class DelayLossEstimatorTest : public testing::Test {
 protected:
  void ExpectNear(DataRate rate, DataRate wanted, double share) {
    EXPECT_GE(rate.kbps(), (wanted * (1 - share)).kbps());
    EXPECT_LE(rate.kbps(), (wanted * (1 + share)).kbps());
  }

  BandwidthController controller_;
  TestLink::Settings settings_;
};

class ConvergesTest : public DelayLossEstimatorTest, public testing::WithParamInterface<int> {};

TEST_P(ConvergesTest, WithinTwentyPercentOfTheCapacity) {
  settings_.capacity = Kbps(GetParam());
  TestLink link(controller_, settings_);
  link.Run(30s);
  ExpectNear(link.MeanTarget(30s), settings_.capacity, 0.2);
}

INSTANTIATE_TEST_SUITE_P(Capacities, ConvergesTest,
                         testing::Values(150, 300, 600, 1'000, 2'500, 6'000));

TEST_F(DelayLossEstimatorTest, StartsWithTheStartRateAndRisesFast) {
  settings_.capacity = Kbps(5'000);
  EXPECT_EQ(controller_.target(), Kbps(1'000));
  TestLink link(controller_, settings_);
  link.Run(8s);
  EXPECT_GT(controller_.target(), Kbps(3'500));
}

TEST_F(DelayLossEstimatorTest, KeepsTheQueueShort) {
  settings_.capacity = Kbps(1'000);
  TestLink link(controller_, settings_);
  link.Run(20s);
  link.TakeMaxQueue();
  link.Run(30s);
  EXPECT_LT(link.TakeMaxQueue(), 200ms);
}

TEST_F(DelayLossEstimatorTest, FollowsADropAndRecovers) {
  settings_.capacity = Kbps(2'000);
  TestLink link(controller_, settings_);
  link.Run(30s);
  link.settings().capacity = Kbps(500);
  link.Run(3s);
  EXPECT_LT(controller_.target(), Kbps(600));
  ExpectNear(link.MeanTarget(20s), Kbps(500), 0.2);
  link.settings().capacity = Kbps(2'000);
  link.Run(40s);
  ExpectNear(link.MeanTarget(20s), Kbps(2'000), 0.25);
}

class BearsLossTest : public DelayLossEstimatorTest, public testing::WithParamInterface<int> {};

TEST_P(BearsLossTest, RandomLossDoesNotCollapseTheRate) {
  settings_.capacity = Kbps(1'500);
  settings_.loss = GetParam() / 100.0;
  TestLink link(controller_, settings_);
  link.Run(30s);
  // Of what is sent the loss is gone; the link carries the rest.
  const DataRate rate = link.MeanTarget(30s);
  EXPECT_GE(rate, Kbps(1'500) * (GetParam() <= 10 ? 0.8 : 0.6)) << rate.kbps();
  EXPECT_LE(rate, Kbps(1'500) * 1.2) << rate.kbps();
}

INSTANTIATE_TEST_SUITE_P(Percent, BearsLossTest, testing::Values(2, 5, 10, 20, 30));

TEST_F(DelayLossEstimatorTest, AShortQueueIsFoundByLoss) {
  settings_.capacity = Kbps(1'000);
  settings_.queue = 35ms;  // three or four packets: too few for a trend
  settings_.jitter = 40ms;
  TestLink link(controller_, settings_);
  link.Run(40s);
  const DataRate rate = link.MeanTarget(30s);
  EXPECT_GE(rate, Kbps(650)) << rate.kbps();
  EXPECT_LE(rate, Kbps(1'200)) << rate.kbps();
}

TEST_F(DelayLossEstimatorTest, BearsJitter) {
  settings_.capacity = Kbps(2'000);
  settings_.jitter = 15ms;
  TestLink link(controller_, settings_);
  link.Run(30s);
  EXPECT_GE(link.MeanTarget(30s), Kbps(1'300));
}

TEST_F(DelayLossEstimatorTest, BearsALongWay) {
  settings_.capacity = Kbps(1'500);
  settings_.delay = 150ms;
  TestLink link(controller_, settings_);
  link.Run(30s);
  ExpectNear(link.MeanTarget(30s), Kbps(1'500), 0.25);
}

TEST_F(DelayLossEstimatorTest, AnApplicationLimitedSenderIsLetTryTheNextLayer) {
  settings_.capacity = Kbps(5'000);
  settings_.source = Kbps(500);
  TestLink link(controller_, settings_);
  link.Run(20s);
  // The next simulcast layer is up to four times as large.
  EXPECT_GE(controller_.target() * kUpswitchShare, Kbps(2'000));
  EXPECT_LE(controller_.target(), Kbps(2'700));
}

TEST_F(DelayLossEstimatorTest, AnApplicationLimitedSenderIsHeldWhereTheLinkWasFull) {
  settings_.capacity = Kbps(800);
  TestLink link(controller_, settings_);
  link.Run(30s);
  link.settings().source = Kbps(200);
  link.Run(8s);
  EXPECT_LE(controller_.target(), Kbps(1'000));
  // Later it may try again.
  link.settings().capacity = Kbps(3'000);
  link.Run(240s);
  EXPECT_GE(controller_.target(), Kbps(780));
}

TEST_F(DelayLossEstimatorTest, AShortBurstOfLossCostsAnApplicationLimitedSenderLittle) {
  settings_.capacity = Kbps(5'000);
  settings_.source = Kbps(200);
  TestLink link(controller_, settings_);
  link.Run(10s);
  link.settings().loss = 0.4;
  link.Run(1s);
  link.settings().loss = 0;
  link.Run(3s);
  EXPECT_GE(controller_.target(), Kbps(900));
}

TEST_F(DelayLossEstimatorTest, LastingLossTakesAnApplicationLimitedSenderDown) {
  settings_.capacity = Kbps(5'000);
  settings_.source = Kbps(500);
  TestLink link(controller_, settings_);
  link.Run(10s);
  link.settings().capacity = Kbps(250);
  link.settings().queue = 60ms;
  link.Run(6s);
  EXPECT_LE(controller_.target(), Kbps(300));
  EXPECT_GE(link.MeanTarget(20s), Kbps(180));
}

TEST_F(DelayLossEstimatorTest, AnApplicationLimitedSenderYieldsAtOnceToALinkThatBecomesTooNarrow) {
  settings_.capacity = Kbps(20'000);
  settings_.source = Kbps(850);
  settings_.queue = 3s;
  TestLink link(controller_, settings_);
  link.Run(10s);
  EXPECT_GE(controller_.target(), Kbps(3'000));
  link.settings().capacity = Kbps(350);
  link.Run(1s);
  EXPECT_LE(controller_.target(), Kbps(350));
}

TEST_F(DelayLossEstimatorTest, StaysWithinItsLimits) {
  RateLimits limits;
  limits.max = Kbps(1'200);
  BandwidthController bounded(limits);
  settings_.capacity = Kbps(10'000);
  TestLink wide(bounded, settings_);
  wide.Run(20s);
  EXPECT_EQ(bounded.target(), Kbps(1'200));
  settings_.capacity = Kbps(10);
  TestLink narrow(controller_, settings_);
  narrow.Run(30s);
  EXPECT_GE(controller_.target(), Kbps(30));
  EXPECT_LT(controller_.target(), Kbps(60));
}

}  // namespace
}  // namespace plaza::cc
