#include "sctp/internal/packet.h"

#include "sctp/internal/crc32c.h"
#include "sctp/testing/test_outbox.h"

namespace plaza::sctp::internal {
namespace {

base::Bytes WithChecksum(base::Bytes packet) {
  base::StoreU32(packet.data() + 8, ChecksumOf(packet));
  return packet;
}

base::Bytes Packet(std::initializer_list<uint8_t> chunks) {
  base::Bytes packet = {0x13, 0x88, 0x13, 0x89, 1, 2, 3, 4, 0, 0, 0, 0};
  packet.insert(packet.end(), chunks);
  return WithChecksum(packet);
}

std::optional<PacketFault> FaultOf(const base::Bytes& packet) {
  PacketFault fault{};
  if (ParsePacket(packet, fault)) return std::nullopt;
  return fault;
}

TEST(Packet, IsReadIntoHeaderAndChunks) {
  PacketFault fault{};
  const base::Bytes bytes = Packet({9, 1, 0, 5, 42, 0, 0, 0, 11, 0, 0, 4});
  const auto packet = ParsePacket(bytes, fault);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->header.source_port, 5000);
  EXPECT_EQ(packet->header.destination_port, 5001);
  EXPECT_EQ(packet->header.verification_tag, 0x01020304u);
  ChunkReader reader(packet->chunks);
  const auto first = reader.Next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->type, ChunkType::kError);
  EXPECT_EQ(first->flags, 1);
  EXPECT_EQ(base::Bytes(first->value.begin(), first->value.end()), base::Bytes{42});
  EXPECT_EQ(reader.Next()->type, ChunkType::kCookieAck);
  EXPECT_FALSE(reader.Next());
}

TEST(Packet, IsMalformedWithoutChunksOrWithBrokenOnes) {
  EXPECT_EQ(FaultOf({}), PacketFault::kMalformed);
  EXPECT_EQ(FaultOf(Packet({})), PacketFault::kMalformed);
  EXPECT_EQ(FaultOf(Packet({11, 0, 0, 3})), PacketFault::kMalformed);     // shorter than its header
  EXPECT_EQ(FaultOf(Packet({11, 0, 0, 8, 0})), PacketFault::kMalformed);  // beyond the end
  EXPECT_EQ(FaultOf(Packet({11, 0, 0, 4, 1})), PacketFault::kMalformed);  // something behind
  EXPECT_EQ(FaultOf(Packet({11, 0, 0, 5, 1})), std::nullopt);             // padding may be missing
}

TEST(Packet, WithAWrongChecksumIsRefused) {
  base::Bytes packet = Packet({11, 0, 0, 4});
  for (size_t i = 0; i < packet.size() - 4; ++i) {
    packet[i] ^= 0x10;
    EXPECT_EQ(FaultOf(packet), PacketFault::kChecksum) << i;
    packet[i] ^= 0x10;
  }
}

TEST(Outbox, BundlesChunksUntilAPacketIsFull) {
  TestOutbox box(100);
  EXPECT_EQ(box.out.max_value(), 84u);
  WriteBytes(ChunkType::kHeartbeat, base::Bytes(30, 1), box.out);
  EXPECT_EQ(box.out.room(), 100u - 12 - 36 - 4);
  WriteBytes(ChunkType::kHeartbeat, base::Bytes(48, 2), box.out);
  EXPECT_EQ(box.out.room(), 0u);
  EXPECT_TRUE(box.packets.empty());
  WriteBytes(ChunkType::kHeartbeat, base::Bytes(1, 3), box.out);
  ASSERT_EQ(box.packets.size(), 1u);
  EXPECT_EQ(box.packets[0].size(), 100u);
  EXPECT_EQ(box.Chunks().size(), 3u);
}

TEST(Outbox, SendsWhatIsBegunBeforeTheTagChanges) {
  TestOutbox box;
  box.out.SetTag(1);
  WriteEmpty(ChunkType::kCookieAck, box.out);
  box.out.SetTag(2);
  WriteEmpty(ChunkType::kShutdownAck, box.out);
  box.out.Flush();
  ASSERT_EQ(box.packets.size(), 2u);
  EXPECT_EQ(base::LoadU32(box.packets[0].data() + 4), 1u);
  EXPECT_EQ(base::LoadU32(box.packets[1].data() + 4), 2u);
}

TEST(ParameterReader, StopsAtTheFirstThatDoesNotFit) {
  const base::Bytes bytes = {0, 1, 0, 5, 9, 0, 0, 0, 0, 2, 0, 4, 0, 3, 0, 9, 1};
  ParameterReader reader(bytes);
  EXPECT_EQ(reader.Next()->type, 1);
  EXPECT_EQ(reader.Next()->type, 2);
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(reader.Next());
}

}  // namespace
}  // namespace plaza::sctp::internal
