#include "sctp/internal/data_sender.h"

#include <string>

#include "sctp/testing/test_outbox.h"

namespace plaza::sctp::internal {
namespace {

constexpr uint32_t kFirstTsn = 0xFFFFFFFC;  // wraps soon
constexpr size_t kMaxChunk = 1000;

// A sender and what it sends. TSNs are counted from 0 here.
class DataSenderTest : public ::testing::Test {
 protected:
  void Queue(const std::string& text, Limits limits = {}, uint16_t stream = 0) {
    OutgoingMessage message;
    message.stream = stream;
    message.limits = limits;
    message.payload.assign(text.begin(), text.end());
    queue.Push(std::move(message));
  }
  void QueueMany(int count, Limits limits = {}) {
    for (int i = 0; i < count; ++i) Queue(std::string(kMaxChunk - 16, 'x'), limits);
  }
  // The TSNs that are sent now.
  std::vector<uint32_t> Send() {
    sender.Send(box.out, now);
    chunks = box.Chunks();
    std::vector<uint32_t> tsns;
    forwarded.reset();
    for (const ChunkView& chunk : chunks) {
      if (chunk.type == ChunkType::kData) tsns.push_back(ParseData(chunk)->tsn - kFirstTsn);
      if (chunk.type == ChunkType::kForwardTsn) forwarded = *ParseForwardTsn(chunk);
    }
    return tsns;
  }
  void Sack(int cumulative, std::vector<GapBlock> gaps = {}, uint32_t window = 1'000'000) {
    WriteSack(kFirstTsn + static_cast<uint32_t>(cumulative), window, gaps, {}, box.out);
    const auto written = box.Chunks();
    sender.OnSack(*ParseSack(written[0]), now);
  }
  void RunOut() {
    now = sender.NextDeadline();
    sender.HandleTimeout(now);
  }

  base::Time now{1000s};
  TestOutbox box{kMaxChunk + kPacketHeaderSize};
  SendQueue queue;
  RetransmissionTimeout timeout;
  PathHealth health;
  DataSender sender{{.initial_tsn = kFirstTsn,
                     .remote_window = 100'000,
                     .forward_tsn = true,
                     .max_chunk = kMaxChunk},
                    queue,
                    timeout,
                    health};
  std::vector<ChunkView> chunks;
  std::optional<ForwardTsnChunk> forwarded;
};

using Tsns = std::vector<uint32_t>;

TEST_F(DataSenderTest, BundlesSmallMessagesAndCutsLargeOnes) {
  Queue("one");
  Queue("two");
  Queue(std::string(1500, 'x'));
  EXPECT_EQ(Send(), (Tsns{0, 1, 2, 3}));
  EXPECT_EQ(ParseData(chunks[0])->end, true);
  EXPECT_TRUE(ParseData(chunks[2])->begin && !ParseData(chunks[2])->end);
  EXPECT_TRUE(!ParseData(chunks[3])->begin && ParseData(chunks[3])->end);
  EXPECT_FALSE(sender.idle());
  Sack(3);
  EXPECT_TRUE(sender.idle());
  EXPECT_EQ(sender.memory(), 0u);
  EXPECT_EQ(sender.NextDeadline(), base::kNever);
}

TEST_F(DataSenderTest, SendsABurstAtATimeUntilTheWindowIsFull) {
  QueueMany(20);
  EXPECT_EQ(Send().size(), 4u);
  EXPECT_EQ(Send().size(), 4u);
  EXPECT_EQ(Send().size(), 2u);  // ten packets
  EXPECT_EQ(Send().size(), 0u);
  Sack(1);
  EXPECT_EQ(Send().size(), 3u);  // two came, and the window grew by one
}

TEST_F(DataSenderTest, KeepsToTheReceiversWindowAndProbesAClosedOne) {
  Queue("first");
  Send();
  Sack(0, {}, 0);
  QueueMany(2);
  EXPECT_EQ(Send(), Tsns{1});  // the probe
  EXPECT_EQ(Send(), Tsns{});
  Sack(1, {}, 2000);
  EXPECT_EQ(Send(), Tsns{2});
}

TEST_F(DataSenderTest, SendsAgainWhatThreeSacksMissed) {
  QueueMany(8);
  Send();
  Send();
  Sack(0, {{2, 2}});
  EXPECT_EQ(Send(), Tsns{});
  Sack(0, {{2, 3}});
  EXPECT_EQ(Send(), Tsns{});
  Sack(0, {{2, 4}});
  EXPECT_EQ(Send(), Tsns{1});
  EXPECT_EQ(sender.retransmissions(), 1u);
  // Lost again: only what was sent after it can tell.
  QueueMany(4);
  Sack(0, {{2, 5}});
  Sack(0, {{2, 6}});
  Sack(0, {{2, 7}});
  EXPECT_EQ(Send(), (Tsns{8, 9, 10, 11}));
  Sack(0, {{2, 8}});
  Sack(0, {{2, 9}});
  EXPECT_EQ(Send(), Tsns{});
  Sack(0, {{2, 10}});
  EXPECT_EQ(Send(), Tsns{1});
}

TEST_F(DataSenderTest, TimesOutSlowsDownAndSendsAgain) {
  QueueMany(4);
  EXPECT_EQ(Send().size(), 4u);
  EXPECT_EQ(sender.NextDeadline(), now + kInitialRto);
  RunOut();
  EXPECT_EQ(Send(), Tsns{0});  // one packet's window
  EXPECT_EQ(sender.NextDeadline(), now + 2 * kInitialRto);
  Sack(0);
  EXPECT_EQ(Send(), (Tsns{1, 2}));
  EXPECT_FALSE(health.failed());
  for (int i = 0; i <= kMaxPathErrors; ++i) RunOut(), Send();
  EXPECT_TRUE(health.failed());
}

TEST_F(DataSenderTest, MeasuresRoundTripsOfWhatWasSentOnce) {
  Queue("a");
  Send();
  now += 200ms;
  Sack(0);
  EXPECT_EQ(timeout.round_trip(), 200ms);
  Queue("b");
  Send();
  RunOut();
  Send();
  now += 1ms;
  Sack(1);
  EXPECT_EQ(timeout.round_trip(), 200ms);
}

TEST_F(DataSenderTest, ASackOfAnotherTimeChangesNothing) {
  QueueMany(3);
  Send();
  Sack(1);
  Sack(0);
  Sack(7);
  Sack(-9);
  EXPECT_FALSE(sender.idle());
  Sack(1, {{5, 9}, {3, 2}, {0, 0}});
  Sack(2);
  EXPECT_TRUE(sender.idle());
}

TEST_F(DataSenderTest, SendsAgainWhatTheReceiverTookBack) {
  QueueMany(3);
  Send();
  Sack(-1, {{2, 3}});
  Sack(0);  // 1 and 2 had been acknowledged, but 1 is missing
  EXPECT_EQ(Send(), Tsns{1});
}

TEST_F(DataSenderTest, GivesUpWhatMayNotBeSentAgain) {
  Queue("lost", {.max_retransmits = 0});
  Queue("also lost", {.max_retransmits = 0}, 7);
  Send();
  RunOut();
  EXPECT_EQ(Send(), Tsns{});
  ASSERT_TRUE(forwarded);
  EXPECT_EQ(forwarded->new_cumulative_tsn, kFirstTsn + 1);
  ASSERT_EQ(forwarded->skipped_count(), 2u);
  EXPECT_EQ(forwarded->skipped(0), (SkippedStream{0, 0}));
  EXPECT_EQ(forwarded->skipped(1), (SkippedStream{7, 0}));
  EXPECT_EQ(sender.abandoned(), 2u);
  // Lost as well: it goes again.
  RunOut();
  Send();
  EXPECT_TRUE(forwarded);
  Sack(1);
  Send();
  EXPECT_FALSE(forwarded);
  EXPECT_TRUE(sender.idle());
}

TEST_F(DataSenderTest, GivesUpAWholeMessageWithWhatOfItWasNotSent) {
  Queue(std::string(8000, 'x'), {.max_retransmits = 0});
  Queue("next", {.max_retransmits = 0});
  EXPECT_EQ(Send().size(), 4u);
  RunOut();
  EXPECT_EQ(Send(), Tsns{5});  // 4 stands for the rest of the message
  ASSERT_TRUE(forwarded);
  EXPECT_EQ(forwarded->new_cumulative_tsn, kFirstTsn + 4);
  EXPECT_EQ(forwarded->skipped(0), (SkippedStream{0, 0}));
}

TEST_F(DataSenderTest, GivesUpABegunMessageWhoseTimeIsOver) {
  Queue(std::string(8000, 'x'), {.expires_at = now + 100ms});
  EXPECT_EQ(Send().size(), 4u);
  now += 100ms;
  Sack(3);
  EXPECT_EQ(Send(), Tsns{});
  ASSERT_TRUE(forwarded);
  EXPECT_EQ(forwarded->new_cumulative_tsn, kFirstTsn + 4);
  EXPECT_TRUE(queue.empty());
}

TEST_F(DataSenderTest, GivesNothingUpWhereTheOtherSideDoesNotKnowHow) {
  DataSender old({.initial_tsn = kFirstTsn, .remote_window = 100'000, .max_chunk = kMaxChunk},
                 queue, timeout, health);
  Queue("x", {.max_retransmits = 0});
  old.Send(box.out, now);
  box.Chunks();
  old.HandleTimeout(old.NextDeadline());
  old.Send(box.out, now);
  EXPECT_EQ(box.Data().size(), 1u);
}

}  // namespace
}  // namespace plaza::sctp::internal
