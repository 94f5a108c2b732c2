// Looking into H.264 payloads, and frame information of all codecs.
#include "rtp/h264.h"

#include <gtest/gtest.h>

#include "rtp/frame_info.h"
#include "rtp/test_packet.h"

namespace plaza::rtp {
namespace {

using base::Bytes;

TEST(H264, ASingleUnitIsWhole) {
  const auto sps = ParseH264(Bytes{0x67, 0x42, 0xE0, 0x1F});
  ASSERT_TRUE(sps);
  EXPECT_EQ(sps->type, h264::kSps);
  EXPECT_TRUE(sps->has_sps && sps->starts_unit && sps->ends_unit && sps->starts_frame);
  EXPECT_FALSE(sps->has_idr);
  EXPECT_FALSE(sps->non_reference);
}

TEST(H264, TheFirstSliceOfAPictureStartsAFrame) {
  EXPECT_TRUE(ParseH264(Bytes{0x41, 0x9A, 0x00})->starts_frame);
  EXPECT_FALSE(ParseH264(Bytes{0x41, 0x5A, 0x00})->starts_frame);
}

TEST(H264, AnIdrSliceIsNotSurelyTheFirst) {
  const auto idr = ParseH264(Bytes{0x65, 0x88, 0x80});
  ASSERT_TRUE(idr);
  EXPECT_TRUE(idr->has_idr && idr->starts_idr);
  EXPECT_FALSE(idr->starts_frame);
  const auto second_slice = ParseH264(Bytes{0x65, 0x40, 0x80});
  EXPECT_TRUE(second_slice->has_idr);
  EXPECT_FALSE(second_slice->starts_idr);
}

TEST(H264, AStapHoldsSeveralUnits) {
  const auto stap =
      ParseH264(Bytes{0x78, 0, 2, 0x67, 0x42, 0, 2, 0x68, 0xCE, 0, 3, 0x65, 0x88, 0x80});
  ASSERT_TRUE(stap);
  EXPECT_EQ(stap->type, h264::kStapA);
  EXPECT_TRUE(stap->has_sps && stap->has_idr && stap->starts_idr && stap->starts_frame);
  EXPECT_TRUE(stap->starts_unit && stap->ends_unit);
}

TEST(H264, AFragmentKnowsItsPlace) {
  const auto start = ParseH264(Bytes{0x7C, 0x85, 0x88, 0x80});
  ASSERT_TRUE(start);
  EXPECT_TRUE(start->starts_unit && start->starts_idr && start->has_idr);
  EXPECT_FALSE(start->ends_unit);
  const auto middle = ParseH264(Bytes{0x7C, 0x05, 0x88});
  ASSERT_TRUE(middle);
  EXPECT_FALSE(middle->starts_unit || middle->ends_unit || middle->starts_idr);
  EXPECT_TRUE(middle->has_idr);
  const auto end = ParseH264(Bytes{0x5C, 0x41, 0x88});
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->ends_unit);
  EXPECT_FALSE(end->has_idr);
}

TEST(H264, UnitsThatNobodyReferencesAreKnown) {
  EXPECT_TRUE(ParseH264(Bytes{0x01, 0x9A})->non_reference);
  EXPECT_TRUE(ParseH264(Bytes{0x1C, 0x81, 0x9A})->non_reference);
  EXPECT_TRUE(ParseH264(Bytes{0x1C, 0x01, 0x9A})->non_reference);
  EXPECT_FALSE(ParseH264(Bytes{0x78, 0, 2, 0x01, 0x9A, 0, 2, 0x41, 0x9A})->non_reference);
}

TEST(H264, RefusesWhatIsMalformedOrNotUsed) {
  EXPECT_FALSE(ParseH264({}));
  EXPECT_FALSE(ParseH264(Bytes{0x60, 1}));                      // type 0
  EXPECT_FALSE(ParseH264(Bytes{0x78}));                         // STAP-A without units
  EXPECT_FALSE(ParseH264(Bytes{0x78, 0, 0}));                   // empty unit
  EXPECT_FALSE(ParseH264(Bytes{0x78, 0, 3, 0x67, 0x42}));       // points outside
  EXPECT_FALSE(ParseH264(Bytes{0x78, 0, 1, 0x67, 0}));          // half a size
  EXPECT_FALSE(ParseH264(Bytes{0x79, 0, 1, 0, 1, 0x67}));       // STAP-B
  EXPECT_FALSE(ParseH264(Bytes{0x7D, 0x85, 0, 0, 1}));          // FU-B
  EXPECT_FALSE(ParseH264(Bytes{0x7C, 0x85}));                   // fragment of nothing
  EXPECT_FALSE(ParseH264(Bytes{0x7C, 0xC5, 0x88}));             // start and end
  EXPECT_FALSE(ParseH264(Bytes{0x7C, 0x80 | 28, 0x88, 0x80}));  // fragment of a fragment
}

class FrameInfoTest : public testing::Test {
 protected:
  FrameInfo Read(Codec codec, const Bytes& payload, bool marker = false) {
    RtpHeader header;
    header.marker = marker;
    Packet packet = MakeTestPacket(pool_, header, payload);
    packet.codec = codec;
    return ReadFrameInfo(packet);
  }
  base::PacketPool pool_;
};

TEST_F(FrameInfoTest, Vp8) {
  const FrameInfo key = Read(Codec::kVp8, {0x90, 0x20, 0x00, 0x50}, true);
  EXPECT_TRUE(key.keyframe && key.first_packet && key.last_packet);
  const FrameInfo upper = Read(Codec::kVp8, {0xB0, 0x20, 0xA0, 0x01});
  EXPECT_EQ(upper.temporal_id, 2);
  EXPECT_TRUE(upper.layer_sync && upper.discardable && upper.first_packet);
  EXPECT_FALSE(upper.keyframe || upper.last_packet);
  EXPECT_FALSE(Read(Codec::kVp8, {0x00, 0x50}).first_packet);
}

TEST_F(FrameInfoTest, H264) {
  const FrameInfo sps = Read(Codec::kH264, {0x67, 0x42});
  EXPECT_TRUE(sps.keyframe && sps.first_packet);
  const FrameInfo idr = Read(Codec::kH264, {0x7C, 0x85, 0x88, 0x80});
  EXPECT_TRUE(idr.keyframe);
  EXPECT_FALSE(idr.first_packet);
  const FrameInfo delta = Read(Codec::kH264, {0x01, 0x9A}, true);
  EXPECT_FALSE(delta.keyframe);
  EXPECT_TRUE(delta.first_packet && delta.last_packet && delta.discardable);
}

TEST_F(FrameInfoTest, EveryAudioPacketIsAFrame) {
  const FrameInfo info = Read(Codec::kOpus, {1, 2, 3});
  EXPECT_TRUE(info.keyframe && info.first_packet && info.last_packet);
  EXPECT_FALSE(Read(Codec::kOpus, {}).keyframe);
}

TEST_F(FrameInfoTest, MalformedOrUnknownPayloadsTellOnlyTheMarker) {
  for (const Codec codec : {Codec::kVp8, Codec::kH264, Codec::kUnknown, Codec::kAv1}) {
    const FrameInfo info = Read(codec, {}, true);
    EXPECT_FALSE(info.keyframe || info.first_packet);
    EXPECT_TRUE(info.last_packet);
  }
}

}  // namespace
}  // namespace plaza::rtp
