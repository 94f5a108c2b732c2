#include "sctp/internal/data_receiver.h"

#include <string>

#include "sctp/internal/constants.h"
#include "sctp/testing/test_outbox.h"

namespace plaza::sctp::internal {
namespace {

using Outcome = DataReceiver::Outcome;

constexpr size_t kMaxMessage = 2000;
constexpr size_t kBuffer = 4000;

class DataReceiverTest : public ::testing::Test {
 protected:
  Outcome Data(uint32_t tsn, const std::string& text = "x", uint16_t ssn = 0, bool begin = true,
               bool end = true, bool immediate = false) {
    DataChunk data;
    data.tsn = tsn;
    data.ssn = ssn;
    data.begin = begin;
    data.end = end;
    data.immediate = immediate;
    data.payload = base::AsBytes(text);
    const Outcome outcome = receiver.OnData(data, now);
    receiver.OnPacketEnd();
    return outcome;
  }
  SackChunk Sack() {
    receiver.SendSack(box.out);
    chunks = box.Chunks();
    return *ParseSack(chunks[0]);
  }
  void Forward(uint32_t tsn, std::vector<SkippedStream> skipped = {}) {
    WriteForwardTsn(tsn, skipped, box.out);
    const auto written = box.Chunks();
    receiver.OnForwardTsn(*ParseForwardTsn(written[0]));
  }

  base::Time now{1000s};
  TestOutbox box;
  DataReceiver receiver{1, kMaxMessage, kBuffer};
  std::vector<ChunkView> chunks;
};

TEST_F(DataReceiverTest, AcknowledgesTheFirstPacketAtOnceAndThenEverySecond) {
  Data(1);
  EXPECT_TRUE(receiver.sack_due(now));
  EXPECT_EQ(Sack().cumulative_tsn, 1u);
  Data(2, "x", 1);
  EXPECT_FALSE(receiver.sack_due(now));
  EXPECT_EQ(receiver.NextDeadline(), now + kSackDelay);
  EXPECT_TRUE(receiver.sack_due(now + kSackDelay));
  Data(3, "x", 2);
  EXPECT_TRUE(receiver.sack_due(now));
  Sack();
  EXPECT_EQ(receiver.NextDeadline(), base::kNever);
}

TEST_F(DataReceiverTest, AcknowledgesAtOnceWhatIsMissingRepeatedOrUrgent) {
  Data(1);
  Sack();
  Data(3);
  EXPECT_TRUE(receiver.sack_due(now));
  const SackChunk gap = Sack();
  ASSERT_EQ(gap.gap_count(), 1u);
  EXPECT_EQ(gap.gap(0), (GapBlock{2, 2}));
  Data(3);
  EXPECT_TRUE(receiver.sack_due(now));
  EXPECT_EQ(Sack().duplicates, 1u);
  Data(2);
  Sack();
  Data(4, "x", 9, true, true, true);
  EXPECT_TRUE(receiver.sack_due(now));
}

TEST_F(DataReceiverTest, TellsHowMuchRoomIsLeft) {
  EXPECT_EQ(Sack().window, kBuffer);
  Data(2, std::string(1000, 'x'), 1);
  EXPECT_LT(Sack().window, kBuffer - 1000);
  Data(1);
  EXPECT_EQ(Sack().window, kBuffer);
}

TEST_F(DataReceiverTest, TakesOnlyWhatComesNextWhenItIsFull) {
  uint32_t tsn = 2;
  while (Data(tsn, std::string(1000, 'x'), static_cast<uint16_t>(tsn - 1)) == Outcome::kTaken)
    ++tsn;
  EXPECT_LE(tsn, 7u);
  EXPECT_EQ(Sack().window, 0u);
  EXPECT_EQ(Data(1), Outcome::kTaken);
  EXPECT_EQ(receiver.TakeReady().size(), tsn - 1);
  EXPECT_EQ(Sack().window, kBuffer);
}

TEST_F(DataReceiverTest, EndsAPeerThatFillsItWithWhatCanNeverBeDelivered) {
  Outcome outcome = Outcome::kTaken;
  uint32_t tsn = 1;
  for (; outcome == Outcome::kTaken && tsn < 1000; ++tsn)
    outcome = Data(tsn, std::string(1000, 'x'), static_cast<uint16_t>(tsn));  // 0 never comes
  EXPECT_EQ(outcome, Outcome::kExhausted);
  EXPECT_LT(tsn, 15u);
}

TEST_F(DataReceiverTest, EndsAPeerWhoseMessageIsTooLarge) {
  EXPECT_EQ(Data(1, std::string(1500, 'x'), 0, true, false), Outcome::kTaken);
  EXPECT_EQ(Data(2, std::string(1500, 'x'), 0, false, true), Outcome::kTooLarge);
}

TEST_F(DataReceiverTest, GoesOnBehindWhatIsGivenUp) {
  Data(3, "c", 2);
  Forward(2, {{0, 1}});
  const auto ready = receiver.TakeReady();
  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(receiver.cumulative(), 3);
  EXPECT_TRUE(receiver.sack_due(now));
  EXPECT_EQ(Data(1, "a", 0), Outcome::kTaken);  // too late
  EXPECT_TRUE(receiver.TakeReady().empty());
}

TEST_F(DataReceiverTest, IgnoresAForwardTsnThatIsOldOrFarAhead) {
  Data(1);
  Sack();
  Forward(0);
  EXPECT_EQ(receiver.cumulative(), 1);
  EXPECT_TRUE(receiver.sack_due(now));  // the other side has not heard of it
  Forward(1 + kMaxTsnAhead + 1);
  EXPECT_EQ(receiver.cumulative(), 1);
}

TEST_F(DataReceiverTest, CountsUselessDataAsCome) {
  DataChunk data;
  data.tsn = 1;
  receiver.OnUselessData(data, now);
  EXPECT_EQ(receiver.cumulative(), 1);
  EXPECT_TRUE(receiver.TakeReady().empty());
}

}  // namespace
}  // namespace plaza::sctp::internal
