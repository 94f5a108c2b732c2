#include "sctp/internal/retransmission_timeout.h"

#include <gtest/gtest.h>

namespace plaza::sctp::internal {
namespace {

TEST(RetransmissionTimeout, FollowsTheRoundTripAndItsVariation) {
  RetransmissionTimeout timeout;
  EXPECT_EQ(timeout.value(), kInitialRto);
  timeout.OnMeasured(400ms);
  EXPECT_EQ(timeout.value(), 400ms + 4 * 200ms);
  EXPECT_EQ(timeout.round_trip(), 400ms);
  timeout.OnMeasured(800ms);
  EXPECT_EQ(timeout.round_trip(), 450ms);
  EXPECT_EQ(timeout.value(), 450ms + 4 * 250ms);
}

TEST(RetransmissionTimeout, StaysWithinItsBounds) {
  RetransmissionTimeout timeout;
  for (int i = 0; i < 50; ++i) timeout.OnMeasured(1ms);
  EXPECT_EQ(timeout.value(), kMinRto);
  timeout.OnMeasured(0us);
  timeout.OnMeasured(60s);
  EXPECT_EQ(timeout.value(), kMaxRto);
}

TEST(RetransmissionTimeout, DoublesUntilItIsMeasuredAgain) {
  RetransmissionTimeout timeout;
  timeout.OnMeasured(200ms);
  timeout.BackOff();
  EXPECT_EQ(timeout.value(), 1200ms);
  timeout.BackOff();
  timeout.BackOff();
  EXPECT_EQ(timeout.value(), kMaxRto);
  timeout.OnMeasured(200ms);
  EXPECT_LT(timeout.value(), 600ms);
}

}  // namespace
}  // namespace plaza::sctp::internal
