// The sender against a kernel that is full, refuses, or takes only a part.
#include "net/internal/udp_sender.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <deque>
#include <string>
#include <vector>

#include "net/internal/unique_fd.h"

namespace plaza::net {
namespace {

using namespace std::chrono_literals;

class UdpSenderTest : public ::testing::Test {
 protected:
  // Answers of the kernel, in order: so many messages taken, or -errno. When used up: all taken.
  int Kernel(mmsghdr* messages, unsigned count) {
    int answer = static_cast<int>(count);
    if (!answers_.empty()) {
      answer = std::min(answers_.front(), answer);
      answers_.pop_front();
    }
    if (answer < 0) {
      errno = -answer;
      return -1;
    }
    for (int i = 0; i < answer; ++i) Take(messages[i].msg_hdr);
    return answer;
  }

  void Take(const msghdr& header) {
    std::string text;
    for (size_t i = 0; i < header.msg_iovlen; ++i)
      text.append(static_cast<const char*>(header.msg_iov[i].iov_base), header.msg_iov[i].iov_len);
    taken_.push_back(text);
  }

  void Send(uint16_t port, std::string_view text) {
    const base::Path path{local_, {base::IpAddress::V4(127, 0, 0, 1), port}};
    const auto room = sender_.Begin(path, text.size());
    if (!room.empty()) std::copy(text.begin(), text.end(), room.begin());
    sender_.Commit(room.empty() ? 0 : text.size());
  }

  bool WaitForTaken(size_t count) {
    return loop_.RunUntil([&] { return taken_.size() >= count; }, 5s);
  }

  using Texts = std::vector<std::string>;

  EventLoop loop_;
  UniqueFd fd_{socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)};  // always writable
  FdWatch watch_{loop_, fd_.get()};
  base::SocketAddress local_{base::IpAddress::V4(127, 0, 0, 1), 1000};
  UdpCounters counters_;
  std::deque<int> answers_;
  Texts taken_;
  UdpSender sender_{[this](mmsghdr* messages, unsigned count) { return Kernel(messages, count); },
                    watch_,
                    local_,
                    true,
                    70'000,
                    counters_};
};

TEST_F(UdpSenderTest, FullSocketIsTriedAgainWhenWritableInOrder) {
  answers_ = {1, -EAGAIN, -EAGAIN};
  Send(1, "a1");
  Send(2, "b1");
  Send(1, "a2");
  sender_.Flush();
  EXPECT_EQ(taken_, (Texts{"a1a2"}));
  Send(2, "b2");
  sender_.Flush();  // still full: nothing overtakes
  EXPECT_EQ(taken_.size(), 1u);
  ASSERT_TRUE(WaitForTaken(3));
  EXPECT_EQ(taken_, (Texts{"a1a2", "b1", "b2"}));
  EXPECT_EQ(counters_.send_blocked, 1u);
  EXPECT_EQ(counters_.sent_packets, 4u);
  EXPECT_EQ(counters_.sent_bytes, 8u);
  EXPECT_EQ(counters_.sent_messages, 3u);
}

TEST_F(UdpSenderTest, WhatDoesNotFitBehindAFullSocketIsDroppedAndCounted) {
  answers_ = {-EAGAIN};
  Send(1, "first");
  sender_.Flush();
  for (int i = 0; i < 100; ++i) Send(1, std::string(1000, 'x'));
  EXPECT_EQ(counters_.dropped_batch_full, 30u);
  ASSERT_TRUE(WaitForTaken(3));
  EXPECT_EQ(counters_.sent_packets, 71u);
  Send(1, "recovered");
  sender_.Flush();
  EXPECT_EQ(taken_.back(), "recovered");
}

TEST_F(UdpSenderTest, PartialSendsGoOn) {
  answers_ = {1, 1};
  for (uint16_t port : {1, 2, 3, 4}) Send(port, std::to_string(port));
  sender_.Flush();
  EXPECT_EQ(taken_, (Texts{"1", "2", "3", "4"}));
  EXPECT_EQ(counters_.send_calls, 3u);
}

TEST_F(UdpSenderTest, MoreDestinationsThanFitIntoOneCall) {
  for (uint16_t port = 1; port <= 300; ++port) Send(port, std::to_string(port));
  sender_.Flush();
  ASSERT_EQ(taken_.size(), 300u);
  EXPECT_EQ(taken_[299], "300");
  EXPECT_EQ(counters_.send_calls, 3u);
}

TEST_F(UdpSenderTest, ARunThatTheKernelCannotSegmentIsSentOneByOne) {
  answers_ = {1, -EINVAL};
  Send(1, "a");
  for (const char* text : {"b1", "b2", "b"}) Send(2, text);
  Send(3, "c1");
  Send(3, "c2");
  sender_.Flush();
  EXPECT_EQ(taken_, (Texts{"a", "b1", "b2", "b", "c1c2"}));
  EXPECT_EQ(counters_.gso_fallbacks, 1u);
  EXPECT_EQ(counters_.dropped_send_error, 0u);
}

TEST_F(UdpSenderTest, WithoutChecksumOffloadGsoIsGivenUp) {
  answers_ = {-EIO};
  Send(1, "a1");
  Send(1, "a2");
  sender_.Flush();
  Send(1, "a3");
  Send(1, "a4");
  sender_.Flush();
  EXPECT_EQ(taken_, (Texts{"a1", "a2", "a3", "a4"}));
}

TEST_F(UdpSenderTest, ARefusedDestinationIsSkippedAndCounted) {
  answers_ = {1, -EPERM};
  Send(1, "a");
  Send(2, "b1");
  Send(2, "b2");
  Send(3, "c");
  sender_.Flush();
  EXPECT_EQ(taken_, (Texts{"a", "c"}));
  EXPECT_EQ(counters_.dropped_send_error, 2u);
}

TEST_F(UdpSenderTest, InterruptedCallsAreRepeated) {
  answers_ = {-EINTR};
  Send(1, "a");
  sender_.Flush();
  EXPECT_EQ(taken_, Texts{"a"});
}

TEST_F(UdpSenderTest, PathsWithoutACommittedDatagramDoNotFillTheBatch) {
  for (int round = 0; round < 3; ++round) {
    for (uint16_t port = 1; port < 6000; ++port) {
      sender_.Begin({local_, {base::IpAddress::V4(127, 0, 0, 1), port}}, 10);
      sender_.Commit(0);
    }
    Send(1, "x");
    sender_.Flush();
  }
  EXPECT_EQ(taken_.size(), 3u);
  EXPECT_EQ(counters_.dropped_batch_full, 0u);
}

}  // namespace
}  // namespace plaza::net
