// The bookkeeping around the cryptography: index estimation, replay window, stream table.
#include <gtest/gtest.h>

#include <set>

#include "base/random.h"
#include "srtp/internal/replay_window.h"
#include "srtp/internal/rtp_index.h"
#include "srtp/internal/stream_table.h"

namespace plaza::srtp {
namespace {

TEST(EstimateRtpIndex, TakesTheNearestIndex) {
  EXPECT_EQ(EstimateRtpIndex(0x0ffff, 0x0000), 0x10000u);
  EXPECT_EQ(EstimateRtpIndex(0x10000, 0xffff), 0x0ffffu);
  EXPECT_EQ(EstimateRtpIndex(0x51234, 0x1235), 0x51235u);
  EXPECT_EQ(EstimateRtpIndex(0x5f000, 0x1000), 0x61000u);
  EXPECT_EQ(EstimateRtpIndex(0x51000, 0xf000), 0x4f000u);
}

TEST(EstimateRtpIndex, KeepsTheRolloverCounterAtHalfATurn) {
  EXPECT_EQ(EstimateRtpIndex(0x51000, 0x9000), 0x59000u);
  EXPECT_EQ(EstimateRtpIndex(0x59000, 0x1000), 0x51000u);
}

TEST(EstimateRtpIndex, KnowsBothEndsOfAStream) {
  EXPECT_EQ(EstimateRtpIndex(0x0005, 0xfff0), std::nullopt);
  EXPECT_EQ(EstimateRtpIndex(kMaxRtpIndex, 0x0000), std::nullopt);
}

TEST(ReplayWindow, AgreesWithASetOverARandomWalk) {
  base::SeededRandom random(1);
  ReplayWindow<128> window;
  std::set<uint64_t> used;
  uint64_t highest = 1000;
  for (int i = 0; i < 100000; ++i) {
    uint64_t index = highest + random.Below(8) - random.Below(200);
    if (random.Below(500) == 0) index = highest + random.Below(400);
    const bool too_old = !used.empty() && index + 128 <= *used.rbegin();
    const bool fresh = !too_old && !used.contains(index);
    ASSERT_EQ(window.IsFresh(index), fresh) << index << " after " << highest;
    if (!fresh) continue;
    window.Commit(index);
    used.insert(index);
    highest = *used.rbegin();
    ASSERT_EQ(window.highest(), highest);
    while (used.size() > 300) used.erase(used.begin());
  }
}

TEST(ReplayWindow, TakesTheFirstIndexWhateverItIs) {
  ReplayWindow<128> window;
  EXPECT_TRUE(window.IsFresh(0));
  window.Commit(0);
  EXPECT_FALSE(window.IsFresh(0));
  EXPECT_TRUE(window.IsFresh(uint64_t{1} << 47));
}

TEST(StreamTable, FindsEachStreamUpToItsLimit) {
  StreamTable<uint32_t, 100> table;
  EXPECT_EQ(table.Find(0), nullptr);
  for (uint32_t i = 0; i < 100; ++i) ASSERT_NE(table.Insert(i << 16, i), nullptr);
  EXPECT_EQ(table.Insert(7, 7), nullptr);
  EXPECT_EQ(table.size(), 100u);
  for (uint32_t i = 0; i < 100; ++i) {
    ASSERT_NE(table.Find(i << 16), nullptr);
    EXPECT_EQ(*table.Find(i << 16), i);
  }
  EXPECT_EQ(table.Find(7), nullptr);
}

}  // namespace
}  // namespace plaza::srtp
