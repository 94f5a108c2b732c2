// Generated frames are VP8 to a parser and checkable by their receiver.
#include "client/vp8_pattern.h"

#include <gtest/gtest.h>

namespace plaza::client {
namespace {

TEST(Vp8Pattern, HasTheHeaderOfAKeyframe) {
  const base::Bytes frame = MakeVp8Frame({7, true, 1280, 720, 500});
  ASSERT_EQ(frame.size(), 500u);
  EXPECT_EQ(frame[0] & 1, 0) << "inverse keyframe bit";
  EXPECT_EQ(frame[0] >> 4 & 1, 1) << "shown";
  EXPECT_EQ((base::Bytes(frame.begin() + 3, frame.begin() + 6)), (base::Bytes{0x9d, 0x01, 0x2a}));
  EXPECT_EQ(frame[6] | frame[7] << 8, 1280);
  EXPECT_EQ(frame[8] | frame[9] << 8, 720);
  EXPECT_EQ(CheckVp8Frame(frame), FrameCheck::kIntact);
}

TEST(Vp8Pattern, TellsInterframes) {
  const base::Bytes frame = MakeVp8Frame({8, false, 0, 0, 200});
  EXPECT_EQ(frame[0] & 1, 1);
  EXPECT_EQ(CheckVp8Frame(frame), FrameCheck::kIntact);
}

TEST(Vp8Pattern, IsNeverSmallerThanItsHeader) {
  EXPECT_EQ(MakeVp8Frame({1, true, 16, 16, 0}).size(), kMinVp8Frame);
  EXPECT_EQ(CheckVp8Frame(MakeVp8Frame({1, true, 16, 16, 0})), FrameCheck::kIntact);
}

TEST(Vp8Pattern, ShowsDamage) {
  const base::Bytes frame = MakeVp8Frame({9, false, 0, 0, 300});
  base::Bytes changed = frame;
  changed[200] ^= 1;
  EXPECT_EQ(CheckVp8Frame(changed), FrameCheck::kDamaged);
  EXPECT_EQ(CheckVp8Frame(base::ByteView(frame).first(299)), FrameCheck::kDamaged);
  base::Bytes mixed = frame;
  const base::Bytes other = MakeVp8Frame({10, false, 0, 0, 300});
  std::copy(other.begin() + 150, other.end(), mixed.begin() + 150);
  EXPECT_EQ(CheckVp8Frame(mixed), FrameCheck::kDamaged);
}

TEST(Vp8Pattern, KnowsNothingOfForeignFrames) {
  EXPECT_EQ(CheckVp8Frame({}), FrameCheck::kForeign);
  EXPECT_EQ(CheckVp8Frame(base::Bytes(10)), FrameCheck::kForeign);
  EXPECT_EQ(CheckVp8Frame(base::Bytes(500, 0x33)), FrameCheck::kForeign);
}

}  // namespace
}  // namespace plaza::client
