// Cutting frames into payloads and joining them again.
#include "rtp/packetizer.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"
#include "rtp/annexb.h"
#include "rtp/depacketizer.h"
#include "rtp/h264.h"

namespace plaza::rtp {
namespace {

using base::Bytes;
using base::ByteView;

Bytes Unit(uint8_t header, size_t size) {
  Bytes unit(size, 0x55);
  unit[0] = header;
  return unit;
}

Bytes AccessUnit(const std::vector<Bytes>& units) {
  Bytes stream;
  for (const Bytes& unit : units) AppendAnnexB(unit, stream);
  return stream;
}

class PacketizerTest : public testing::Test {
 protected:
  PayloadSink Sink() {
    return [this](ByteView payload, bool last) {
      EXPECT_FALSE(ended_) << "nothing comes after the marker";
      ended_ = last;
      payloads_.emplace_back(payload.begin(), payload.end());
    };
  }
  void H264(const Bytes& access_unit, size_t max) { PacketizeH264(access_unit, max, Sink()); }
  Bytes Join(Codec codec) {
    Bytes frame;
    for (const Bytes& payload : payloads_) EXPECT_TRUE(AppendPayload(codec, payload, frame));
    return frame;
  }
  uint8_t TypeOf(size_t i) const { return payloads_[i][0] & 0x1F; }

  std::vector<Bytes> payloads_;
  bool ended_ = false;
};

TEST_F(PacketizerTest, SmallUnitsGoTogetherLargeOnesInPieces) {
  const Bytes access_unit = AccessUnit({Unit(0x67, 12), Unit(0x68, 4), Unit(0x65, 3'000)});
  H264(access_unit, 1'100);
  ASSERT_EQ(payloads_.size(), 4u);
  EXPECT_EQ(TypeOf(0), h264::kStapA);
  EXPECT_EQ(payloads_[0][0] & 0x60, 0x60);
  for (size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(TypeOf(i), h264::kFuA);
    EXPECT_NEAR(static_cast<double>(payloads_[i].size()), 1'002, 1);
  }
  EXPECT_TRUE(ParseH264(payloads_[1])->starts_unit);
  EXPECT_TRUE(ParseH264(payloads_[3])->ends_unit);
  EXPECT_TRUE(ended_);
  EXPECT_EQ(Join(Codec::kH264), access_unit);
}

TEST_F(PacketizerTest, AUnitThatFitsGoesAsItIs) {
  const Bytes access_unit = AccessUnit({Unit(0x41, 1'100)});
  H264(access_unit, 1'100);
  ASSERT_EQ(payloads_.size(), 1u);
  EXPECT_EQ(payloads_[0].size(), 1'100u);
  EXPECT_EQ(Join(Codec::kH264), access_unit);
}

TEST_F(PacketizerTest, AccessUnitsOfAnyShapeComeBack) {
  base::SeededRandom random(11);
  for (int round = 0; round < 300; ++round) {
    std::vector<Bytes> units(1 + random.Below(6));
    for (Bytes& unit : units) {
      unit = Unit(static_cast<uint8_t>(random.Below(4) << 5 | (1 + random.Below(12))),
                  2 + random.Below(random.Below(3) == 0 ? 4'000 : 100));
    }
    payloads_.clear();
    ended_ = false;
    const size_t max = kMinPayloadSize + random.Below(1'200);
    H264(AccessUnit(units), max);
    for (const Bytes& payload : payloads_) ASSERT_LE(payload.size(), max);
    ASSERT_TRUE(ended_);
    ASSERT_EQ(Join(Codec::kH264), AccessUnit(units));
  }
}

TEST_F(PacketizerTest, NothingGivesNothing) {
  H264({}, 1'200);
  H264({0, 0, 0, 1}, 1'200);
  H264({1, 2, 3, 4}, 1'200);  // no start code
  PacketizeVp8({}, {}, 1'200, Sink());
  EXPECT_TRUE(payloads_.empty());
}

TEST_F(PacketizerTest, Vp8FramesComeBack) {
  base::SeededRandom random(12);
  for (const size_t size : {1, 100, 1'194, 1'195, 5'000, 100'000}) {
    Bytes frame(size);
    random.Fill(frame);
    Vp8Descriptor descriptor;
    descriptor.picture_id = 7;
    descriptor.long_picture_id = true;
    descriptor.tl0_picture_index = 1;
    descriptor.temporal_id = 2;
    payloads_.clear();
    ended_ = false;
    PacketizeVp8(frame, descriptor, 1'200, Sink());
    ASSERT_TRUE(ended_);
    for (size_t i = 0; i < payloads_.size(); ++i) {
      ASSERT_LE(payloads_[i].size(), 1'200u);
      const auto parsed = ParseVp8(payloads_[i]);
      ASSERT_TRUE(parsed);
      EXPECT_EQ(parsed->descriptor.starts_frame(), i == 0);
      EXPECT_EQ(parsed->descriptor.picture_id, 7);
      EXPECT_EQ(parsed->descriptor.temporal_id, 2);
    }
    EXPECT_EQ(Join(Codec::kVp8), frame);
  }
}

TEST(Depacketizer, RefusesWhatIsMalformedOrNotKnown) {
  Bytes frame;
  EXPECT_FALSE(AppendPayload(Codec::kVp8, Bytes{0x10}, frame));
  EXPECT_FALSE(AppendPayload(Codec::kH264, Bytes{0x78, 0, 9, 1}, frame));
  EXPECT_FALSE(AppendPayload(Codec::kOpus, Bytes{1, 2, 3}, frame));
  EXPECT_TRUE(frame.empty());
}

TEST(AnnexB, FindsUnitsBetweenStartCodesOfBothLengths) {
  const Bytes stream = {9, 0, 0, 1, 0x67, 1, 0,    0, 0, 1, 0x68, 2,
                        0, 0, 1, 0, 0,    1, 0x65, 0, 3, 0, 0};
  AnnexBReader reader(stream);
  const auto next = [&] {
    const auto unit = reader.Next();
    return unit ? Bytes(unit->begin(), unit->end()) : Bytes();
  };
  EXPECT_EQ(next(), (Bytes{0x67, 1}));
  EXPECT_EQ(next(), (Bytes{0x68, 2}));
  EXPECT_EQ(next(), (Bytes{0x65, 0, 3}));
  EXPECT_FALSE(reader.Next());
}

}  // namespace
}  // namespace plaza::rtp
