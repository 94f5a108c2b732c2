// Which packets are kept.
#include "sfu/internal/packet_ring.h"

#include <gtest/gtest.h>

#include "rtp/test_packet.h"
#include "sfu/limits.h"

namespace plaza::sfu {
namespace {

using namespace std::chrono_literals;
constexpr base::Time kStart{1000s};

class PacketRingTest : public ::testing::Test {
 protected:
  const MediaPacket* Add(int64_t sequence, base::Time arrival = kStart) {
    rtp::RtpHeader header{.sequence_number = static_cast<uint16_t>(sequence)};
    return ring_.Add(
        {.packet = rtp::MakeTestPacket(pool_, header, {}, {}, arrival), .sequence = sequence});
  }
  base::PacketPool pool_{4096};
  PacketRing ring_{16};
};

TEST_F(PacketRingTest, KeepsTheLatestInAnyOrder) {
  EXPECT_TRUE(Add(100));
  EXPECT_TRUE(Add(102));
  EXPECT_TRUE(Add(101));
  EXPECT_EQ(ring_.newest(), 102);
  EXPECT_EQ(ring_.Find(101)->sequence, 101);
  EXPECT_EQ(ring_.Find(103), nullptr);
  EXPECT_EQ(ring_.FindWire(100)->sequence, 100);
}

TEST_F(PacketRingTest, RefusesDuplicatesAndWhatIsTooOld) {
  Add(100);
  EXPECT_EQ(Add(100), nullptr);
  Add(120);
  EXPECT_EQ(Add(104), nullptr);
  EXPECT_TRUE(Add(105));
}

TEST_F(PacketRingTest, OverwritesTheOldest) {
  for (int i = 0; i < 40; ++i) Add(i);
  EXPECT_EQ(ring_.Find(23), nullptr);
  EXPECT_TRUE(ring_.Find(24));
  EXPECT_TRUE(ring_.Find(39));
}

TEST_F(PacketRingTest, AJumpLetsGoOfEverythingBefore) {
  for (int i = 0; i < 16; ++i) Add(i);
  Add(1000);
  for (int i = 0; i < 16; ++i) EXPECT_EQ(ring_.Find(i), nullptr);
  EXPECT_TRUE(ring_.Find(1000));
}

TEST_F(PacketRingTest, LetsGoOfBuffersByAge) {
  for (int i = 0; i < 10; ++i) Add(i, kStart + 100ms * i);
  ring_.Trim(kStart + kHistoryAge + 450ms);
  EXPECT_EQ(ring_.Find(4), nullptr);
  EXPECT_TRUE(ring_.Find(5));
  ring_.Trim(kStart + 100s);
  EXPECT_TRUE(ring_.Find(9)) << "the newest stays";
  EXPECT_EQ(ring_.Find(8), nullptr);
}

TEST_F(PacketRingTest, FindsByTheNumberOnTheWireAcrossTheWrap) {
  for (int64_t i = 65530; i < 65540; ++i) Add(i);
  EXPECT_EQ(ring_.FindWire(65531)->sequence, 65531);
  EXPECT_EQ(ring_.FindWire(2)->sequence, 65538);
  EXPECT_EQ(ring_.FindWire(30000), nullptr);
}

TEST_F(PacketRingTest, NothingIsFoundAfterClear) {
  Add(5);
  ring_.Clear();
  EXPECT_EQ(ring_.Find(5), nullptr);
  EXPECT_EQ(ring_.newest(), std::nullopt);
  EXPECT_TRUE(Add(3));
}

}  // namespace
}  // namespace plaza::sfu
