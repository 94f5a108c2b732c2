// The VP9 payload descriptor and its rewriting.
#include "rtp/vp9.h"

#include <gtest/gtest.h>

#include <array>

#include "rtp/testing/recording.h"
#include "rtp/vp9_rewriter.h"

namespace plaza::rtp {
namespace {

using base::Bytes;

TEST(Vp9, ReadsTheShortestDescriptor) {
  const auto payload = ParseVp9(Bytes{0x0C, 0x86});
  ASSERT_TRUE(payload);
  EXPECT_EQ(payload->size, 1u);
  EXPECT_TRUE(payload->descriptor.starts_frame && payload->descriptor.ends_frame);
  EXPECT_FALSE(payload->descriptor.picture_id || payload->descriptor.layer);
}

TEST(Vp9, ReadsPictureIdLayerAndTl0) {
  const auto payload = ParseVp9(Bytes{0xED, 0x92, 0x34, 0x57, 0x99, 0xFF});
  ASSERT_TRUE(payload);
  const Vp9Descriptor& descriptor = payload->descriptor;
  EXPECT_EQ(payload->size, 5u);
  EXPECT_EQ(payload->start_size, 5u);
  EXPECT_EQ(descriptor.picture_id, 0x1234);
  EXPECT_TRUE(descriptor.long_picture_id);
  EXPECT_TRUE(descriptor.inter_picture_predicted);
  EXPECT_FALSE(descriptor.flexible);
  EXPECT_TRUE(descriptor.not_inter_layer_reference);
  ASSERT_TRUE(descriptor.layer);
  EXPECT_EQ(descriptor.layer->temporal_id, 2);
  EXPECT_TRUE(descriptor.layer->switching_up);
  EXPECT_EQ(descriptor.layer->spatial_id, 3);
  EXPECT_TRUE(descriptor.layer->inter_layer_predicted);
  EXPECT_EQ(descriptor.tl0_picture_index, 0x99);
  EXPECT_FALSE(payload->keyframe);
}

TEST(Vp9, ReadsReferencesInFlexibleMode) {
  const auto payload = ParseVp9(Bytes{0xF8, 0x05, 0x10, 0x03, 0x0C, 0xFF});
  ASSERT_TRUE(payload);
  const Vp9Descriptor& descriptor = payload->descriptor;
  EXPECT_EQ(descriptor.picture_id, 5);
  EXPECT_FALSE(descriptor.long_picture_id || descriptor.tl0_picture_index);
  ASSERT_EQ(descriptor.reference_count, 2);
  EXPECT_EQ(descriptor.references[0], 1);
  EXPECT_EQ(descriptor.references[1], 6);
  EXPECT_EQ(payload->start_size, 3u);
  EXPECT_EQ(payload->size, 5u);
  EXPECT_FALSE(ParseVp9(Bytes{0xF8, 0x05, 0x10, 0x03, 0x03, 0x03, 0x02, 0xFF}))
      << "more than three";
}

TEST(Vp9, ReadsTheSizesOfAScalabilityStructure) {
  // Two spatial layers with sizes, and a group of two pictures, of which one has two references.
  const Bytes bytes = {0x0A, 0x38, 0x01, 0x40, 0x00, 0xB4, 0x02, 0x80, 0x01,
                       0x68, 0x02, 0x04, 0x01, 0x28, 0x01, 0x02, 0x82};
  const auto payload = ParseVp9(bytes);
  ASSERT_TRUE(payload);
  EXPECT_EQ(payload->size, bytes.size() - 1);
  EXPECT_EQ(payload->spatial_layers, 2);
  ASSERT_EQ(payload->sizes.count, 2);
  EXPECT_EQ(payload->sizes.layers[0], (PictureSize{320, 180}));
  EXPECT_EQ(payload->sizes.layers[1], (PictureSize{640, 360}));
}

TEST(Vp9, RefusesTruncation) {
  const Bytes bytes = {0xAA, 0x92, 0x34, 0x10, 0x05, 0x38, 0x01, 0x40, 0x00, 0xB4, 0x02,
                       0x80, 0x01, 0x68, 0x02, 0x04, 0x01, 0x28, 0x01, 0x02, 0x82};
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(ParseVp9(base::ByteView(bytes).first(size))) << size;
  }
  EXPECT_TRUE(ParseVp9(bytes));
}

TEST(Vp9, AKeyframeIsTheFirstPacketOfAPictureThatNeedsNoOther) {
  EXPECT_TRUE(ParseVp9(Bytes{0x88, 0x01, 0x82})->keyframe);
  EXPECT_FALSE(ParseVp9(Bytes{0xC8, 0x01, 0x82})->keyframe) << "predicted";
  EXPECT_FALSE(ParseVp9(Bytes{0x84, 0x01, 0x82})->keyframe) << "not the first packet";
  EXPECT_FALSE(ParseVp9(Bytes{0xA8, 0x01, 0x02, 0x05, 0x82})->keyframe) << "spatial layer 1";
}

TEST(Vp9, ASenderThatNumbersNoPicturesIsAskedByItsFrames) {
  base::PacketPool pool;
  const auto recording = testing::LoadRecording("vp9_ffmpeg", pool);
  int keyframes = 0;
  for (const Packet& packet : recording.packets) {
    const auto payload = ParseVp9(packet.payload());
    ASSERT_TRUE(payload);
    if (!payload->keyframe) continue;
    ++keyframes;
    ASSERT_EQ(payload->sizes.count, 1);
    EXPECT_EQ(payload->sizes.layers[0], (PictureSize{640, 360}));
  }
  EXPECT_EQ(keyframes, 1);
}

TEST(Vp9, WritesTheStartThatItReads) {
  for (int bits = 0; bits < 128; ++bits) {
    Vp9Descriptor in;
    in.starts_frame = true;
    in.inter_picture_predicted = (bits & 1) != 0;
    if ((bits & 2) != 0) in.picture_id = 0x55;
    in.long_picture_id = (bits & 6) == 6;
    in.not_inter_layer_reference = (bits & 8) != 0;
    if ((bits & 16) != 0) {
      in.layer = Vp9Layer{2, 1, true, true};
      in.tl0_picture_index = 200;
    }
    in.ends_frame = (bits & 32) != 0;
    std::array<uint8_t, kMaxVp9StartSize + 1> room{};
    const size_t size = WriteVp9Start(in, room);
    ASSERT_GT(size, 0u);
    ASSERT_LE(size, kMaxVp9StartSize);
    const auto out = ParseVp9(base::ByteView(room).first(size + 1));
    ASSERT_TRUE(out) << bits;
    EXPECT_EQ(out->start_size, size);
    EXPECT_EQ(out->descriptor.picture_id, in.picture_id);
    EXPECT_EQ(out->descriptor.tl0_picture_index, in.tl0_picture_index);
    EXPECT_EQ(out->descriptor.ends_frame, in.ends_frame);
    EXPECT_EQ(out->descriptor.layer.has_value(), in.layer.has_value());
    EXPECT_EQ(WriteVp9Start(in, std::span<uint8_t>(room).first(size - 1)), 0u);
  }
}

// Whatever real senders send comes out as it went in.
TEST(Vp9, WritesTheStartOfRealPackets) {
  base::PacketPool pool;
  for (const auto* name : {"vp9_L3T3", "vp9_L3T3_KEY_without_descriptor", "vp9_L1T3"}) {
    for (const Packet& packet : testing::LoadRecording(name, pool).packets) {
      const auto payload = ParseVp9(packet.payload());
      ASSERT_TRUE(payload);
      std::array<uint8_t, kMaxVp9StartSize> room;
      const size_t size = WriteVp9Start(payload->descriptor, room);
      ASSERT_EQ(size, payload->start_size);
      EXPECT_TRUE(std::equal(room.begin(), room.begin() + size, packet.payload().begin()));
    }
  }
}

class Vp9RewriterTest : public ::testing::Test {
 protected:
  static Vp9Descriptor Picture(int picture_id, int tl0 = 0) {
    Vp9Descriptor descriptor;
    descriptor.picture_id = static_cast<uint16_t>(picture_id & 0x7FFF);
    descriptor.long_picture_id = true;
    descriptor.layer = Vp9Layer{};
    descriptor.tl0_picture_index = static_cast<uint8_t>(tl0);
    return descriptor;
  }
  int Send(int picture_id) { return *rewriter_.Rewrite(Picture(picture_id)).picture_id; }
  int SendTl0(int tl0) { return *rewriter_.Rewrite(Picture(0, tl0)).tl0_picture_index; }

  Vp9Rewriter rewriter_;
};

TEST_F(Vp9RewriterTest, LeavesTheFirstSourceAsItIs) {
  EXPECT_EQ(Send(32'766), 32'766);
  EXPECT_EQ(Send(32'767), 32'767);
  EXPECT_EQ(Send(0), 0);
}

TEST_F(Vp9RewriterTest, GoesOnAfterASwitch) {
  Send(100);
  Send(103);
  Send(101);
  rewriter_.OnSwitch();
  EXPECT_EQ(Send(9'000), 104);
  EXPECT_EQ(Send(9'000), 104);
  EXPECT_EQ(Send(9'002), 106) << "a gap stays one";
  EXPECT_EQ(Send(9'001), 105) << "late";
  rewriter_.OnSwitch();
  EXPECT_EQ(Send(5), 107);
}

TEST_F(Vp9RewriterTest, GoesOnAcrossTheWrap) {
  Send(7);
  rewriter_.OnSwitch();
  for (int i = 0; i < 100'000; ++i) ASSERT_EQ(Send(20'000 + i), (8 + i) & 0x7FFF);
}

TEST_F(Vp9RewriterTest, RunsOnWithTl0) {
  EXPECT_EQ(SendTl0(254), 254);
  EXPECT_EQ(SendTl0(255), 255);
  rewriter_.OnSwitch();
  EXPECT_EQ(SendTl0(7), 0);
  EXPECT_EQ(SendTl0(8), 1);
}

TEST_F(Vp9RewriterTest, MakesShortPictureIdsLong) {
  Vp9Descriptor descriptor;
  for (int id = 0; id < 1'000; ++id) {
    descriptor.picture_id = static_cast<uint16_t>(id % 128);
    const Vp9Descriptor out = rewriter_.Rewrite(descriptor);
    ASSERT_TRUE(out.long_picture_id);
    ASSERT_EQ(*out.picture_id, id);
  }
}

}  // namespace
}  // namespace plaza::rtp
