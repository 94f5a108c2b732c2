#include "sctp/internal/send_queue.h"

#include <gtest/gtest.h>

#include <string>

namespace plaza::sctp::internal {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kNow{1000s};

OutgoingMessage Message(uint16_t stream, const std::string& text, Limits limits = {}) {
  OutgoingMessage message;
  message.stream = stream;
  message.limits = limits;
  message.payload.assign(text.begin(), text.end());
  return message;
}

// All that waits, as "stream:text" of each fragment.
std::vector<std::string> Drain(SendQueue& queue, size_t max) {
  std::vector<std::string> out;
  while (queue.NextSize(kNow) > 0) {
    const Fragment f = queue.Take(max);
    out.push_back(std::to_string(f.stream) + ":" + std::string(base::AsText(f.payload)));
  }
  return out;
}

TEST(SendQueue, CutsAMessageIntoFragmentsThatShareTheirNumber) {
  SendQueue queue;
  queue.Push(Message(3, "abcde"));
  queue.Push(Message(3, "f"));
  EXPECT_EQ(queue.NextSize(kNow), 5u);
  const Fragment first = queue.Take(2);
  EXPECT_TRUE(first.begin && !first.end);
  EXPECT_EQ(first.ssn, 0);
  EXPECT_EQ(queue.NextSize(kNow), 3u);
  EXPECT_EQ(queue.BytesOf(3), 4u);
  const Fragment second = queue.Take(100);
  EXPECT_TRUE(!second.begin && second.end);
  EXPECT_EQ(second.ssn, 0);
  EXPECT_EQ(base::AsText(second.payload), "cde");
  const Fragment next = queue.Take(100);
  EXPECT_TRUE(next.begin && next.end);
  EXPECT_EQ(next.ssn, 1);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.memory(), 0u);
}

TEST(SendQueue, LetsStreamsTakeTurnsByWholeMessages) {
  SendQueue queue;
  queue.Push(Message(1, "aa"));
  queue.Push(Message(1, "bb"));
  queue.Push(Message(2, "cc"));
  EXPECT_EQ(Drain(queue, 1), (std::vector<std::string>{"1:a", "1:a", "2:c", "2:c", "1:b", "1:b"}));
}

TEST(SendQueue, NumbersOnlyOrderedMessages) {
  SendQueue queue;
  OutgoingMessage unordered = Message(1, "x");
  unordered.unordered = true;
  queue.Push(Message(1, "a"));
  queue.Push(unordered);
  queue.Push(Message(1, "b"));
  EXPECT_EQ(queue.Take(9).ssn, 0);
  EXPECT_TRUE(queue.Take(9).unordered);
  EXPECT_EQ(queue.Take(9).ssn, 1);
}

TEST(SendQueue, DropsWhatExpiredBeforeItBegan) {
  SendQueue queue;
  queue.Push(Message(1, "old", {.expires_at = kNow}));
  queue.Push(Message(1, "new", {.expires_at = kNow + 1s}));
  EXPECT_EQ(queue.NextSize(kNow), 3u);
  EXPECT_EQ(queue.expired(), 1u);
  const Fragment fragment = queue.Take(2);
  EXPECT_EQ(fragment.ssn, 0);
  EXPECT_EQ(queue.NextSize(kNow + 2s), 1u);  // it began: that is for others to give up
  EXPECT_EQ(queue.BytesOf(1), 1u);
}

TEST(SendQueue, ReplacesTheRestOfAGivenUpMessageByAnEmptyEnd) {
  SendQueue queue;
  queue.Push(Message(1, "abc"));
  queue.Push(Message(1, "next"));
  EXPECT_FALSE(queue.begun());
  queue.Take(1);
  ASSERT_TRUE(queue.begun());
  const Fragment end = queue.DropBegun();
  EXPECT_TRUE(end.end && !end.begin && end.payload.empty());
  EXPECT_EQ(end.ssn, 0);
  EXPECT_FALSE(queue.begun());
  EXPECT_EQ(queue.Take(9).ssn, 1);
  EXPECT_EQ(queue.memory(), 0u);
}

TEST(SendQueue, ClearsAllButWhatBegan) {
  SendQueue queue;
  queue.Push(Message(1, "abc"));
  queue.Push(Message(1, "def"));
  queue.Push(Message(2, "ghi"));
  queue.Take(1);
  queue.Clear(1);
  queue.Clear(2);
  queue.Clear(3);
  EXPECT_EQ(queue.BytesOf(1), 2u);
  EXPECT_TRUE(queue.IsEmpty(2));
  EXPECT_EQ(Drain(queue, 9), std::vector<std::string>{"1:bc"});
  EXPECT_EQ(queue.memory(), 0u);
}

TEST(SendQueue, HoldsAPausedStreamBackAndNumbersItAnew) {
  SendQueue queue;
  queue.Push(Message(1, "a"));
  queue.Take(9);
  queue.Pause(1);
  queue.Push(Message(1, "b"));
  EXPECT_EQ(queue.NextSize(kNow), 0u);
  queue.Resume(1, true);
  EXPECT_EQ(queue.NextSize(kNow), 1u);
  EXPECT_EQ(queue.Take(9).ssn, 0);
  queue.Pause(1);
  queue.Resume(1, false);
  queue.Push(Message(1, "c"));
  EXPECT_EQ(queue.Take(9).ssn, 1);
}

}  // namespace
}  // namespace plaza::sctp::internal
