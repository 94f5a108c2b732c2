// Parsing RTP packets.
#include "rtp/packet.h"

#include <gtest/gtest.h>

#include "rtp/test_packet.h"

namespace plaza::rtp {
namespace {

using namespace std::chrono_literals;

class PacketTest : public testing::Test {
 protected:
  std::optional<Packet> Parse(const base::Bytes& bytes) {
    return ParsePacket(pool_.Copy(bytes), base::Time(5s));
  }

  static base::Bytes Plain() {
    return {0x80, 0xE0, 0x12, 0x34, 0, 0, 0, 9, 0xDE, 0xAD, 0xBE, 0xEF, 'a', 'b', 'c'};
  }

  base::PacketPool pool_;
};

TEST_F(PacketTest, ReadsTheFixedHeader) {
  const auto packet = Parse(Plain());
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->header.payload_type, 96);
  EXPECT_TRUE(packet->header.marker);
  EXPECT_EQ(packet->header.sequence_number, 0x1234);
  EXPECT_EQ(packet->header.timestamp, 9u);
  EXPECT_EQ(packet->header.ssrc, 0xDEADBEEF);
  EXPECT_EQ(packet->arrival, base::Time(5s));
  EXPECT_EQ(base::AsText(packet->payload()), "abc");
  EXPECT_EQ(packet->padding_size, 0);
  EXPECT_EQ(packet->codec, Codec::kUnknown);
}

TEST_F(PacketTest, ReadsCsrcsAndExtensionBounds) {
  base::Bytes bytes = {0x92, 0x60, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5};
  const base::Bytes extension = {0xBE, 0xDE, 0, 1, 0x10, 0xAA, 0, 0};
  bytes.insert(bytes.end(), extension.begin(), extension.end());
  bytes.push_back('x');
  const auto packet = Parse(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->header.csrc_count, 2);
  EXPECT_EQ(packet->header.csrcs[1], 5u);
  EXPECT_EQ(packet->header.extension_profile, 0xBEDE);
  EXPECT_EQ(packet->header.extension_offset, 24);
  EXPECT_EQ(packet->header.extension_size, 4);
  EXPECT_EQ(base::AsText(packet->payload()), "x");
}

TEST_F(PacketTest, TakesPaddingOffThePayload) {
  base::Bytes bytes = Plain();
  bytes[0] |= 0x20;
  bytes.insert(bytes.end(), {0, 0, 3});
  const auto packet = Parse(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->padding_size, 3);
  EXPECT_EQ(base::AsText(packet->payload()), "abc");
}

TEST_F(PacketTest, AcceptsPaddingOnly) {
  base::Bytes bytes = Plain();
  bytes[0] |= 0x20;
  bytes.resize(12);
  bytes.insert(bytes.end(), {0, 0, 0, 4});
  const auto packet = Parse(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->payload_size, 0);
  EXPECT_EQ(packet->padding_size, 4);
}

TEST_F(PacketTest, RefusesPaddingOfZeroOrBeyondThePayload) {
  for (const uint8_t padding : {uint8_t{0}, uint8_t{5}}) {
    base::Bytes bytes = Plain();
    bytes[0] |= 0x20;
    bytes.push_back(padding);
    EXPECT_FALSE(Parse(bytes)) << int{padding};
  }
}

TEST_F(PacketTest, RefusesOtherVersions) {
  for (const uint8_t version : {0, 1, 3}) {
    base::Bytes bytes = Plain();
    bytes[0] = static_cast<uint8_t>(version << 6);
    EXPECT_FALSE(Parse(bytes));
  }
}

TEST_F(PacketTest, RefusesEveryTruncationOfAHeader) {
  base::Bytes bytes = {0x91, 0x60, 0, 1, 0,    0,    0, 2, 0,    0,    0, 3,
                       0,    0,    0, 4, 0xBE, 0xDE, 0, 1, 0x10, 0xAA, 0, 0};
  ASSERT_TRUE(Parse(bytes));
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(Parse(base::Bytes(bytes.begin(), bytes.begin() + size))) << size;
  }
}

TEST_F(PacketTest, RefusesAnExtensionWhoseSizeWrapsSixteenBits) {
  base::Bytes bytes = Plain();
  bytes[0] |= 0x10;
  bytes.resize(12);
  bytes.insert(bytes.end(), {0xBE, 0xDE, 0x40, 0x00, 1, 2, 3, 4});  // 16,384 words
  EXPECT_FALSE(Parse(bytes));
}

TEST(SsrcOf, ReadsRtpAndNothingElse) {
  const base::Bytes rtp = {0x80, 111, 0, 1, 0, 0, 0, 2, 0x12, 0x34, 0x56, 0x78, 9};
  EXPECT_EQ(SsrcOf(rtp), 0x12345678u);
  EXPECT_FALSE(SsrcOf(base::ByteView(rtp).first(11)));
  base::Bytes other = rtp;
  other[1] = 200;  // a sender report
  EXPECT_FALSE(SsrcOf(other));
  other = rtp;
  other[0] = 0x16;  // DTLS
  EXPECT_FALSE(SsrcOf(other));
}

TEST_F(PacketTest, RefusesANullBuffer) { EXPECT_FALSE(ParsePacket({}, {})); }

TEST(Codec, HasTheNameOfRtpmapAndAKind) {
  EXPECT_STREQ(ToString(Codec::kH264), "H264");
  EXPECT_STREQ(ToString(Codec::kVp8), "VP8");
  EXPECT_STREQ(ToString(Codec::kOpus), "opus");
  EXPECT_EQ(KindOf(Codec::kOpus), MediaKind::kAudio);
  EXPECT_EQ(KindOf(Codec::kRed), MediaKind::kAudio);
  EXPECT_EQ(KindOf(Codec::kVp8), MediaKind::kVideo);
}

}  // namespace
}  // namespace plaza::rtp
