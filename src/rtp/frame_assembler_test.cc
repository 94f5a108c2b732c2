// Frames out of packets that are lost, late, doubled or out of order.
#include "rtp/frame_assembler.h"

#include <gtest/gtest.h>

#include <vector>

#include "rtp/packetizer.h"
#include "rtp/test_packet.h"

namespace plaza::rtp {
namespace {

using namespace std::chrono_literals;
using base::Bytes;

// A VP8 frame that says which one it is: the first byte of VP8 data has the inverse keyframe bit.
Bytes Vp8Frame(bool keyframe, uint8_t id, size_t size) {
  Bytes frame(size, id);
  frame[0] = keyframe ? 0x10 : 0x11;
  return frame;
}

class FrameAssemblerTest : public testing::Test {
 protected:
  // Packets of one frame, numbered on from the last one made.
  std::vector<Packet> MakeFrame(bool keyframe, uint8_t id, size_t size = 1'500) {
    std::vector<Packet> packets;
    RtpHeader header;
    timestamp_ += 3'000;
    header.timestamp = timestamp_;
    PacketizeVp8(Vp8Frame(keyframe, id, size), {}, 606, [&](base::ByteView payload, bool last) {
      header.marker = last;
      header.sequence_number = sequence_number_++;
      packets.push_back(MakeTestPacket(pool_, header, payload, {}, now_));
      packets.back().codec = Codec::kVp8;
    });
    return packets;
  }
  void Add(const std::vector<Packet>& packets) {
    for (const Packet& packet : packets) assembler_.Add(packet);
  }
  // The ids of all frames that are ready.
  std::vector<int> Take() {
    std::vector<int> ids;
    while (const auto frame = assembler_.Next(now_)) {
      EXPECT_EQ(frame->data, Vp8Frame(frame->keyframe, frame->data.back(), frame->data.size()));
      ids.push_back(frame->data.back());
    }
    return ids;
  }
  using Ids = std::vector<int>;

  base::PacketPool pool_;
  FrameAssembler assembler_{Codec::kVp8};
  base::Time now_{1000s};
  uint16_t sequence_number_ = 65'530;
  uint32_t timestamp_ = 0xFFFFFF00;
};

TEST_F(FrameAssemblerTest, GivesFramesInOrderAcrossTheWrap) {
  Add(MakeFrame(true, 1));
  EXPECT_EQ(Take(), (Ids{1}));
  for (uint8_t id = 2; id < 10; ++id) {
    Add(MakeFrame(false, id));
    EXPECT_EQ(Take(), (Ids{id}));
  }
  EXPECT_EQ(assembler_.NextDeadline(), base::kNever);
}

TEST_F(FrameAssemblerTest, StartsWithAKeyframe) {
  Add(MakeFrame(false, 1));
  EXPECT_TRUE(Take().empty());
  Add(MakeFrame(true, 2));
  Add(MakeFrame(false, 3));
  EXPECT_EQ(Take(), (Ids{2, 3}));
  EXPECT_FALSE(assembler_.TakeKeyframeWish());
}

TEST_F(FrameAssemblerTest, WishesAKeyframeWhenNoneComes) {
  Add(MakeFrame(false, 1));
  Take();
  now_ = assembler_.NextDeadline();
  Take();
  EXPECT_TRUE(assembler_.TakeKeyframeWish());
  EXPECT_FALSE(assembler_.TakeKeyframeWish());
  EXPECT_EQ(assembler_.NextDeadline(), now_ + FrameAssembler::kStartWait);
}

TEST_F(FrameAssemblerTest, WaitsForWhatIsMissing) {
  Add(MakeFrame(true, 1));
  const auto second = MakeFrame(false, 2);
  Add({second[0], second[2]});
  Add(MakeFrame(false, 3));
  EXPECT_EQ(Take(), (Ids{1}));
  EXPECT_EQ(assembler_.NextDeadline(), now_ + FrameAssembler::kMaxWait);
  now_ += 300ms;
  assembler_.Add(second[1]);
  EXPECT_EQ(Take(), (Ids{2, 3}));
  EXPECT_EQ(assembler_.NextDeadline(), base::kNever);
}

TEST_F(FrameAssemblerTest, TakesPacketsInAnyOrderAndTwice) {
  auto packets = MakeFrame(true, 1);
  for (uint8_t id = 2; id < 6; ++id) {
    const auto more = MakeFrame(false, id);
    packets.insert(packets.end(), more.begin(), more.end());
  }
  for (size_t i = packets.size(); i > 0; --i) {
    assembler_.Add(packets[i - 1]);
    assembler_.Add(packets[i - 1]);
  }
  EXPECT_EQ(Take(), (Ids{1, 2, 3, 4, 5}));
  Add(packets);
  EXPECT_TRUE(Take().empty());
}

TEST_F(FrameAssemblerTest, LeavesAGapBehindAtTheNextKeyframe) {
  Add(MakeFrame(true, 1));
  MakeFrame(false, 2);
  Add(MakeFrame(false, 3));
  Add(MakeFrame(true, 4));
  Add(MakeFrame(false, 5));
  EXPECT_EQ(Take(), (Ids{1}));
  now_ = assembler_.NextDeadline();
  EXPECT_EQ(Take(), (Ids{4, 5}));
  EXPECT_FALSE(assembler_.TakeKeyframeWish());
}

TEST_F(FrameAssemblerTest, WishesAKeyframeWhenAGapStaysOpen) {
  Add(MakeFrame(true, 1));
  MakeFrame(false, 2);
  Add(MakeFrame(false, 3));
  Take();
  now_ = assembler_.NextDeadline();
  EXPECT_TRUE(Take().empty());
  EXPECT_TRUE(assembler_.TakeKeyframeWish());
  Add(MakeFrame(true, 4));
  now_ = assembler_.NextDeadline();
  EXPECT_EQ(Take(), (Ids{4}));
}

TEST_F(FrameAssemblerTest, AFrameWithoutMarkerEndsWithTheNext) {
  auto first = MakeFrame(true, 1);
  const auto second = MakeFrame(false, 2);
  first.back().header.marker = false;
  Add(first);
  EXPECT_TRUE(Take().empty());
  assembler_.Add(second[0]);
  EXPECT_EQ(Take(), (Ids{1}));
}

// Forwarding may turn to another source in the middle of a frame; it turns at a keyframe.
TEST_F(FrameAssemblerTest, AFrameThatIsCutOffByAKeyframeIsLeftOut) {
  Add(MakeFrame(true, 1));
  auto cut = MakeFrame(false, 2);
  cut.pop_back();
  --sequence_number_;
  Add(cut);
  EXPECT_EQ(Take(), (Ids{1}));
  const auto next = MakeFrame(true, 3);
  assembler_.Add(next[0]);
  EXPECT_TRUE(Take().empty());
  Add({next[1], next[2]});
  Add(MakeFrame(false, 4));
  EXPECT_EQ(Take(), (Ids{3, 4}));
  EXPECT_FALSE(assembler_.TakeKeyframeWish());
  EXPECT_EQ(assembler_.NextDeadline(), base::kNever);
}

TEST_F(FrameAssemblerTest, AKeyframeThatIsCutOffByTheFirstOneIsLeftOut) {
  auto cut = MakeFrame(true, 1);
  cut.pop_back();
  --sequence_number_;
  Add(cut);
  EXPECT_TRUE(Take().empty());
  Add(MakeFrame(true, 2));
  EXPECT_EQ(Take(), (Ids{2}));
}

TEST_F(FrameAssemblerTest, PaddingIsPassedOver) {
  auto first = MakeFrame(true, 1);
  RtpHeader header = first.back().header;
  for (int i = 0; i < 3; ++i) {
    header.sequence_number = sequence_number_++;
    Packet padding = MakeTestPacket(pool_, header);
    padding.codec = Codec::kVp8;
    first.push_back(padding);
  }
  Add(first);
  Add(MakeFrame(false, 2));
  EXPECT_EQ(Take(), (Ids{1, 2}));
}

TEST_F(FrameAssemblerTest, NeverHoldsMoreThanItsWindow) {
  Add(MakeFrame(true, 1));
  Take();
  MakeFrame(false, 2);  // never arrives
  for (int i = 0; i < 1'000; ++i) Add(MakeFrame(false, 3));
  EXPECT_TRUE(assembler_.TakeKeyframeWish());
  EXPECT_LE(pool_.allocated(), FrameAssembler::kWindow + 10);
  Add(MakeFrame(true, 4));
  EXPECT_EQ(Take(), (Ids{4}));
}

TEST_F(FrameAssemblerTest, FollowsASenderThatStartsOver) {
  Add(MakeFrame(true, 1));
  Take();
  for (const uint16_t jump : {uint16_t{20'000}, uint16_t{50'000}}) {
    sequence_number_ = static_cast<uint16_t>(sequence_number_ + jump);
    Add(MakeFrame(true, 7));
    Add(MakeFrame(false, 8));
    EXPECT_EQ(Take(), (Ids{7, 8}));
  }
}

TEST_F(FrameAssemblerTest, AMalformedPayloadSpoilsItsFrameOnly) {
  auto first = MakeFrame(true, 1);
  first[1].payload_size = 1;  // a descriptor and nothing more
  Add(first);
  EXPECT_TRUE(Take().empty());
  EXPECT_TRUE(assembler_.TakeKeyframeWish());
  Add(MakeFrame(true, 2));
  EXPECT_EQ(Take(), (Ids{2}));
}

TEST(FrameAssemblerH264, NeedsTheParameterSetsBeforeTheIdr) {
  base::PacketPool pool;
  FrameAssembler assembler(Codec::kH264);
  const base::Time now(1000s);
  uint16_t number = 0;
  const auto add = [&](const Bytes& payload, bool marker, uint32_t timestamp, bool lost = false) {
    RtpHeader header;
    header.sequence_number = number++;
    header.marker = marker;
    header.timestamp = timestamp;
    Packet packet = MakeTestPacket(pool, header, payload);
    packet.codec = Codec::kH264;
    if (!lost) assembler.Add(packet);
  };
  // The SPS is lost: PPS and IDR alone are not taken for a keyframe.
  add({0x67, 0x42}, false, 1, true);
  add({0x68, 0xCE}, false, 1);
  add({0x65, 0x88}, true, 1);
  EXPECT_FALSE(assembler.Next(now));
  add({0x67, 0x42}, false, 2);
  add({0x68, 0xCE}, false, 2);
  add({0x65, 0x88}, true, 2);
  add({0x41, 0x9A}, true, 3);
  const auto key = assembler.Next(now);
  ASSERT_TRUE(key);
  EXPECT_TRUE(key->keyframe);
  EXPECT_EQ(key->timestamp, 2u);
  EXPECT_EQ(key->data,
            (Bytes{0, 0, 0, 1, 0x67, 0x42, 0, 0, 0, 1, 0x68, 0xCE, 0, 0, 0, 1, 0x65, 0x88}));
  const auto delta = assembler.Next(now);
  ASSERT_TRUE(delta);
  EXPECT_FALSE(delta->keyframe);
}

}  // namespace
}  // namespace plaza::rtp
