// Wrapping numbers and NTP units.
#include "rtp/sequence_number.h"

#include <gtest/gtest.h>

#include "rtp/ntp.h"

namespace plaza::rtp {
namespace {

using namespace std::chrono_literals;

TEST(SequenceNumber, ComparesAcrossTheWrap) {
  EXPECT_TRUE(IsNewer<uint16_t>(1, 0));
  EXPECT_TRUE(IsNewer<uint16_t>(3, 65530));
  EXPECT_FALSE(IsNewer<uint16_t>(65530, 3));
  EXPECT_FALSE(IsNewer<uint16_t>(7, 7));
  EXPECT_TRUE(IsNewer<uint32_t>(5, 0xFFFFFFF0));
  EXPECT_EQ(Distance<uint16_t>(2, 65534), 4);
  EXPECT_EQ(Distance<uint16_t>(65534, 2), -4);
}

TEST(Unwrapper, NeverWrapsForwardsOrBackwards) {
  SequenceUnwrapper unwrapper;
  EXPECT_EQ(unwrapper.Unwrap(65534), 65534);
  EXPECT_EQ(unwrapper.Unwrap(1), 65537);
  EXPECT_EQ(unwrapper.Unwrap(65535), 65535);
  EXPECT_EQ(unwrapper.Unwrap(0), 65536);
  EXPECT_EQ(unwrapper.Peek(5), 65541);
  EXPECT_EQ(unwrapper.last(), 65536);
}

TEST(Unwrapper, GoesBelowZeroWhenTheFirstWereOutOfOrder) {
  SequenceUnwrapper unwrapper;
  EXPECT_EQ(unwrapper.Unwrap(0), 0);
  EXPECT_EQ(unwrapper.Unwrap(65535), -1);
  EXPECT_EQ(unwrapper.Unwrap(1), 1);
}

TEST(Unwrapper, ManyWraps) {
  TimestampUnwrapper unwrapper;
  int64_t expected = 100;
  for (int i = 0; i < 20; ++i, expected += 0x60000000) {
    EXPECT_EQ(unwrapper.Unwrap(static_cast<uint32_t>(expected)), expected);
  }
}

TEST(Ntp, ConvertsTheUnixEpochAndBack) {
  EXPECT_EQ(ToNtp(base::WallTime(0s)), (NtpTime{2'208'988'800u, 0}));
  EXPECT_EQ(ToNtp(base::WallTime(500ms)).fraction, 0x80000000u);
  for (const int64_t micros :
       std::initializer_list<int64_t>{1'700'000'000'123'456, 1'700'000'000'999'999, 1}) {
    const base::WallTime time{base::Duration(micros)};
    EXPECT_EQ(ToWallTime(ToNtp(time)), time);
  }
}

TEST(Ntp, MiddleBitsAreSecondsAndFraction) {
  EXPECT_EQ((NtpTime{0x12345678, 0x9ABCDEF0}).Middle(), 0x56789ABCu);
  EXPECT_EQ(ToMiddleNtp(1500ms), 0x18000u);
  EXPECT_EQ(ToMiddleNtp(-1s), 0u);
  EXPECT_EQ(ToMiddleNtp(base::Duration::max()), UINT32_MAX);
  EXPECT_EQ(FromMiddleNtp(0x18000), 1500ms);
}

TEST(Ntp, AbsSendTimeWrapsEverySixtyFourSeconds) {
  EXPECT_EQ(ToAbsSendTime(base::Time(1s)), 1u << 18);
  EXPECT_EQ(ToAbsSendTime(base::Time(65500ms)), (1u << 18) + (1u << 17));
}

}  // namespace
}  // namespace plaza::rtp
