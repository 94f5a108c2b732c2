// The VP8 payload descriptor and its rewriting.
#include "rtp/vp8.h"

#include <gtest/gtest.h>

#include <array>

#include "rtp/vp8_rewriter.h"

namespace plaza::rtp {
namespace {

TEST(Vp8, ReadsTheShortestDescriptor) {
  const auto payload = ParseVp8(base::Bytes{0x10, 0x01});
  ASSERT_TRUE(payload);
  EXPECT_EQ(payload->size, 1u);
  EXPECT_TRUE(payload->descriptor.starts_frame());
  EXPECT_FALSE(payload->keyframe);
  EXPECT_FALSE(payload->descriptor.picture_id);
}

TEST(Vp8, ReadsAllFields) {
  const auto payload = ParseVp8(base::Bytes{0xB3, 0xF0, 0x92, 0x34, 0x56, 0xA0 | 0x07, 0xFF});
  ASSERT_TRUE(payload);
  const Vp8Descriptor& descriptor = payload->descriptor;
  EXPECT_EQ(payload->size, 6u);
  EXPECT_TRUE(descriptor.non_reference);
  EXPECT_TRUE(descriptor.start_of_partition);
  EXPECT_EQ(descriptor.partition, 3);
  EXPECT_FALSE(descriptor.starts_frame());
  EXPECT_EQ(descriptor.picture_id, 0x1234);
  EXPECT_TRUE(descriptor.long_picture_id);
  EXPECT_EQ(descriptor.tl0_picture_index, 0x56);
  EXPECT_EQ(descriptor.temporal_id, 2);
  EXPECT_TRUE(descriptor.layer_sync);
  EXPECT_EQ(descriptor.key_index, 7);
}

TEST(Vp8, ReadsAShortPictureId) {
  const auto payload = ParseVp8(base::Bytes{0x90, 0x80, 0x7F, 0x01});
  ASSERT_TRUE(payload);
  EXPECT_EQ(payload->descriptor.picture_id, 0x7F);
  EXPECT_FALSE(payload->descriptor.long_picture_id);
}

TEST(Vp8, KnowsAKeyframeAndItsSize) {
  const base::Bytes bytes = {0x10, 0x50, 0x2D, 0x00, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x41};
  const auto payload = ParseVp8(bytes);
  ASSERT_TRUE(payload);
  EXPECT_TRUE(payload->keyframe);
  EXPECT_EQ(payload->width, 640);
  EXPECT_EQ(payload->height, 360);  // the upper two bits are a scale
  // The same bits in a continuation say nothing.
  base::Bytes later = bytes;
  later[0] = 0x00;
  EXPECT_FALSE(ParseVp8(later)->keyframe);
}

TEST(Vp8, RefusesTruncation) {
  const base::Bytes bytes = {0x90, 0xF0, 0x92, 0x34, 0x56, 0xA7, 0xFF};
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(ParseVp8(base::ByteView(bytes).first(size))) << size;
  }
  EXPECT_TRUE(ParseVp8(bytes));
}

TEST(Vp8, WritesWhatItReads) {
  // All combinations of the optional fields.
  for (int bits = 0; bits < 64; ++bits) {
    Vp8Descriptor in;
    in.start_of_partition = true;
    in.non_reference = (bits & 1) != 0;
    if ((bits & 2) != 0) in.picture_id = 0x55;
    in.long_picture_id = (bits & 6) == 6;
    if ((bits & 8) != 0) in.tl0_picture_index = 200;
    if ((bits & 16) != 0) in.temporal_id = 3;
    in.layer_sync = (bits & 16) != 0;
    if ((bits & 32) != 0) in.key_index = 31;
    std::array<uint8_t, kMaxVp8DescriptorSize + 1> room{};
    const size_t size = WriteVp8Descriptor(in, room);
    ASSERT_GT(size, 0u);
    ASSERT_LE(size, kMaxVp8DescriptorSize);
    const auto out = ParseVp8(base::ByteView(room).first(size + 1));
    ASSERT_TRUE(out) << bits;
    EXPECT_EQ(out->size, size);
    EXPECT_EQ(out->descriptor.non_reference, in.non_reference);
    EXPECT_EQ(out->descriptor.picture_id, in.picture_id);
    EXPECT_EQ(out->descriptor.long_picture_id, in.long_picture_id);
    EXPECT_EQ(out->descriptor.tl0_picture_index, in.tl0_picture_index);
    EXPECT_EQ(out->descriptor.temporal_id, in.temporal_id);
    EXPECT_EQ(out->descriptor.layer_sync, in.layer_sync);
    EXPECT_EQ(out->descriptor.key_index, in.key_index);
    EXPECT_EQ(WriteVp8Descriptor(in, std::span<uint8_t>(room).first(size - 1)), 0u);
  }
}

class Vp8RewriterTest : public testing::Test {
 protected:
  static Vp8Descriptor Frame(int picture_id, int tl0 = 0) {
    Vp8Descriptor descriptor;
    descriptor.picture_id = static_cast<uint16_t>(picture_id & 0x7FFF);
    descriptor.long_picture_id = true;
    descriptor.tl0_picture_index = static_cast<uint8_t>(tl0);
    return descriptor;
  }
  int Send(int picture_id) { return *rewriter_.Rewrite(Frame(picture_id)).picture_id; }
  int SendTl0(int tl0) { return *rewriter_.Rewrite(Frame(0, tl0)).tl0_picture_index; }

  Vp8Rewriter rewriter_;
};

TEST_F(Vp8RewriterTest, LeavesTheFirstSourceAsItIs) {
  EXPECT_EQ(Send(32'766), 32'766);
  EXPECT_EQ(Send(32'767), 32'767);
  EXPECT_EQ(Send(0), 0);
}

TEST_F(Vp8RewriterTest, GoesOnAfterASwitch) {
  Send(100);
  Send(101);
  rewriter_.OnSwitch();
  EXPECT_EQ(Send(9'000), 102);
  EXPECT_EQ(Send(9'000), 102);  // the next packet of the frame
  EXPECT_EQ(Send(9'001), 103);
  rewriter_.OnSwitch();
  EXPECT_EQ(Send(5), 104);
}

TEST_F(Vp8RewriterTest, ClosesUpLeftOutFrames) {
  EXPECT_EQ(Send(10), 10);
  rewriter_.OnDropped(Frame(11));
  rewriter_.OnDropped(Frame(11));
  EXPECT_EQ(Send(12), 11);
  rewriter_.OnDropped(Frame(13));
  rewriter_.OnDropped(Frame(14));
  EXPECT_EQ(Send(15), 12);
}

TEST_F(Vp8RewriterTest, GivesLatePacketsTheIdOfTheirFrame) {
  Send(10);
  rewriter_.OnDropped(Frame(11));
  Send(12);
  rewriter_.OnDropped(Frame(13));
  Send(14);
  EXPECT_EQ(Send(10), 10);
  EXPECT_EQ(Send(12), 11);
  rewriter_.OnDropped(Frame(11));  // late, too, and known
  EXPECT_EQ(Send(14), 12);
  EXPECT_EQ(Send(15), 13);
}

TEST_F(Vp8RewriterTest, ClosesUpForeverAcrossTheWrap) {
  int sent = 0;
  for (int id = 0; id < 100'000; ++id) {
    if (id % 2 == 1) {
      rewriter_.OnDropped(Frame(id));
    } else {
      ASSERT_EQ(Send(id), sent++ & 0x7FFF);
    }
  }
}

TEST_F(Vp8RewriterTest, RunsOnWithTl0) {
  EXPECT_EQ(SendTl0(254), 254);
  EXPECT_EQ(SendTl0(255), 255);
  rewriter_.OnSwitch();
  EXPECT_EQ(SendTl0(7), 0);
  EXPECT_EQ(SendTl0(8), 1);
}

TEST_F(Vp8RewriterTest, MakesShortPictureIdsLong) {
  Vp8Descriptor descriptor;
  int sent = 0;
  for (int id = 0; id < 1'000; ++id) {
    descriptor.picture_id = static_cast<uint16_t>(id % 128);
    const Vp8Descriptor out = rewriter_.Rewrite(descriptor);
    ASSERT_TRUE(out.long_picture_id);
    ASSERT_EQ(*out.picture_id, sent++);
  }
}

TEST_F(Vp8RewriterTest, TouchesNothingElse) {
  Vp8Descriptor in;
  in.start_of_partition = true;
  in.temporal_id = 1;
  in.layer_sync = true;
  in.key_index = 3;
  const Vp8Descriptor out = rewriter_.Rewrite(in);
  EXPECT_FALSE(out.picture_id);
  EXPECT_FALSE(out.tl0_picture_index);
  EXPECT_TRUE(out.start_of_partition);
  EXPECT_EQ(out.temporal_id, 1);
  EXPECT_TRUE(out.layer_sync);
  EXPECT_EQ(out.key_index, 3);
}

}  // namespace
}  // namespace plaza::rtp
