// What is remembered of sent packets.
#include "sfu/internal/sent_ring.h"

#include <gtest/gtest.h>

namespace plaza::sfu {
namespace {

TEST(SentRing, FindsWhatWasSentUntilItIsOverwritten) {
  SentRing ring(16);
  EXPECT_EQ(ring.Find(0), nullptr);
  for (uint16_t i = 0; i < 20; ++i) {
    ring.Add({.out_sequence = static_cast<uint16_t>(65530 + i), .in_sequence = i});
  }
  EXPECT_EQ(ring.Find(65530), nullptr);
  EXPECT_EQ(ring.Find(65534)->in_sequence, 4);
  EXPECT_EQ(ring.Find(13)->in_sequence, 19);
  EXPECT_EQ(ring.Find(14), nullptr);
}

TEST(SentRing, KnowsWhatItHasForgottenFromWhatNeverWas) {
  SentRing ring(16);
  EXPECT_FALSE(ring.HasForgotten(65530));
  for (uint16_t i = 0; i < 20; ++i) ring.Add({.out_sequence = static_cast<uint16_t>(65530 + i)});
  EXPECT_TRUE(ring.HasForgotten(65530));
  EXPECT_FALSE(ring.HasForgotten(13));
  EXPECT_FALSE(ring.HasForgotten(14));
  EXPECT_FALSE(ring.HasForgotten(1000));
}

TEST(SentRing, ForgetsOnClear) {
  SentRing ring(16);
  ring.Add({.out_sequence = 0});
  EXPECT_TRUE(ring.Find(0));
  ring.Clear();
  EXPECT_EQ(ring.Find(0), nullptr);
}

}  // namespace
}  // namespace plaza::sfu
