// Gaps, when they are asked for, and when they are given up.
#include "rtp/nack_generator.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "base/random.h"

namespace plaza::rtp {
namespace {

using namespace std::chrono_literals;
using Event = NackGenerator::Event;

class NackGeneratorTest : public testing::Test {
 protected:
  Event Receive(int number, bool keyframe = false) {
    return nack_.OnPacket(static_cast<uint16_t>(number), keyframe, now_);
  }
  std::vector<uint16_t> Collect(size_t room = 2000) {
    std::vector<uint16_t> out(room);
    out.resize(nack_.Collect(now_, out));
    return out;
  }

  NackGenerator nack_;
  base::Time now_{1000s};
};

TEST_F(NackGeneratorTest, AsksForAGapAfterTheReorderWait) {
  Receive(10);
  Receive(13);
  EXPECT_EQ(nack_.missing(), 2u);
  EXPECT_TRUE(Collect().empty());
  EXPECT_EQ(nack_.NextDeadline(), now_ + NackGenerator::kReorderWait);
  now_ = nack_.NextDeadline();
  EXPECT_EQ(Collect(), (std::vector<uint16_t>{11, 12}));
  EXPECT_TRUE(Collect().empty());
}

TEST_F(NackGeneratorTest, ReorderedPacketsAreNotAskedFor) {
  Receive(10);
  Receive(12);
  now_ += 5ms;
  EXPECT_EQ(Receive(11), Event::kRecovered);
  now_ += 100ms;
  EXPECT_TRUE(Collect().empty());
  EXPECT_EQ(nack_.NextDeadline(), base::kNever);
}

TEST_F(NackGeneratorTest, WorksAcrossTheWrap) {
  Receive(65534);
  Receive(2);
  now_ += 10ms;
  EXPECT_EQ(Collect(), (std::vector<uint16_t>{65535, 0, 1}));
  EXPECT_EQ(Receive(0), Event::kRecovered);
  EXPECT_EQ(nack_.missing(), 2u);
}

TEST_F(NackGeneratorTest, RepeatsOnceARoundTripWithGrowingIntervals) {
  nack_.SetRtt(100ms);
  Receive(1);
  Receive(3);
  now_ += 10ms;
  ASSERT_EQ(Collect().size(), 1u);
  EXPECT_EQ(nack_.NextDeadline() - now_, 110ms);
  now_ = nack_.NextDeadline();
  ASSERT_EQ(Collect().size(), 1u);
  EXPECT_EQ(nack_.NextDeadline() - now_, 121ms);
}

TEST_F(NackGeneratorTest, IntervalsHaveBounds) {
  nack_.SetRtt(1ms);
  Receive(1);
  Receive(3);
  now_ += 10ms;
  Collect();
  EXPECT_EQ(nack_.NextDeadline() - now_, NackGenerator::kMinInterval);
  nack_.SetRtt(5s);
  now_ = nack_.NextDeadline();
  Collect();
  EXPECT_EQ(nack_.NextDeadline() - now_, NackGenerator::kMaxInterval);
}

TEST_F(NackGeneratorTest, GivesUpAfterSoManyRequestsAndWishesAKeyframe) {
  Receive(1);
  Receive(3);
  int requests = 0;
  for (int i = 0; i < 1000; ++i, now_ += 20ms) requests += static_cast<int>(Collect().size());
  EXPECT_EQ(requests, NackGenerator::kMaxRequests);
  EXPECT_EQ(nack_.missing(), 0u);
  EXPECT_TRUE(nack_.TakeKeyframeWish());
  EXPECT_FALSE(nack_.TakeKeyframeWish());
}

TEST_F(NackGeneratorTest, AKeyframeMakesWhatIsBeforeItNeedless) {
  Receive(1);
  Receive(5);
  Receive(8, true);
  EXPECT_EQ(nack_.missing(), 0u);
  Receive(10);
  now_ += 10ms;
  EXPECT_EQ(Collect(), (std::vector<uint16_t>{9}));
  EXPECT_FALSE(nack_.TakeKeyframeWish());
}

TEST_F(NackGeneratorTest, TellsDuplicatesFromLateOnes) {
  Receive(10);
  EXPECT_EQ(Receive(10), Event::kDuplicate);
  EXPECT_EQ(Receive(9), Event::kNone);  // was sent before the first that came
  EXPECT_EQ(Receive(9), Event::kDuplicate);
  Receive(12);
  EXPECT_EQ(Receive(11), Event::kRecovered);
  EXPECT_EQ(Receive(11), Event::kDuplicate);
}

TEST_F(NackGeneratorTest, WhatWasGivenUpMayStillCome) {
  Receive(1);
  Receive(3);
  Receive(4, true);
  EXPECT_EQ(Receive(2), Event::kNone);
}

TEST_F(NackGeneratorTest, CollectsInPartsWhenThereIsLittleRoom) {
  Receive(0);
  Receive(11);
  now_ += 10ms;
  EXPECT_EQ(Collect(4), (std::vector<uint16_t>{1, 2, 3, 4}));
  EXPECT_EQ(Collect(4), (std::vector<uint16_t>{5, 6, 7, 8}));
  EXPECT_EQ(Collect(4), (std::vector<uint16_t>{9, 10}));
}

TEST_F(NackGeneratorTest, NeverHasMoreThanTheWindowOutstanding) {
  for (int i = 0; i < 10'000; i += 7) {
    Receive(i);
    ASSERT_LT(nack_.missing(), static_cast<size_t>(NackGenerator::kWindow));
  }
  EXPECT_TRUE(nack_.TakeKeyframeWish());
}

TEST_F(NackGeneratorTest, AJumpAheadStartsOver) {
  Receive(1);
  Receive(5);
  EXPECT_EQ(Receive(5 + NackGenerator::kWindow + 1), Event::kReset);
  EXPECT_EQ(nack_.missing(), 0u);
  EXPECT_TRUE(nack_.TakeKeyframeWish());
  EXPECT_EQ(Receive(5 + NackGenerator::kWindow + 2), Event::kNone);
}

TEST_F(NackGeneratorTest, AJumpBackStartsOverWhenASecondPacketConfirmsIt) {
  Receive(20'000);
  EXPECT_EQ(Receive(7), Event::kDuplicate);
  EXPECT_EQ(Receive(20'001), Event::kNone);
  EXPECT_EQ(Receive(8), Event::kDuplicate);
  EXPECT_EQ(Receive(9), Event::kReset);
  EXPECT_EQ(Receive(10), Event::kNone);
  EXPECT_TRUE(nack_.TakeKeyframeWish());
}

TEST_F(NackGeneratorTest, RepairsEverythingOverALossyWay) {
  // Every packet, also a repeated one, is lost with 20 %; a request takes 50 ms to be answered.
  base::SeededRandom random(3);
  std::set<int64_t> here;
  std::vector<std::pair<base::Time, uint16_t>> underway;
  nack_.SetRtt(50ms);
  for (int sent = 0; sent < 70'000; ++sent, now_ += 2ms) {
    if (sent < 69'500 && random.Below(10) >= 2) {
      Receive(sent);
      here.insert(sent);
    } else if (sent >= 69'500) {
      Receive(69'500);
      here.insert(69'500);
    }
    for (const uint16_t lost : Collect()) {
      if (random.Below(10) >= 2) underway.emplace_back(now_ + 50ms, lost);
    }
    while (!underway.empty() && underway.front().first <= now_) {
      const uint16_t number = underway.front().second;
      underway.erase(underway.begin());
      EXPECT_EQ(Receive(number), Event::kRecovered);
      here.insert(sent - static_cast<uint16_t>(sent - number));
    }
  }
  EXPECT_EQ(nack_.missing(), 0u);
  EXPECT_GE(here.size(), 69'501u - 2);
}

}  // namespace
}  // namespace plaza::rtp
