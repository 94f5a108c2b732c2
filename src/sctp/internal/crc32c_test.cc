#include "sctp/internal/crc32c.h"

#include <gtest/gtest.h>

#include <numeric>

namespace plaza::sctp::internal {
namespace {

TEST(Crc32c, GivesThePublishedValues) {  // RFC 3720 appendix B.4
  base::Bytes ascending(32);
  std::iota(ascending.begin(), ascending.end(), uint8_t{0});
  EXPECT_EQ(Crc32c(base::AsBytes("123456789")), 0xE3069283);
  EXPECT_EQ(Crc32c(base::Bytes(32, 0)), 0x8A9136AA);
  EXPECT_EQ(Crc32c(base::Bytes(32, 0xFF)), 0x62A8AB43);
  EXPECT_EQ(Crc32c(ascending), 0x46DD794E);
  EXPECT_EQ(Crc32c({}), 0u);
}

TEST(Crc32c, OfAPacketLeavesItsOwnFieldOutAndIsLittleEndian) {
  base::Bytes packet(20, 7);
  const uint32_t checksum = ChecksumOf(packet);
  base::StoreU32(packet.data() + 8, checksum);
  EXPECT_EQ(ChecksumOf(packet), checksum);
  base::StoreU32(packet.data() + 8, 0);
  EXPECT_EQ(__builtin_bswap32(Crc32c(packet)), checksum);
}

}  // namespace
}  // namespace plaza::sctp::internal
