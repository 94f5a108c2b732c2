// Asking for keyframes once for many.
#include "sfu/internal/keyframe_requester.h"

#include <gtest/gtest.h>

namespace plaza::sfu {
namespace {

using namespace std::chrono_literals;
constexpr base::Time kStart{1000s};

TEST(KeyframeRequester, ManyDemandsAreOneRequest) {
  KeyframeRequester requester;
  EXPECT_TRUE(requester.Demand(kStart));
  for (int i = 1; i < 50; ++i) EXPECT_FALSE(requester.Demand(kStart + 4ms * i));
}

TEST(KeyframeRequester, AfterAKeyframeANewDemandAsksAgainButNotWithinTheInterval) {
  KeyframeRequester requester;
  EXPECT_TRUE(requester.Demand(kStart));
  requester.OnKeyframe();
  EXPECT_EQ(requester.deadline(), base::kNever);
  EXPECT_FALSE(requester.Demand(kStart + 100ms));
  EXPECT_EQ(requester.deadline(), kStart + 250ms);
  EXPECT_FALSE(requester.HandleTimeout(kStart + 249ms));
  EXPECT_TRUE(requester.HandleTimeout(kStart + 250ms));
  requester.OnKeyframe();
  EXPECT_TRUE(requester.Demand(kStart + 600ms));
}

TEST(KeyframeRequester, ARequestThatBringsNothingIsRepeatedEverMoreSlowly) {
  KeyframeRequester requester;
  ASSERT_TRUE(requester.Demand(kStart));
  std::vector<int64_t> sent;
  for (base::Time now = kStart; now < kStart + 20s; now += 10ms) {
    if (requester.HandleTimeout(now)) sent.push_back(base::ToMillis(now - kStart));
  }
  EXPECT_EQ(sent, (std::vector<int64_t>{250, 750, 1750, 2750}));
  EXPECT_FALSE(requester.pending());
  EXPECT_TRUE(requester.Demand(kStart + 20s));
}

}  // namespace
}  // namespace plaza::sfu
