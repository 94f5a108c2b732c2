// What each condition does to packets.
#include "netsim/link.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace plaza::netsim {
namespace {

using namespace std::chrono_literals;
constexpr base::Time kStart{1000s};

base::Bytes Numbered(uint32_t number, size_t size = 100) {
  base::Bytes bytes(size);
  base::StoreU32(bytes.data(), number);
  return bytes;
}

struct Received {
  std::vector<uint32_t> numbers;
  std::vector<base::Time> times;
};

// Sends `count` packets, one every `interval`, and takes all that arrives.
Received Transfer(Link& link, int count, base::Duration interval = 1ms, size_t size = 100) {
  Received received;
  const auto drain = [&](base::Time now) {
    while (auto arrival = link.Receive(now)) {
      received.numbers.push_back(base::LoadU32(arrival->bytes.data()));
      received.times.push_back(arrival->at);
    }
  };
  base::Time now = kStart;
  for (int i = 0; i < count; ++i, now += interval) {
    drain(now);
    link.Send(Numbered(static_cast<uint32_t>(i), size), now);
  }
  drain(now + 3600s);
  return received;
}

TEST(Link, APerfectLinkGivesAllAtOnceInOrder) {
  Link link({}, 1);
  link.Send(Numbered(7), kStart, 42);
  EXPECT_EQ(link.NextDeadline(), kStart);
  const auto arrival = link.Receive(kStart);
  ASSERT_TRUE(arrival);
  EXPECT_EQ(arrival->bytes, Numbered(7));
  EXPECT_EQ(arrival->tag, 42u);
  EXPECT_FALSE(link.Receive(kStart));
  EXPECT_EQ(link.NextDeadline(), base::kNever);
}

TEST(Link, DelayHoldsPacketsBack) {
  Link link({.delay = 200ms}, 1);
  link.Send(Numbered(0), kStart);
  EXPECT_FALSE(link.Receive(kStart + 199ms));
  EXPECT_EQ(link.NextDeadline(), kStart + 200ms);
  EXPECT_TRUE(link.Receive(kStart + 200ms));
}

TEST(Link, JitterSpreadsArrivalsButKeepsTheirOrder) {
  Link link({.delay = 50ms, .jitter = 30ms}, 1);
  const Received received = Transfer(link, 1000);
  EXPECT_EQ(received.numbers.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(received.numbers.begin(), received.numbers.end()));
  EXPECT_GE(received.times[0], kStart + 50ms);
  EXPECT_LE(received.times[999], kStart + 999ms + 80ms);
}

TEST(Link, RandomLossLosesItsShare) {
  for (const double loss : {0.05, 0.2, 0.5}) {
    Link link({.loss = loss}, 1);
    const double lost = 1 - static_cast<double>(Transfer(link, 20000).numbers.size()) / 20000;
    EXPECT_NEAR(lost, loss, 0.015);
    EXPECT_EQ(link.stats().lost_random, 20000 - link.stats().delivered);
  }
}

TEST(Link, BurstLossComesInRows) {
  Link link({.burst = {.enter = 0.01, .leave = 0.1}}, 1);
  const Received received = Transfer(link, 50000);
  int gaps = 0;
  for (size_t i = 1; i < received.numbers.size(); ++i)
    gaps += received.numbers[i] != received.numbers[i - 1] + 1;
  const double lost = 50000.0 - static_cast<double>(received.numbers.size());
  EXPECT_NEAR(lost / 50000, 0.01 / 0.11, 0.02);
  EXPECT_NEAR(lost / gaps, 10, 1.5);
}

TEST(Link, RateSpacesPacketsByTheirSizeOnTheWire) {
  Link link({.rate = base::DataRate::KilobitsPerSecond(800)}, 1);
  link.Send(Numbered(0, 1000 - kHeaderBytes), kStart);
  link.Send(Numbered(1, 1000 - kHeaderBytes), kStart);
  EXPECT_EQ(link.queued_bytes(kStart), 2000u);
  EXPECT_EQ(link.NextDeadline(), kStart + 10ms);
  EXPECT_TRUE(link.Receive(kStart + 10ms));
  EXPECT_EQ(link.NextDeadline(), kStart + 20ms);
}

TEST(Link, AFullQueueLosesWhatComesLast) {
  Link link({.rate = base::DataRate::KilobitsPerSecond(80), .queue_bytes = 10000}, 1);
  for (uint32_t i = 0; i < 20; ++i) link.Send(Numbered(i, 1000 - kHeaderBytes), kStart);
  EXPECT_EQ(link.in_flight(), 10u);
  EXPECT_EQ(link.stats().lost_queue, 10u);
  const Received later = Transfer(link, 0);
  EXPECT_EQ(later.numbers.back(), 9u);
  EXPECT_EQ(later.times.back(), kStart + 1s);
}

TEST(Link, RateZeroIsAnOutage) {
  Link link({.rate = base::DataRate()}, 1);
  EXPECT_TRUE(Transfer(link, 10).numbers.empty());
  EXPECT_EQ(link.stats().lost_queue, 10u);
}

TEST(Link, ReorderedPacketsAreOvertaken) {
  Link link({.delay = 10ms, .reorder = 0.1, .reorder_delay = 5ms}, 1);
  const Received received = Transfer(link, 1000);
  EXPECT_EQ(received.numbers.size(), 1000u);
  EXPECT_FALSE(std::is_sorted(received.numbers.begin(), received.numbers.end()));
  EXPECT_NEAR(static_cast<double>(link.stats().reordered), 100, 40);
}

TEST(Link, DuplicatesArriveTwice) {
  Link link({.duplicate = 0.5}, 1);
  const Received received = Transfer(link, 1000);
  EXPECT_EQ(received.numbers.size(), 1000 + link.stats().duplicated);
  EXPECT_NEAR(static_cast<double>(link.stats().duplicated), 500, 60);
}

TEST(Link, ScheduledConditionsTakeEffectAtTheirTime) {
  Link link({}, 1);
  link.ChangeAt(kStart + 100ms, {.loss = 1});
  link.ChangeAt(kStart + 200ms, {});
  const Received received = Transfer(link, 300);
  ASSERT_EQ(received.numbers.size(), 200u);
  EXPECT_EQ(received.numbers[99], 99u);
  EXPECT_EQ(received.numbers[100], 200u);
}

TEST(Link, TheSameSeedGivesTheSameFate) {
  const LinkConditions bad{
      .delay = 20ms, .jitter = 30ms, .loss = 0.2, .reorder = 0.1, .duplicate = 0.1};
  Link a(bad, 5), b(bad, 5), c(bad, 6);
  const Received first = Transfer(a, 500);
  const Received second = Transfer(b, 500);
  EXPECT_EQ(first.numbers, second.numbers);
  EXPECT_EQ(first.times, second.times);
  EXPECT_NE(first.numbers, Transfer(c, 500).numbers);
}

TEST(Link, AStreamLosesNothingAndKeepsItsOrder) {
  Link link({.delay = 50ms, .loss = 0.1, .reorder = 0.5, .duplicate = 0.5}, 1, LinkKind::kStream);
  const Received received = Transfer(link, 1000);
  EXPECT_EQ(received.numbers.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(received.numbers.begin(), received.numbers.end()));
  EXPECT_GT(link.stats().lost_random, 50u);
  EXPECT_GE(received.times.back(), kStart + 999ms + 50ms);
}

TEST(Link, AStreamWaitsForTheRateInsteadOfLosing) {
  Link link({.rate = base::DataRate::KilobitsPerSecond(80), .queue_bytes = 2000}, 1,
            LinkKind::kStream);
  for (uint32_t i = 0; i < 20; ++i) link.Send(Numbered(i, 1000 - kHeaderBytes), kStart);
  EXPECT_GT(link.queued_bytes(kStart), link.conditions().queue_bytes);
  EXPECT_EQ(Transfer(link, 0).numbers.size(), 20u);
}

}  // namespace
}  // namespace plaza::netsim
