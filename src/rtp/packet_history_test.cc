// Packets by sequence number, and unwrapping RTX.
#include "rtp/packet_history.h"

#include <gtest/gtest.h>

#include "rtp/rtx.h"
#include "rtp/test_packet.h"

namespace plaza::rtp {
namespace {

using namespace std::chrono_literals;

class PacketHistoryTest : public testing::Test {
 protected:
  void Add(int number, base::Time arrival = base::Time(1000s)) {
    RtpHeader header;
    header.sequence_number = static_cast<uint16_t>(number);
    history_.Add(MakeTestPacket(pool_, header, {}, {}, arrival));
  }
  bool Has(int number, base::Time now = base::Time(1000s)) const {
    const Packet* packet = history_.Find(static_cast<uint16_t>(number), now);
    EXPECT_TRUE(!packet || packet->header.sequence_number == static_cast<uint16_t>(number));
    return packet != nullptr;
  }

  base::PacketPool pool_;
  PacketHistory history_{60, 2s};
};

TEST_F(PacketHistoryTest, FindsWhatItHolds) {
  EXPECT_EQ(history_.capacity(), 64u);
  EXPECT_FALSE(Has(5));
  Add(5);
  Add(6);
  Add(9);
  EXPECT_TRUE(Has(5));
  EXPECT_TRUE(Has(9));
  EXPECT_FALSE(Has(7));
  Add(7);
  EXPECT_TRUE(Has(7));
}

TEST_F(PacketHistoryTest, HoldsTheLastOnesAcrossTheWrap) {
  for (int i = 65'500; i < 65'600; ++i) Add(i);
  for (int i = 65'536; i < 65'600; ++i) EXPECT_TRUE(Has(i)) << i;
  EXPECT_FALSE(Has(65'535));
}

TEST_F(PacketHistoryTest, AGapPushesOutWhatItPassesOver) {
  Add(0);
  Add(1);
  Add(64);
  EXPECT_FALSE(Has(0));
  EXPECT_TRUE(Has(1));
  Add(1'000);
  EXPECT_FALSE(Has(1));
  EXPECT_FALSE(Has(64));
  EXPECT_TRUE(Has(1'000));
}

TEST_F(PacketHistoryTest, TooLateOnesAreNotStored) {
  Add(100);
  Add(36);
  EXPECT_FALSE(Has(36));
  EXPECT_TRUE(Has(100));
  Add(37);
  EXPECT_TRUE(Has(37));
}

TEST_F(PacketHistoryTest, TooOldOnesAreNotFound) {
  Add(1);
  EXPECT_TRUE(Has(1, base::Time(1002s)));
  EXPECT_FALSE(Has(1, base::Time(1002s + 1us)));
}

TEST_F(PacketHistoryTest, ExpireGivesBuffersBack) {
  for (int i = 0; i < 10; ++i) Add(i, base::Time(1000s + i * 100ms));
  Add(20, base::Time(1001s));
  history_.Expire(base::Time(1002s + 450ms));
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(Has(i)) << i;
  for (int i = 5; i < 10; ++i) EXPECT_TRUE(Has(i)) << i;
  history_.Expire(base::Time(1010s));
  const size_t before = pool_.allocated();
  for (int i = 0; i < 11; ++i) ASSERT_TRUE(pool_.Acquire());
  EXPECT_EQ(pool_.allocated(), before);
  Add(21, base::Time(1010s));
  EXPECT_TRUE(Has(21, base::Time(1010s)));
}

TEST_F(PacketHistoryTest, ClearForgetsAllAndStartsAnywhere) {
  Add(1);
  history_.Clear();
  EXPECT_FALSE(Has(1));
  Add(40'000);
  EXPECT_TRUE(Has(40'000));
}

TEST(Rtx, GivesBackTheOriginal) {
  base::PacketPool pool;
  RtpHeader header;
  header.payload_type = 97;
  header.sequence_number = 1;
  header.timestamp = 1234;
  header.ssrc = 50;
  header.marker = true;
  const Packet rtx = MakeTestPacket(pool, header, base::Bytes{0xAB, 0xCD, 'x', 'y'});
  const auto packet = UnwrapRtx(rtx, 40, 96);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->header.ssrc, 40u);
  EXPECT_EQ(packet->header.payload_type, 96);
  EXPECT_EQ(packet->header.sequence_number, 0xABCD);
  EXPECT_EQ(packet->header.timestamp, 1234u);
  EXPECT_TRUE(packet->header.marker);
  EXPECT_TRUE(packet->recovered);
  EXPECT_EQ(base::AsText(packet->payload()), "xy");
  EXPECT_EQ(packet->buffer.view().data(), rtx.buffer.view().data());
}

TEST(Rtx, PaddingIsNoPacket) {
  base::PacketPool pool;
  for (const size_t size : {0, 1, 2}) {
    EXPECT_FALSE(UnwrapRtx(MakeTestPacket(pool, {}, base::Bytes(size)), 1, 2)) << size;
  }
}

}  // namespace
}  // namespace plaza::rtp
