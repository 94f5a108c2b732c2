#include "ice/internal/consent.h"

#include <gtest/gtest.h>

namespace plaza::ice {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Consent, IsCheckedEveryFourToSixSeconds) {
  base::SeededRandom random(1);
  const base::Time now{seconds(1000)};
  base::Duration least = seconds(100), most{};
  for (int i = 0; i < 1000; ++i) {
    const Consent consent(now, random);
    least = std::min(least, consent.next_check() - now);
    most = std::max(most, consent.next_check() - now);
  }
  EXPECT_GE(least, seconds(4));
  EXPECT_LT(least, milliseconds(4100));
  EXPECT_LE(most, seconds(6));
  EXPECT_GT(most, milliseconds(5900));
}

TEST(Consent, AnUnansweredCheckIsFollowedSoonByAnother) {
  base::SeededRandom random(1);
  const base::Time now{seconds(1000)};
  Consent consent(now, random);
  const TransactionId first = consent.Send(now + seconds(5), random);
  EXPECT_EQ(consent.next_check(), now + seconds(5) + kConsentRetry);
  const TransactionId second = consent.Send(now + seconds(6), random);
  EXPECT_NE(first, second);
  // The answer to either confirms, once.
  EXPECT_TRUE(consent.TakeAnswer(first));
  EXPECT_FALSE(consent.TakeAnswer(first));
  EXPECT_TRUE(consent.TakeAnswer(second));
  consent.Confirm(now + seconds(7), random);
  EXPECT_EQ(consent.confirmed(), now + seconds(7));
  EXPECT_GE(consent.next_check(), now + seconds(11));
}

TEST(Consent, RemembersABoundedNumberOfChecks) {
  base::SeededRandom random(1);
  const base::Time now{seconds(1000)};
  Consent consent(now, random);
  const TransactionId first = consent.Send(now, random);
  TransactionId last{};
  for (int i = 0; i < 8; ++i) last = consent.Send(now, random);
  EXPECT_FALSE(consent.TakeAnswer(first));
  EXPECT_TRUE(consent.TakeAnswer(last));
  EXPECT_FALSE(consent.TakeAnswer({}));
}

}  // namespace
}  // namespace plaza::ice
