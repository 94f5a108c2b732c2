// The parts of the estimators by themselves.
#include <gtest/gtest.h>

#include <vector>

#include "cc/arrival_groups.h"
#include "cc/bandwidth_controller.h"
#include "cc/loss_bound.h"
#include "cc/rate_control.h"
#include "cc/rate_meter.h"
#include "cc/remb_estimator.h"
#include "cc/trend_detector.h"

namespace plaza::cc {
namespace {

using namespace std::chrono_literals;
using base::DataRate;

DataRate Kbps(int64_t kbps) { return DataRate::KilobitsPerSecond(kbps); }

PacketResult Result(base::Time sent, std::optional<base::Time> arrival, size_t size = 1'200) {
  return {0, sent, size, arrival, false};
}

TEST(RateMeter, MeasuresASteadyRate) {
  RateMeter meter;
  EXPECT_FALSE(meter.Rate());
  for (int i = 0; i < 200; ++i) {
    meter.Add(1'250, base::Time(1000s + i * 10ms));
    if (i > 40) {
      EXPECT_EQ(meter.Rate(), Kbps(1'000));
    }
  }
}

TEST(RateMeter, SaysNothingBeforeHalfAWindow) {
  RateMeter meter;
  for (int i = 0; i < 5; ++i) meter.Add(1, base::Time(1000s + i * 50ms));
  EXPECT_FALSE(meter.Rate());
  meter.Add(1, base::Time(1000s + 250ms));
  EXPECT_TRUE(meter.Rate());
}

TEST(RateMeter, StartsAnewAfterAPauseAndIgnoresWhatIsOld) {
  RateMeter meter;
  for (int i = 0; i < 50; ++i) meter.Add(1'250, base::Time(1000s + i * 10ms));
  EXPECT_TRUE(meter.Rate());
  meter.Add(1, base::Time(1002s));
  EXPECT_FALSE(meter.Rate());
  meter.Add(1'000'000, base::Time(1000s));
  for (int i = 0; i < 60; ++i) meter.Add(125, base::Time(1002s + i * 10ms));
  EXPECT_LT(*meter.Rate(), Kbps(110));
}

TEST(ArrivalGroups, GivesTheChangeBetweenGroups) {
  ArrivalGroups groups;
  const base::Time start(1000s);
  std::vector<GroupDelta> deltas;
  for (int frame = 0; frame < 4; ++frame) {
    for (int i = 0; i < 3; ++i) {
      const base::Time sent = start + frame * 33ms + i * 1ms;
      const auto delta = groups.Add(Result(sent, sent + 500s + frame * 2ms));
      if (delta) deltas.push_back(*delta);
    }
  }
  ASSERT_EQ(deltas.size(), 2u);
  EXPECT_EQ(deltas[0].sent, 33ms);
  EXPECT_EQ(deltas[0].arrived, 35ms);
}

TEST(ArrivalGroups, WhatAQueueLetsGoAtOnceIsOneGroup) {
  ArrivalGroups groups;
  const base::Time start(1000s);
  int deltas = 0;
  for (int i = 0; i < 8; ++i) {
    // Sent 10 ms apart, all arrive within 8 ms.
    deltas += groups.Add(Result(start + i * 10ms, start + 200ms + i * 1ms)).has_value();
  }
  EXPECT_EQ(deltas, 0);
}

TEST(ArrivalGroups, LateAndLostPacketsAndClockJumpsGiveNothing) {
  ArrivalGroups groups;
  const base::Time start(1000s);
  EXPECT_FALSE(groups.Add(Result(start, std::nullopt)));
  groups.Add(Result(start + 100ms, start + 100ms));
  EXPECT_FALSE(groups.Add(Result(start, start + 130ms)));
  groups.Add(Result(start + 200ms, start + 100'000s));
  EXPECT_FALSE(groups.Add(Result(start + 300ms, start + 100'100s)));
  EXPECT_FALSE(groups.Add(Result(start + 400ms, start + 100'200s)));
}

class TrendDetectorTest : public testing::Test {
 protected:
  // Groups 10 ms apart, each `more` later than the one before.
  void Feed(int groups, base::Duration more) {
    for (int i = 0; i < groups; ++i) {
      now_ += 10ms + more;
      detector_.Add({10ms, 10ms + more, now_});
    }
  }
  TrendDetector detector_;
  base::Time now_{1000s};
};

TEST_F(TrendDetectorTest, ASteadyDelayIsNormal) {
  Feed(500, 0ms);
  EXPECT_EQ(detector_.usage(), LinkUsage::kNormal);
}

TEST_F(TrendDetectorTest, AGrowingDelayIsOveruseAShrinkingOneUnderuse) {
  Feed(100, 0ms);
  Feed(30, 2ms);
  EXPECT_EQ(detector_.usage(), LinkUsage::kOveruse);
  Feed(25, -2ms);
  EXPECT_EQ(detector_.usage(), LinkUsage::kUnderuse);
  Feed(200, 0ms);
  EXPECT_EQ(detector_.usage(), LinkUsage::kNormal);
}

TEST_F(TrendDetectorTest, SaysNothingBeforeThereAreEnoughPoints) {
  Feed(15, 5ms);
  EXPECT_EQ(detector_.usage(), LinkUsage::kNormal);
}

class RateControlTest : public testing::Test {
 protected:
  void Run(base::Duration span, LinkUsage usage, DataRate acknowledged, bool limited = false) {
    RateControl::Input input{usage, acknowledged, limited, 100ms};
    for (const base::Time end = now_ + span; now_ < end; now_ += 50ms) control_.Update(input, now_);
  }
  RateControl control_{RateLimits{}};
  base::Time now_{1000s};
};

TEST_F(RateControlTest, OveruseTakesItBelowWhatArrives) {
  Run(1s, LinkUsage::kOveruse, Kbps(600));
  EXPECT_EQ(control_.rate(), Kbps(510));
  Run(1s, LinkUsage::kUnderuse, Kbps(600));
  EXPECT_EQ(control_.rate(), Kbps(510));
}

TEST_F(RateControlTest, RisesSlowlyNearTheCapacityAndFasterBeyond) {
  Run(1s, LinkUsage::kOveruse, Kbps(1'000));
  Run(1s, LinkUsage::kNormal, Kbps(850));
  const double near = static_cast<double>(control_.rate().bps()) / 850'000;
  EXPECT_GT(near, 1.02);
  EXPECT_LT(near, 1.07);
  Run(20s, LinkUsage::kNormal, Kbps(2'000));
  EXPECT_GT(control_.rate(), Kbps(2'000));
}

TEST_F(RateControlTest, NeverRisesBeyondWhatIsProven) {
  Run(60s, LinkUsage::kNormal, Kbps(1'000));
  EXPECT_EQ(control_.rate(), Kbps(1'510));
  RateControl::Input nothing{LinkUsage::kNormal, std::nullopt, false, 100ms};
  control_.Update(nothing, now_ += 1s);
  EXPECT_EQ(control_.rate(), Kbps(1'510));
}

TEST_F(RateControlTest, LittleTrafficProvesLittleCongestion) {
  Run(100ms, LinkUsage::kOveruse, Kbps(50), true);
  EXPECT_EQ(control_.rate(), Kbps(700));
  Run(1s, LinkUsage::kOveruse, Kbps(50), true);
  EXPECT_LT(control_.rate(), Kbps(200));
}

std::vector<PacketResult> Burst(base::Time from, int count, int every_lost) {
  std::vector<PacketResult> results;
  for (int i = 0; i < count; ++i) {
    const base::Time sent = from + i * 10ms;
    const bool lost = every_lost > 0 && i % every_lost == 0;
    results.push_back(Result(sent, lost ? std::nullopt : std::optional(sent)));
  }
  return results;
}

class LossBoundTest : public testing::Test {
 protected:
  // A second at `rate`, of which every n-th is lost.
  std::optional<DataRate> Second(DataRate rate, int every_lost) {
    auto results = Burst(now_, 100, every_lost);
    for (auto& result : results) result.size = static_cast<size_t>(rate.BytesIn(10ms));
    now_ += 1s;
    const double share = every_lost > 0 ? 1.0 - 1.0 / every_lost : 1.0;
    return bound_.OnResults(results, {rate, rate * share, false}, now_);
  }
  RateLimits limits_;
  LossBound bound_{limits_};
  base::Time now_{1000s};
};

TEST_F(LossBoundTest, NoLossNoBound) {
  Second(Kbps(1'000), 0);
  EXPECT_EQ(bound_.limit(), limits_.max);
}

TEST_F(LossBoundTest, LossThatEndsWithTheCutShowsTheCapacity) {
  Second(Kbps(1'000), 5);
  EXPECT_EQ(bound_.limit(), Kbps(760));
  const auto capacity = Second(Kbps(760), 0);
  ASSERT_TRUE(capacity);
  EXPECT_EQ(*capacity, Kbps(760));
  EXPECT_EQ(bound_.limit(), limits_.max);
  EXPECT_EQ(bound_.inherent_loss(), 0);
}

TEST_F(LossBoundTest, LossThatStaysBelongsToTheLink) {
  Second(Kbps(1'000), 5);
  EXPECT_FALSE(Second(Kbps(760), 5));
  EXPECT_EQ(bound_.limit(), limits_.max);
  EXPECT_NEAR(bound_.inherent_loss(), 0.2, 0.01);
  // From now on it is taken as given, until it ends.
  EXPECT_FALSE(Second(Kbps(1'000), 5));
  EXPECT_EQ(bound_.limit(), limits_.max);
  for (int i = 0; i < 20; ++i) Second(Kbps(1'000), 0);
  EXPECT_LT(bound_.inherent_loss(), 0.01);
}

TEST_F(LossBoundTest, ASenderThatDoesNotComeDownIsJudgedInTheEnd) {
  Second(Kbps(1'000), 4);
  EXPECT_FALSE(Second(Kbps(1'000), 4));
  EXPECT_FALSE(Second(Kbps(1'000), 4));
  EXPECT_TRUE(Second(Kbps(1'000), 4));
  EXPECT_EQ(bound_.inherent_loss(), 0);
}

TEST_F(LossBoundTest, ASenderFarBelowItsRateComesDownByStepsAndIsBackAtOnce) {
  const auto results = Burst(now_, 100, 4);
  EXPECT_FALSE(bound_.OnResults(results, {Kbps(1'000), Kbps(100), true}, now_ + 1s));
  EXPECT_EQ(bound_.limit(), Kbps(700));
  EXPECT_FALSE(bound_.OnResults(Burst(now_ + 1s, 100, 0), {Kbps(700), Kbps(100), true}, now_ + 2s));
  EXPECT_EQ(bound_.limit(), limits_.max);
}

TEST_F(LossBoundTest, LossThatProvesToBeReorderingIsTakenBack) {
  auto results = Burst(now_, 30, 2);
  bound_.OnResults(results, {Kbps(1'000), Kbps(1'000), false}, now_);
  std::vector<PacketResult> late;
  for (auto& result : results) {
    if (result.arrival) continue;
    result.arrival = now_ + 1s;
    result.reported_lost = true;
    late.push_back(result);
  }
  bound_.OnResults(late, {Kbps(1'000), Kbps(1'000), false}, now_);
  bound_.OnResults(Burst(now_ + 300ms, 70, 0), {Kbps(1'000), Kbps(1'000), false}, now_ + 1s);
  EXPECT_EQ(bound_.limit(), limits_.max);
}

TEST(RembEstimator, FollowsDownAtOnceAndUpSmoothly) {
  RembEstimator remb{RateLimits{}};
  base::Time now(1000s);
  EXPECT_EQ(remb.target(), Kbps(1'000));
  remb.OnRemb(Kbps(2'000), now);
  EXPECT_EQ(remb.target(), Kbps(2'000));
  remb.OnRemb(Kbps(500), now += 1s);
  EXPECT_EQ(remb.target(), Kbps(500));
  remb.OnRemb(Kbps(1'500), now += 1s);
  EXPECT_GT(remb.target(), Kbps(800));
  EXPECT_LT(remb.target(), Kbps(1'000));
  for (int i = 0; i < 20; ++i) remb.OnRemb(Kbps(1'500), now += 1s);
  EXPECT_GE(remb.target(), Kbps(1'490));
  remb.OnRemb(DataRate(), now += 1s);
  EXPECT_EQ(remb.target(), Kbps(30));
}

class BandwidthControllerTest : public testing::Test {
 protected:
  // Sends a packet and reports that it arrived.
  void Exchange() {
    const uint16_t number = controller_.OnPacketSent(100, now_);
    const base::Bytes bytes = {0,
                               0,
                               0,
                               1,
                               0,
                               0,
                               0,
                               2,
                               static_cast<uint8_t>(number >> 8),
                               static_cast<uint8_t>(number),
                               0,
                               1,
                               0,
                               0,
                               1,
                               0,
                               0x20,
                               1,
                               0};
    const auto feedback = rtp::rtcp::ParseTransportFeedback(
        {rtp::rtcp::PacketType::kTransportFeedback, rtp::rtcp::kFormatTransportCc, bytes});
    controller_.OnTransportFeedback(feedback.value(), now_);
  }
  BandwidthController controller_;
  base::Time now_{1000s};
};

TEST_F(BandwidthControllerTest, RembCountsWhereThereIsNothingBetter) {
  controller_.OnRemb(Kbps(300), now_);
  EXPECT_EQ(controller_.target(), Kbps(300));
  Exchange();
  EXPECT_EQ(controller_.target(), Kbps(1'000));
  controller_.OnRemb(Kbps(300), now_ += 1s);
  EXPECT_EQ(controller_.target(), Kbps(1'000));
  controller_.OnRemb(Kbps(300), now_ += BandwidthController::kFeedbackTimeout);
  EXPECT_EQ(controller_.target(), Kbps(300));
}

TEST_F(BandwidthControllerTest, TellsOnlyChangesThatAreWorthIt) {
  EXPECT_EQ(controller_.TakeChange(), Kbps(1'000));
  EXPECT_FALSE(controller_.TakeChange());
  controller_.OnRemb(Kbps(990), now_);
  EXPECT_FALSE(controller_.TakeChange());
  controller_.OnRemb(Kbps(980), now_);
  EXPECT_EQ(controller_.TakeChange(), Kbps(980));
}

}  // namespace
}  // namespace plaza::cc
