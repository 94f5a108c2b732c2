// The receiver's generator and the sender's adapter, and what goes between them.
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <vector>

#include "base/random.h"
#include "cc/transport_feedback_adapter.h"
#include "cc/transport_feedback_generator.h"

namespace plaza::cc {
namespace {

using namespace std::chrono_literals;

class TransportFeedbackTest : public testing::Test {
 protected:
  // Builds all that is due and gives it to the adapter; returns all new results.
  std::vector<PacketResult> Report() {
    std::vector<PacketResult> all;
    for (;;) {
      std::array<uint8_t, 1200> room;
      rtp::rtcp::CompoundWriter writer(room);
      if (!generator_.Build(writer, 1, 2)) return all;
      ++feedbacks_;
      const auto element = rtp::rtcp::CompoundReader(writer.written()).Next();
      const auto feedback = rtp::rtcp::ParseTransportFeedback(element.value());
      EXPECT_TRUE(feedback);
      last_count_ = feedback->feedback_count;
      const auto results = adapter_.OnFeedback(*feedback, now_);
      all.insert(all.end(), results.begin(), results.end());
    }
  }
  uint16_t Send(size_t size = 100) { return adapter_.OnPacketSent(size, now_); }

  TransportFeedbackGenerator generator_;
  TransportFeedbackAdapter adapter_;
  base::Time now_{1000s};
  int feedbacks_ = 0;
  int last_count_ = -1;
};

TEST_F(TransportFeedbackTest, NothingArrivedNothingToReport) {
  EXPECT_EQ(generator_.NextDeadline(), base::kNever);
  EXPECT_TRUE(Report().empty());
  EXPECT_EQ(feedbacks_, 0);
}

TEST_F(TransportFeedbackTest, IsDueSoonerWhenMuchArrives) {
  generator_.OnPacket(1, now_);
  EXPECT_EQ(generator_.NextDeadline(), now_ + 100ms);
  for (uint16_t i = 2; i < 20; ++i) generator_.OnPacket(i, now_ + 10ms);
  EXPECT_EQ(generator_.NextDeadline(), now_ + 50ms);
  Report();
  EXPECT_EQ(generator_.NextDeadline(), base::kNever);
}

TEST_F(TransportFeedbackTest, TellsArrivalsAndLosses) {
  for (int i = 0; i < 10; ++i, now_ += 10ms) {
    const uint16_t number = Send(100 + i);
    if (i != 3 && i != 4) generator_.OnPacket(number, now_ + 50ms + i * 1ms);
  }
  now_ += 100ms;
  const auto results = Report();
  ASSERT_EQ(results.size(), 10u);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(results[i].number, i);
    EXPECT_EQ(results[i].size, 100u + i);
    EXPECT_EQ(results[i].sent, base::Time(1000s + i * 10ms));
    EXPECT_EQ(results[i].arrival.has_value(), i != 3 && i != 4);
    EXPECT_FALSE(results[i].reported_lost);
  }
  EXPECT_EQ(*results[9].arrival - *results[0].arrival, 99ms);
  EXPECT_EQ(adapter_.rtt(), 110ms);
}

TEST_F(TransportFeedbackTest, ALatePacketIsReportedAgain) {
  for (int i = 0; i < 4; ++i) Send();
  for (const uint16_t i : {0, 2}) generator_.OnPacket(i, now_);
  EXPECT_EQ(Report().size(), 3u);
  generator_.OnPacket(1, now_ + 30ms);
  generator_.OnPacket(3, now_ + 30ms);
  const auto results = Report();
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].number, 1);
  EXPECT_TRUE(results[0].arrival && results[0].reported_lost);
  EXPECT_EQ(results[1].number, 3);
  EXPECT_FALSE(results[1].reported_lost);
}

TEST_F(TransportFeedbackTest, DuplicatesAreNotReported) {
  Send();
  generator_.OnPacket(0, now_);
  generator_.OnPacket(0, now_ + 5ms);
  EXPECT_EQ(Report().size(), 1u);
  generator_.OnPacket(0, now_ + 10ms);
  EXPECT_TRUE(Report().empty());
  EXPECT_EQ(feedbacks_, 1);
}

TEST_F(TransportFeedbackTest, NumbersItsFeedbacks) {
  for (uint16_t i = 0; i < 300; ++i) {
    Send();
    generator_.OnPacket(i, now_);
    Report();
    EXPECT_EQ(last_count_, i % 256);
  }
}

TEST_F(TransportFeedbackTest, SplitsWhatOneFeedbackCannotHold) {
  for (int i = 0; i < 1'500; ++i) generator_.OnPacket(Send(), now_ + i * 100us);
  EXPECT_EQ(Report().size(), 1'500u);
  EXPECT_GE(feedbacks_, 2);
}

TEST_F(TransportFeedbackTest, AWriterThatIsFullLosesNothing) {
  Send();
  generator_.OnPacket(0, now_);
  std::array<uint8_t, 10> room;
  rtp::rtcp::CompoundWriter writer(room);
  EXPECT_FALSE(generator_.Build(writer, 1, 2));
  EXPECT_EQ(Report().size(), 1u);
}

TEST_F(TransportFeedbackTest, AJumpStartsOver) {
  for (const uint16_t number : {0, 30'000, 5, 6}) generator_.OnPacket(number, now_);
  std::array<uint8_t, 1200> room;
  rtp::rtcp::CompoundWriter writer(room);
  ASSERT_TRUE(generator_.Build(writer, 1, 2));
  const auto element = rtp::rtcp::CompoundReader(writer.written()).Next();
  const auto feedback = rtp::rtcp::ParseTransportFeedback(element.value());
  EXPECT_EQ(feedback->base_sequence_number, 5);
  EXPECT_EQ(feedback->status_count, 2);
}

TEST_F(TransportFeedbackTest, AJumpBackAcrossTheWrapStartsOver) {
  generator_.OnPacket(100, now_);
  Report();
  generator_.OnPacket(60'000, now_);
  std::array<uint8_t, 1200> room;
  rtp::rtcp::CompoundWriter writer(room);
  ASSERT_TRUE(generator_.Build(writer, 1, 2));
  EXPECT_FALSE(generator_.Build(writer, 1, 2));
  const auto element = rtp::rtcp::CompoundReader(writer.written()).Next();
  EXPECT_EQ(rtp::rtcp::ParseTransportFeedback(element.value())->base_sequence_number, 60'000);
}

TEST_F(TransportFeedbackTest, SkipsAHoleTooLargeForOneFeedback) {
  for (int i = 0; i < 1'500; ++i) Send();
  generator_.OnPacket(0, now_);
  generator_.OnPacket(1'400, now_ + 1s);
  const auto results = Report();
  ASSERT_GE(results.size(), 2u);
  EXPECT_EQ(results.front().number, 0);
  EXPECT_EQ(results.back().number, 1'400);
  EXPECT_TRUE(results.back().arrival);
}

TEST_F(TransportFeedbackTest, FeedbackOnPacketsNeverSentIsIgnored) {
  Send();
  generator_.OnPacket(500, now_);
  EXPECT_TRUE(Report().empty());
  EXPECT_FALSE(adapter_.rtt());
}

TEST_F(TransportFeedbackTest, PacketsThatWerePushedOutHaveNoResult) {
  for (size_t i = 0; i < TransportFeedbackAdapter::kCapacity + 10; ++i) Send();
  for (const uint16_t i : {5, 9, 10, 11}) generator_.OnPacket(i, now_);
  EXPECT_EQ(Report().size(), 2u);
}

TEST_F(TransportFeedbackTest, EveryPacketHasItsResultOverAReorderingWay) {
  base::SeededRandom random(5);
  std::vector<std::pair<base::Time, uint16_t>> underway;
  std::set<int64_t> arrived;
  std::set<int64_t> lost;
  const int kCount = 70'000;  // across the wrap
  const auto take = [&] {
    for (const PacketResult& result : Report()) {
      if (result.arrival) {
        EXPECT_TRUE(arrived.insert(result.number).second);
        EXPECT_EQ(lost.erase(result.number) == 1, result.reported_lost);
      } else {
        EXPECT_TRUE(lost.insert(result.number).second);
      }
    }
  };
  for (int i = 0; i < kCount; ++i, now_ += 1ms) {
    const uint16_t number = Send();
    if (random.Below(20) != 0) {
      underway.emplace_back(now_ + base::Duration(random.Below(30'000)), number);
    }
    std::sort(underway.begin(), underway.end());
    while (!underway.empty() && underway.front().first <= now_) {
      generator_.OnPacket(underway.front().second, underway.front().first);
      underway.erase(underway.begin());
    }
    if (generator_.NextDeadline() <= now_) take();
  }
  take();
  EXPECT_NEAR(static_cast<double>(arrived.size()), kCount * 0.95, 500);
  EXPECT_GE(arrived.size() + lost.size(), static_cast<size_t>(kCount) - 40);
}

TEST_F(TransportFeedbackTest, TheReferenceTimeMayWrap) {
  adapter_.OnPacketSent(1, now_);
  adapter_.OnPacketSent(1, now_);
  const base::Time before = base::Time(rtp::rtcp::kFeedbackTimeWrap) - 10ms;
  generator_.OnPacket(0, before);
  const auto first = Report();
  generator_.OnPacket(1, before + 30ms);
  const auto second = Report();
  ASSERT_TRUE(first.size() == 1 && second.size() == 1);
  EXPECT_EQ(*second[0].arrival - *first[0].arrival, 30ms);
}

}  // namespace
}  // namespace plaza::cc
