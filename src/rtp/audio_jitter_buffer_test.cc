// Audio in order and in time.
#include "rtp/audio_jitter_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/random.h"
#include "rtp/test_packet.h"

namespace plaza::rtp {
namespace {

using namespace std::chrono_literals;

class AudioJitterBufferTest : public testing::Test {
 protected:
  // Packet `i` was sent at 20 ms times i and comes `late`.
  void Add(int i, base::Duration late = 0ms, bool recovered = false) {
    RtpHeader header;
    header.sequence_number = static_cast<uint16_t>(65'500 + i);
    header.timestamp = static_cast<uint32_t>(i) * 960 - 5'000;
    Packet packet =
        MakeTestPacket(pool_, header, base::Bytes{1}, {}, base::Time(1000s + i * 20ms + late));
    packet.recovered = recovered;
    buffer_.Add(packet);
  }
  // All that is due `after` the first packet was sent: its index, or -1 less it if lost.
  std::vector<int> Take(base::Duration after) {
    std::vector<int> units;
    while (const auto unit = buffer_.Pop(base::Time(1000s + after))) {
      const int i = static_cast<uint16_t>(unit->sequence_number - 65'500);
      units.push_back(unit->packet ? i : -1 - i);
    }
    return units;
  }
  using Units = std::vector<int>;

  base::PacketPool pool_;
  AudioJitterBuffer buffer_{48'000};
};

TEST_F(AudioJitterBufferTest, GivesEachPacketWhenItIsDue) {
  EXPECT_EQ(buffer_.NextDeadline(), base::kNever);
  Add(0);
  Add(1);
  EXPECT_EQ(buffer_.NextDeadline(), base::Time(1000s + 20ms));
  EXPECT_TRUE(Take(19ms).empty());
  EXPECT_EQ(Take(20ms), (Units{0}));
  EXPECT_EQ(Take(45ms), (Units{1}));
}

TEST_F(AudioJitterBufferTest, PutsPacketsInOrder) {
  Add(0);
  Add(2, -30ms);
  Add(1);
  EXPECT_EQ(Take(200ms), (Units{0, 1, 2}));
}

TEST_F(AudioJitterBufferTest, WhatIsMissingWhenTheNextIsDueIsLost) {
  for (const int i : {0, 3, 4}) Add(i);
  EXPECT_EQ(Take(200ms), (Units{0, -2, -3, 3, 4}));
  Add(1, 300ms, true);
  EXPECT_TRUE(Take(1s).empty());
}

TEST_F(AudioJitterBufferTest, TheDelayGrowsWithJitterAndShrinksAgain) {
  for (int i = 0; i < 50; ++i) Add(i, i % 5 == 0 ? 80ms : 0ms);
  EXPECT_GE(buffer_.delay(), 80ms);
  EXPECT_LE(buffer_.delay(), 90ms);
  Take(10s);
  for (int i = 50; i < 1'500; ++i) {
    Add(i);
    Take(i * 20ms + 10s);
  }
  EXPECT_LE(buffer_.delay(), 25ms);
}

TEST_F(AudioJitterBufferTest, OnceUsedToTheJitterNothingIsLost) {
  base::SeededRandom random(4);
  int lost = 0;
  std::vector<std::pair<base::Duration, int>> arrivals;
  arrivals.reserve(3'000);
  for (int i = 0; i < 3'000; ++i) {
    arrivals.emplace_back(i * 20ms + base::Duration(random.Below(60'000)), i);
  }
  std::sort(arrivals.begin(), arrivals.end());
  for (const auto& [when, i] : arrivals) {
    for (const int unit : Take(when)) lost += unit < 0 && i > 100;
    Add(i, when - i * 20ms);
  }
  EXPECT_LE(lost, 30);
  EXPECT_LE(buffer_.delay(), 80ms);
}

TEST_F(AudioJitterBufferTest, APauseOfTheSenderIsNoLoss) {
  Add(0);
  RtpHeader header;
  header.sequence_number = 65'501;
  header.timestamp = static_cast<uint32_t>(48'000 - 5'000);
  buffer_.Add(MakeTestPacket(pool_, header, base::Bytes{1}, {}, base::Time(1001s)));
  EXPECT_EQ(Take(500ms), (Units{0}));
  EXPECT_EQ(Take(1'020ms), (Units{1}));
}

TEST_F(AudioJitterBufferTest, StartsOverWhenNumbersOrTimesJump) {
  Add(0);
  Add(10'000, -199s);
  EXPECT_EQ(Take(2s), (Units{10'000}));
  Add(10'001, 60s);  // the timestamp did not move with the time
  EXPECT_EQ(Take(400s), (Units{10'001}));
}

}  // namespace
}  // namespace plaza::rtp
