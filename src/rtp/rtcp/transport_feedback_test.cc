// Transport-wide feedback: known bytes, all chunk kinds, round trips of random patterns.
#include "rtp/rtcp/transport_feedback.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "base/random.h"
#include "rtp/rtcp/transport_feedback_builder.h"

namespace plaza::rtp::rtcp {
namespace {

using namespace std::chrono_literals;

class TransportFeedbackTest : public testing::Test {
 protected:
  void Begin(uint16_t sequence_number, base::Time arrival) {
    builder_.Start(sequence_number, arrival);
    ASSERT_TRUE(builder_.Add(sequence_number, arrival));
  }
  // What the reader says of the feedback that `builder_` has.
  std::vector<PacketStatus> Through() {
    CompoundWriter writer(room_);
    EXPECT_TRUE(builder_.Write(writer, 1, 2, 3));
    EXPECT_LE(writer.written().size(), TransportFeedbackBuilder::kMaxSize);
    size_ = writer.written().size();
    const auto feedback = ParseTransportFeedback(*CompoundReader(writer.written()).Next());
    EXPECT_TRUE(feedback);
    return feedback ? Read(*feedback) : std::vector<PacketStatus>();
  }
  static std::vector<PacketStatus> Read(const TransportFeedback& feedback) {
    std::vector<PacketStatus> all;
    PacketStatusReader reader(feedback);
    while (const auto status = reader.Next()) all.push_back(*status);
    return all;
  }
  static Element AsElement(const base::Bytes& body) {
    return {PacketType::kTransportFeedback, kFormatTransportCc, body};
  }

  TransportFeedbackBuilder builder_;
  std::array<uint8_t, 1400> room_;
  size_t size_ = 0;
};

TEST_F(TransportFeedbackTest, ReadsAllChunkKinds) {
  const base::Bytes body = {0,    0,    0,  1,    0,    0, 0, 2,  // SSRCs
                            0xFF, 0xFF, 0,  14,                   // from 65535, 14 statuses
                            0,    0,    1,  9,                    // reference 64 ms, ninth feedback
                            0x20, 2,                              // run: 2 of small
                            0xD2, 0,  // two bits: small, zero, large, then 4 zeros
                            0xA0, 0,  // one bit: received, then lost
                            4,    8,    12, 0xFF, 0xFC, 0};
  const auto feedback = ParseTransportFeedback(AsElement(body));
  ASSERT_TRUE(feedback);
  EXPECT_EQ(feedback->feedback_count, 9);
  EXPECT_EQ(feedback->reference, 64ms);
  const auto all = Read(*feedback);
  ASSERT_EQ(all.size(), 14u);
  EXPECT_EQ(all[0].sequence_number, 65535);
  EXPECT_EQ(all[0].arrival, 65ms);
  EXPECT_EQ(all[1].sequence_number, 0);
  EXPECT_EQ(all[1].arrival, 67ms);
  EXPECT_EQ(all[2].arrival, 70ms);
  EXPECT_FALSE(all[3].arrival);
  EXPECT_EQ(all[4].arrival, 69ms);
  for (size_t i = 5; i < 9; ++i) EXPECT_FALSE(all[i].arrival) << i;
  EXPECT_EQ(all[9].arrival, 69ms);
  for (size_t i = 10; i < 14; ++i) EXPECT_FALSE(all[i].arrival) << i;
}

TEST_F(TransportFeedbackTest, RefusesWhatIsMissingOrAbsurd) {
  const base::Bytes good = {0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0, 2, 0, 0, 1, 0, 0x20, 2, 4, 8};
  ASSERT_TRUE(ParseTransportFeedback(AsElement(good)));
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(ParseTransportFeedback(AsElement(base::Bytes(good.begin(), good.begin() + size))));
  }
  base::Bytes reserved = good;
  reserved[16] = 0x60;
  EXPECT_FALSE(ParseTransportFeedback(AsElement(reserved)));
  base::Bytes empty_run = good;
  empty_run[17] = 0;
  EXPECT_FALSE(ParseTransportFeedback(AsElement(empty_run)));
  base::Bytes nothing = good;
  nothing[11] = 0;
  EXPECT_FALSE(ParseTransportFeedback(AsElement(nothing)));
}

TEST_F(TransportFeedbackTest, RefusesMoreStatusesThanTheLimit) {
  base::Bytes body = {0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0x20, 0x00, 0, 0, 1, 0, 0x1F, 0xFF, 0x1F, 0xFF};
  EXPECT_TRUE(ParseTransportFeedback(AsElement(body)));  // 8,192 lost packets
  body[11] = 1;
  EXPECT_FALSE(ParseTransportFeedback(AsElement(body)));
}

TEST_F(TransportFeedbackTest, SteadyArrivalsAreOneRun) {
  Begin(100, base::Time(1000s));
  for (uint16_t i = 1; i < 50; ++i)
    ASSERT_TRUE(builder_.Add(100 + i, base::Time(1000s + i * 10ms)));
  const auto all = Through();
  ASSERT_EQ(all.size(), 50u);
  EXPECT_EQ(size_, 4u + 16 + 2 + 50);
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].sequence_number, 100 + i);
    ASSERT_TRUE(all[i].arrival);
    EXPECT_EQ(*all[i].arrival - *all[0].arrival, i * 10ms);
  }
}

TEST_F(TransportFeedbackTest, ReorderedArrivalsHaveNegativeDeltas) {
  Begin(65534, base::Time(1000s));
  ASSERT_TRUE(builder_.Add(65535, base::Time(1000s + 30ms)));
  ASSERT_TRUE(builder_.Add(0, base::Time(1000s + 10ms)));
  ASSERT_TRUE(builder_.Add(1, base::Time(1000s + 500ms)));
  const auto all = Through();
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(*all[2].arrival - *all[0].arrival, 10ms);
  EXPECT_EQ(*all[3].arrival - *all[0].arrival, 500ms);
}

TEST_F(TransportFeedbackTest, ReportsLossBeforeTheFirstArrival) {
  builder_.Start(10, base::Time(5s));
  ASSERT_TRUE(builder_.Add(13, base::Time(5s)));
  const auto all = Through();
  ASSERT_EQ(all.size(), 4u);
  for (size_t i = 0; i < 3; ++i) EXPECT_FALSE(all[i].arrival);
  EXPECT_EQ(all[3].sequence_number, 13);
  EXPECT_EQ(all[3].arrival, 5s);
}

TEST_F(TransportFeedbackTest, RefusesWhatGoesBackOrIsTooFar) {
  Begin(10, base::Time(100s));
  EXPECT_TRUE(builder_.Add(12, base::Time(100s)));
  EXPECT_FALSE(builder_.Add(12, base::Time(100s)));
  EXPECT_FALSE(builder_.Add(11, base::Time(100s)));
  EXPECT_FALSE(builder_.Add(13, base::Time(109s)));
  EXPECT_FALSE(builder_.Add(13, base::Time(91s)));
  EXPECT_FALSE(builder_.Add(10 + TransportFeedbackBuilder::kMaxStatuses, base::Time(100s)));
  EXPECT_EQ(builder_.status_count(), 3u);
}

TEST_F(TransportFeedbackTest, StaysUnderItsSizeWhenFull) {
  Begin(0, base::Time(100s));
  base::Time time(100s);
  uint16_t n = 0;
  do time += 100ms;
  while (builder_.Add(n = static_cast<uint16_t>(n + 2), time));
  EXPECT_GT(builder_.status_count(), 400u);
  const auto all = Through();
  EXPECT_EQ(all.size(), builder_.status_count());
}

TEST_F(TransportFeedbackTest, RandomPatternsRoundTripWithinHalfATick) {
  base::SeededRandom random(7);
  for (int round = 0; round < 300; ++round) {
    const auto first = static_cast<uint16_t>(random.Below(65536));
    const uint64_t loss = random.Below(100);
    const uint64_t jitter = 1 + random.Below(200'000);
    base::Time time{base::Duration(static_cast<int64_t>(random.Below(1'000'000'000'000)))};
    std::vector<std::optional<base::Time>> sent = {time};
    Begin(first, time);
    for (uint16_t i = 1; i < 300; ++i) {
      time += base::Duration(static_cast<int64_t>(random.Below(jitter))) -
              base::Duration(static_cast<int64_t>(jitter / 4));
      sent.emplace_back();
      if (random.Below(100) < loss) continue;
      if (!builder_.Add(static_cast<uint16_t>(first + i), time)) break;
      sent.back() = time;
    }
    const auto all = Through();
    ASSERT_GT(all.size(), 0u);
    for (size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(all[i].sequence_number, static_cast<uint16_t>(first + i));
      ASSERT_EQ(all[i].arrival.has_value(), sent[i].has_value());
      if (!sent[i]) continue;
      const auto error = (*all[i].arrival - *all[0].arrival) - (*sent[i] - *sent[0]);
      EXPECT_LE(error.count(), 250);
      EXPECT_GE(error.count(), -250);
    }
  }
}

TEST_F(TransportFeedbackTest, ReferenceTimeWraps) {
  const base::Time time = base::Time(kFeedbackTimeWrap * 3 + 5s);
  Begin(0, time);
  EXPECT_EQ(*Through()[0].arrival, 5s);
}

}  // namespace
}  // namespace plaza::rtp::rtcp
