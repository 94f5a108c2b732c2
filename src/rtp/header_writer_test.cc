// Writing headers with extensions, and reading them back.
#include "rtp/header_writer.h"

#include <gtest/gtest.h>

#include <string>

#include "base/encoding.h"
#include "rtp/test_packet.h"

namespace plaza::rtp {
namespace {

class HeaderWriterTest : public testing::Test {
 protected:
  HeaderWriterTest() {
    for (uint8_t i = 0; i < static_cast<uint8_t>(Extension::kCount); ++i) {
      map_.Set(static_cast<Extension>(i), static_cast<uint8_t>(i + 1));
    }
    header_.payload_type = 111;
    header_.sequence_number = 7;
    header_.timestamp = 8;
    header_.ssrc = 9;
  }
  uint8_t Id(Extension kind) const { return map_.IdOf(kind); }
  Packet Through(const HeaderWriter& writer) {
    return MakeTestPacket(pool_, header_, base::AsBytes("payload"), writer);
  }

  base::PacketPool pool_;
  ExtensionMap map_;
  RtpHeader header_;
  std::array<uint8_t, kMaxHeaderSize> room_;
};

TEST_F(HeaderWriterTest, WithoutElementsThereIsNoExtension) {
  header_.marker = true;
  const auto written = HeaderWriter().Write(header_, room_);
  ASSERT_TRUE(written);
  EXPECT_EQ(base::HexEncode(written->bytes), "80ef00070000000800000009");
}

TEST_F(HeaderWriterTest, WritesOneByteElementsPaddedToAWord) {
  HeaderWriter writer;
  ASSERT_TRUE(writer.AddMid(1, "a1"));
  ASSERT_TRUE(writer.AddAudioLevel(4, {17, true}));
  const auto written = writer.Write(header_, room_);
  ASSERT_TRUE(written);
  EXPECT_EQ(base::HexEncode(written->bytes.subspan(12)),
            "bede0002116131409100"
            "0000");
}

TEST_F(HeaderWriterTest, RoundTripsCsrcs) {
  header_.csrc_count = 15;
  for (uint32_t i = 0; i < 15; ++i) header_.csrcs[i] = i * 1000;
  const Packet packet = Through(HeaderWriter());
  EXPECT_EQ(packet.header.csrc_count, 15);
  EXPECT_EQ(packet.header.csrcs, header_.csrcs);
  EXPECT_EQ(base::AsText(packet.payload()), "payload");
}

TEST_F(HeaderWriterTest, RoundTripsEveryTypedElement) {
  HeaderWriter writer;
  const uint8_t offset[3] = {0xFF, 0xFF, 0xFE};
  const uint8_t delay[3] = {0x00, 0xA0, 0x14};
  ASSERT_TRUE(writer.AddMid(Id(Extension::kMid), "video-1"));
  ASSERT_TRUE(writer.Add(Id(Extension::kRid), base::AsBytes("hi")));
  ASSERT_TRUE(writer.Add(Id(Extension::kRepairedRid), base::AsBytes("lo")));
  ASSERT_TRUE(writer.AddAudioLevel(Id(Extension::kAudioLevel), {30, true}));
  ASSERT_TRUE(writer.AddTransportCc(Id(Extension::kTransportCc)));
  ASSERT_TRUE(writer.AddAbsSendTime(Id(Extension::kAbsSendTime)));
  ASSERT_TRUE(writer.AddVideoOrientation(Id(Extension::kVideoOrientation), {3, true, false}));
  ASSERT_TRUE(writer.Add(Id(Extension::kTimestampOffset), offset));
  ASSERT_TRUE(writer.Add(Id(Extension::kPlayoutDelay), delay));
  const Packet packet = Through(writer);
  EXPECT_EQ(packet.header.extension_profile, kOneByteProfile);
  EXPECT_EQ(ReadMid(packet, map_), "video-1");
  EXPECT_EQ(ReadRid(packet, map_), "hi");
  EXPECT_EQ(ReadRepairedRid(packet, map_), "lo");
  EXPECT_EQ(ReadAudioLevel(packet, map_)->level, 30);
  EXPECT_TRUE(ReadAudioLevel(packet, map_)->voice);
  EXPECT_EQ(ReadTransportSequenceNumber(packet, map_), 0);
  EXPECT_EQ(ReadAbsSendTime(packet, map_), 0u);
  EXPECT_EQ(ReadVideoOrientation(packet, map_)->quarter_turns, 3);
  EXPECT_TRUE(ReadVideoOrientation(packet, map_)->flip);
  EXPECT_FALSE(ReadVideoOrientation(packet, map_)->back_camera);
  EXPECT_EQ(ReadTimestampOffset(packet, map_), -2);
  EXPECT_EQ(ReadPlayoutDelay(packet, map_)->min, 10);
  EXPECT_EQ(ReadPlayoutDelay(packet, map_)->max, 20);
}

TEST_F(HeaderWriterTest, StampsWhatTheTransportKnows) {
  HeaderWriter writer;
  writer.AddMid(Id(Extension::kMid), "0");
  writer.AddTransportCc(Id(Extension::kTransportCc));
  writer.AddAbsSendTime(Id(Extension::kAbsSendTime));
  const auto written = writer.Write(header_, room_);
  ASSERT_TRUE(written);
  ASSERT_NE(written->transport_cc_offset, 0);
  ASSERT_NE(written->abs_send_time_offset, 0);
  StampTransportCc(written->bytes, written->transport_cc_offset, 0xABCD);
  StampAbsSendTime(written->bytes, written->abs_send_time_offset, 0x123456);
  const auto packet = ParsePacket(pool_.Copy(written->bytes), {});
  ASSERT_TRUE(packet);
  EXPECT_EQ(ReadTransportSequenceNumber(*packet, map_), 0xABCD);
  EXPECT_EQ(ReadAbsSendTime(*packet, map_), 0x123456u);
  EXPECT_EQ(ReadMid(*packet, map_), "0");
}

TEST_F(HeaderWriterTest, GoesTwoByteForHighIdsEmptyAndLongValues) {
  const std::string text(40, 'm');
  HeaderWriter writer;
  ASSERT_TRUE(writer.AddTransportCc(5));
  ASSERT_TRUE(writer.Add(200, base::AsBytes(text)));
  ASSERT_TRUE(writer.Add(20, {}));
  const auto written = writer.Write(header_, room_);
  ASSERT_TRUE(written);
  StampTransportCc(written->bytes, written->transport_cc_offset, 99);
  const auto packet = ParsePacket(pool_.Copy(written->bytes), {});
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->header.extension_profile, kTwoByteProfile);
  EXPECT_EQ(base::AsText(*FindExtension(*packet, 200)), text);
  EXPECT_EQ(FindExtension(*packet, 20)->size(), 0u);
  EXPECT_EQ(ReadTransportSequenceNumber(*packet, map_), 99);
}

TEST_F(HeaderWriterTest, RefusesIdZeroAndTooMuch) {
  HeaderWriter writer;
  EXPECT_FALSE(writer.AddMid(0, "x"));
  EXPECT_FALSE(writer.Add(1, base::Bytes(256)));
  EXPECT_TRUE(writer.Add(1, base::Bytes(255)));
  EXPECT_FALSE(writer.Add(2, base::Bytes(66)));
  EXPECT_TRUE(writer.Add(2, base::Bytes(65)));
  for (uint8_t id = 3; id <= kMaxExtensionElements; ++id) EXPECT_TRUE(writer.Add(id, {}));
  EXPECT_FALSE(writer.Add(100, {}));
}

TEST_F(HeaderWriterTest, TheLargestHeaderFitsTheNamedSizeAndNothingLess) {
  header_.csrc_count = 15;
  HeaderWriter writer;
  writer.Add(1, base::Bytes(255));
  writer.Add(2, base::Bytes(65));
  for (uint8_t id = 3; id <= kMaxExtensionElements; ++id) writer.Add(id, {});
  const auto written = writer.Write(header_, room_);
  ASSERT_TRUE(written);
  EXPECT_FALSE(writer.Write(header_, std::span(room_).first(written->bytes.size() - 1)));
}

TEST_F(HeaderWriterTest, ClearForgetsElements) {
  HeaderWriter writer;
  writer.Add(100, base::AsBytes("two-byte"));
  writer.AddTransportCc(5);
  writer.Clear();
  const auto written = writer.Write(header_, room_);
  EXPECT_EQ(written->bytes.size(), 12u);
  EXPECT_EQ(written->transport_cc_offset, 0);
}

TEST(ExtensionReader, SkipsPaddingAndStopsAtTheReservedId) {
  const base::Bytes bytes = {0, 0, 0x10, 0xAA, 0, 0xF0, 0x20, 0xBB};
  ExtensionReader reader(bytes, kOneByteProfile);
  const auto first = reader.Next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->id, 1);
  EXPECT_EQ(first->value[0], 0xAA);
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(reader.Next());
}

TEST(ExtensionReader, AnElementThatPointsOutsideEndsTheWalk) {
  for (const uint16_t profile : {kOneByteProfile, kTwoByteProfile}) {
    const base::Bytes bytes = {0x13, 0x09, 0xAA};
    ExtensionReader reader(bytes, profile);
    EXPECT_FALSE(reader.Next());
    EXPECT_FALSE(reader.Next());
  }
}

TEST(ExtensionReader, UnknownProfilesHaveNoElements) {
  const base::Bytes bytes = {0x10, 0xAA, 0, 0};
  EXPECT_FALSE(ExtensionReader(bytes, 0x2000).Next());
  EXPECT_FALSE(ExtensionReader(bytes, 0).Next());
}

TEST(ExtensionReader, TwoByteProfilesDifferInTheLowerFourBits) {
  const base::Bytes bytes = {0x10, 2, 0xAA, 0xBB};
  const auto element = ExtensionReader(bytes, 0x100F).Next();
  ASSERT_TRUE(element);
  EXPECT_EQ(element->id, 0x10);
  EXPECT_EQ(element->value.size(), 2u);
}

TEST(ExtensionReader, TypedAccessorsRefuseWrongSizes) {
  base::PacketPool pool;
  ExtensionMap map;
  map.Set(Extension::kTransportCc, 1);
  map.Set(Extension::kAbsSendTime, 2);
  map.Set(Extension::kVideoOrientation, 3);
  map.Set(Extension::kAudioLevel, 4);
  HeaderWriter writer;
  writer.Add(1, base::Bytes(3));
  writer.Add(2, base::Bytes(4));
  writer.Add(3, base::Bytes(2));
  writer.Add(4, base::Bytes(3));
  const Packet packet = MakeTestPacket(pool, {}, {}, writer);
  EXPECT_FALSE(ReadTransportSequenceNumber(packet, map));
  EXPECT_FALSE(ReadAbsSendTime(packet, map));
  EXPECT_FALSE(ReadVideoOrientation(packet, map));
  EXPECT_FALSE(ReadAudioLevel(packet, map));
  EXPECT_FALSE(ReadMid(packet, map));
}

TEST(ExtensionMap, KnowsUrisAndIdsBothWays) {
  ExtensionMap map;
  for (uint8_t i = 0; i < static_cast<uint8_t>(Extension::kCount); ++i) {
    const auto kind = static_cast<Extension>(i);
    ASSERT_FALSE(UriOf(kind).empty());
    EXPECT_EQ(ExtensionOf(UriOf(kind)), kind);
    EXPECT_EQ(map.IdOf(kind), 0);
  }
  EXPECT_FALSE(ExtensionOf("urn:unknown"));
  EXPECT_FALSE(map.Of(0));
  map.Set(Extension::kMid, 4);
  EXPECT_EQ(map.Of(4), Extension::kMid);
  EXPECT_FALSE(map.Of(5));
}

}  // namespace
}  // namespace plaza::rtp
