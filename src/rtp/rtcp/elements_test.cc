// Each RTCP element: known bytes, round trip, truncation.
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <vector>

#include "base/encoding.h"
#include "rtp/rtcp/bye.h"
#include "rtp/rtcp/extended_report.h"
#include "rtp/rtcp/keyframe_request.h"
#include "rtp/rtcp/nack.h"
#include "rtp/rtcp/remb.h"
#include "rtp/rtcp/reports.h"
#include "rtp/rtcp/source_description.h"

namespace plaza::rtp::rtcp {
namespace {

class ElementTest : public testing::Test {
 protected:
  Element Only() {
    CompoundReader reader(writer_.written());
    const auto element = reader.Next();
    EXPECT_TRUE(element);
    EXPECT_FALSE(reader.Next());
    EXPECT_TRUE(reader.ok());
    return element.value_or(Element{});
  }
  // `parses` must hold for the element written, and not for any shorter body.
  void ExpectRefusesTruncation(const std::function<bool(const Element&)>& parses) {
    Element element = Only();
    EXPECT_TRUE(parses(element));
    const base::ByteView body = element.body;
    for (size_t size = 0; size < body.size(); ++size) {
      element.body = body.first(size);
      EXPECT_FALSE(parses(element)) << size;
    }
    element.body = body;
    element.type = PacketType::kApplication;
    EXPECT_FALSE(parses(element));
  }

  std::array<uint8_t, 1400> room_;
  CompoundWriter writer_{room_};
};

TEST_F(ElementTest, SenderReportRoundTrips) {
  ReportBlock block;
  block.ssrc = 7;
  block.fraction_lost = 64;
  block.cumulative_lost = -3;
  block.highest_sequence_number = 0x10005;
  block.jitter = 90;
  block.last_sender_report = 0xAABBCCDD;
  block.delay_since_sender_report = 65536;
  ASSERT_TRUE(WriteSenderReport(writer_, {1, {2, 3}, 4, 5, 6, {}}, std::array{block}));
  EXPECT_EQ(writer_.written().size(), 28u + 24u);
  const auto report = ParseSenderReport(Only());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->sender_ssrc, 1u);
  EXPECT_EQ(report->ntp, (NtpTime{2, 3}));
  EXPECT_EQ(report->rtp_timestamp, 4u);
  EXPECT_EQ(report->packet_count, 5u);
  EXPECT_EQ(report->octet_count, 6u);
  ASSERT_EQ(report->blocks.size(), 1u);
  const ReportBlock read = report->blocks[0];
  EXPECT_EQ(read.ssrc, 7u);
  EXPECT_EQ(read.fraction_lost, 64);
  EXPECT_EQ(read.cumulative_lost, -3);
  EXPECT_EQ(read.highest_sequence_number, 0x10005u);
  EXPECT_EQ(read.jitter, 90u);
  EXPECT_EQ(read.last_sender_report, 0xAABBCCDDu);
  EXPECT_EQ(read.delay_since_sender_report, 65536u);
  ExpectRefusesTruncation([](const Element& e) { return ParseSenderReport(e).has_value(); });
}

TEST_F(ElementTest, ReceiverReportHoldsAtMostThirtyOneBlocks) {
  std::vector<ReportBlock> blocks(40);
  for (uint32_t i = 0; i < blocks.size(); ++i) blocks[i].ssrc = i;
  ASSERT_TRUE(WriteReceiverReport(writer_, 9, blocks));
  const auto report = ParseReceiverReport(Only());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->sender_ssrc, 9u);
  ASSERT_EQ(report->blocks.size(), kMaxReportBlocks);
  EXPECT_EQ(report->blocks[30].ssrc, 30u);
  EXPECT_EQ(ReportBlocksOf(Only()).size(), kMaxReportBlocks);
  ExpectRefusesTruncation([](const Element& e) { return ParseReceiverReport(e).has_value(); });
}

TEST_F(ElementTest, CumulativeLossSaturatesAtTwentyFourBits) {
  std::array<ReportBlock, 2> blocks;
  blocks[0].cumulative_lost = 0x1000000;
  blocks[1].cumulative_lost = -0x1000000;
  ASSERT_TRUE(WriteReceiverReport(writer_, 9, blocks));
  const auto report = ParseReceiverReport(Only());
  EXPECT_EQ(report->blocks[0].cumulative_lost, 0x7FFFFF);
  EXPECT_EQ(report->blocks[1].cumulative_lost, -0x800000);
}

TEST_F(ElementTest, CnameHasTheBytesOfTheRfc) {
  ASSERT_TRUE(WriteCname(writer_, 0x01020304, "ab"));
  // Header, SSRC, type 1, size 2, "ab", a zero that ends the list, zeros up to a word.
  EXPECT_EQ(base::HexEncode(writer_.written()),
            "81ca00030102030401026162"
            "00000000");
}

TEST_F(ElementTest, CnameRoundTripsAtAnySize) {
  for (size_t size = 0; size <= 255; ++size) {
    CompoundWriter writer(room_);
    const std::string name(size, 'n');
    ASSERT_TRUE(WriteCname(writer, 5, name));
    SdesReader reader(*CompoundReader(writer.written()).Next());
    const auto item = reader.Next();
    ASSERT_TRUE(item) << size;
    EXPECT_EQ(item->ssrc, 5u);
    EXPECT_EQ(item->type, kSdesCname);
    EXPECT_EQ(item->text, name);
    EXPECT_FALSE(reader.Next());
    EXPECT_TRUE(reader.ok());
  }
  EXPECT_FALSE(WriteCname(writer_, 5, std::string(256, 'n')));
}

TEST_F(ElementTest, SdesReadsSeveralChunksAndItems) {
  const base::Bytes body = {0, 0, 0, 1, 1, 1, 'a', 2,   1, 'b', 0, 0,   // CNAME and NAME
                            0, 0, 0, 2, 1, 2, 'c', 'd', 0, 0,   0, 0};  // CNAME
  SdesReader reader({PacketType::kSourceDescription, 2, body});
  EXPECT_EQ(reader.Next()->text, "a");
  EXPECT_EQ(reader.Next()->text, "b");
  const auto third = reader.Next();
  ASSERT_TRUE(third);
  EXPECT_EQ(third->ssrc, 2u);
  EXPECT_EQ(third->text, "cd");
  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(reader.ok());
}

TEST_F(ElementTest, SdesEndsAtAnItemThatPointsOutside) {
  const base::Bytes body = {0, 0, 0, 1, 1, 9, 'a', 'b'};
  SdesReader reader({PacketType::kSourceDescription, 1, body});
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(reader.ok());
}

TEST_F(ElementTest, ByeRoundTripsWithReason) {
  ASSERT_TRUE(WriteBye(writer_, std::array<uint32_t, 2>{10, 20}, "left"));
  const auto bye = ParseBye(Only());
  ASSERT_TRUE(bye);
  ASSERT_EQ(bye->ssrcs.size(), 2u);
  EXPECT_EQ(bye->ssrcs[1], 20u);
  EXPECT_TRUE(bye->ssrcs.Contains(10));
  EXPECT_FALSE(bye->ssrcs.Contains(11));
  EXPECT_EQ(bye->reason, "left");
}

TEST_F(ElementTest, ByeRefusesMissingSourcesAndLongReasons) {
  const base::Bytes body = {0, 0, 0, 1, 5, 'a', 'b', 'c'};
  EXPECT_TRUE(ParseBye({PacketType::kBye, 1, base::ByteView(body).first(4)}));
  EXPECT_FALSE(ParseBye({PacketType::kBye, 1, body}));
  EXPECT_FALSE(ParseBye({PacketType::kBye, 3, body}));
  EXPECT_FALSE(WriteBye(writer_, std::vector<uint32_t>(32), ""));
}

std::vector<uint16_t> Lost(const Nack& nack) {
  std::vector<uint16_t> lost;
  nack.ForEach([&](uint16_t n) { lost.push_back(n); });
  return lost;
}

TEST_F(ElementTest, NackPacksSixteenBehindOneAcrossTheWrap) {
  const std::vector<uint16_t> lost = {65530, 65535, 0, 10, 11, 500};
  ASSERT_EQ(WriteNack(writer_, 1, 2, lost), lost.size());
  EXPECT_EQ(writer_.written().size(), 12u + 3 * 4);
  const auto nack = ParseNack(Only());
  ASSERT_TRUE(nack);
  EXPECT_EQ(nack->sender_ssrc, 1u);
  EXPECT_EQ(nack->media_ssrc, 2u);
  EXPECT_EQ(Lost(*nack), lost);
}

TEST_F(ElementTest, NackWritesWhatFitsAndSaysHowMuch) {
  std::vector<uint16_t> lost(100);
  for (size_t i = 0; i < lost.size(); ++i) lost[i] = static_cast<uint16_t>(i * 100);
  CompoundWriter small(std::span<uint8_t>(room_).first(12 + 10 * 4 + 3));
  EXPECT_EQ(WriteNack(small, 1, 2, lost), 10u);
  EXPECT_TRUE(IsWellFormed(small.written()));
  EXPECT_EQ(WriteNack(small, 1, 2, lost), 0u);
  EXPECT_EQ(WriteNack(writer_, 1, 2, {}), 0u);
  EXPECT_TRUE(writer_.empty());
}

TEST_F(ElementTest, NackWithoutItemsIsRefused) {
  const base::Bytes body(8);
  EXPECT_FALSE(ParseNack({PacketType::kTransportFeedback, kFormatNack, body}));
}

TEST_F(ElementTest, PliAndFirRoundTrip) {
  ASSERT_TRUE(WritePli(writer_, {1, 2}));
  ASSERT_TRUE(WriteFir(writer_, 3, std::array{FirEntry{4, 5}, FirEntry{6, 7}}));
  CompoundReader reader(writer_.written());
  const auto pli = ParsePli(*reader.Next());
  ASSERT_TRUE(pli);
  EXPECT_EQ(pli->media_ssrc, 2u);
  const auto fir = ParseFir(*reader.Next());
  ASSERT_TRUE(fir);
  ASSERT_EQ(fir->size(), 2u);
  EXPECT_EQ((*fir)[1].ssrc, 6u);
  EXPECT_EQ((*fir)[1].sequence_number, 7);
  EXPECT_FALSE(WriteFir(writer_, 3, {}));
}

TEST_F(ElementTest, KeyframeRequestsRefuseShortBodies) {
  const base::Bytes body(12);
  for (size_t size = 0; size < body.size(); ++size) {
    const base::ByteView part = base::ByteView(body).first(size);
    EXPECT_EQ(ParsePli({PacketType::kPayloadFeedback, kFormatPli, part}).has_value(), size >= 8);
    EXPECT_FALSE(ParseFir({PacketType::kPayloadFeedback, kFormatFir, part}));
  }
}

TEST_F(ElementTest, RembRoundTripsToEighteenBits) {
  const std::array<uint32_t, 2> ssrcs = {7, 8};
  for (const int64_t bps : std::initializer_list<int64_t>{0, 1, 262143, 262144, 1'000'000,
                                                          123'456'789, int64_t{1} << 60}) {
    CompoundWriter writer(room_);
    ASSERT_TRUE(WriteRemb(writer, 1, base::DataRate::BitsPerSecond(bps), ssrcs));
    const auto remb = ParseRemb(*CompoundReader(writer.written()).Next());
    ASSERT_TRUE(remb) << bps;
    EXPECT_LE(remb->rate.bps(), bps);
    EXPECT_GE(remb->rate.bps(), bps - (bps >> 17));
    EXPECT_EQ(remb->ssrcs.size(), 2u);
    EXPECT_EQ(remb->ssrcs[1], 8u);
  }
}

TEST_F(ElementTest, RembRefusesOverflowOtherIdentifiersAndTruncation) {
  ASSERT_TRUE(WriteRemb(writer_, 1, base::DataRate::KilobitsPerSecond(500), std::array{7u}));
  ExpectRefusesTruncation([](const Element& e) { return ParseRemb(e).has_value(); });
  room_[4 + 8] = 'r';
  EXPECT_FALSE(ParseRemb(Only()));
  room_[4 + 8] = 'R';
  EXPECT_TRUE(ParseRemb(Only()));
  room_[4 + 13] = 0xFF;  // exponent 63
  EXPECT_FALSE(ParseRemb(Only()));
}

TEST_F(ElementTest, ExtendedReportsRoundTrip) {
  ASSERT_TRUE(WriteReferenceTime(writer_, 1, {2, 3}));
  ASSERT_TRUE(WriteDlrr(writer_, 1, std::array{DlrrItem{4, 5, 6}, DlrrItem{7, 8, 9}}));
  CompoundReader reader(writer_.written());
  const auto asked = ParseExtendedReport(*reader.Next());
  ASSERT_TRUE(asked && asked->reference_time);
  EXPECT_EQ(*asked->reference_time, (NtpTime{2, 3}));
  const auto answered = ParseExtendedReport(*reader.Next());
  ASSERT_TRUE(answered);
  EXPECT_FALSE(answered->reference_time);
  ASSERT_EQ(answered->dlrr_size(), 2u);
  EXPECT_EQ(answered->dlrr_item(1).ssrc, 7u);
  EXPECT_EQ(answered->dlrr_item(1).delay_since_receiver_report, 9u);
}

TEST_F(ElementTest, ExtendedReportsSkipUnknownBlocksAndRefuseBadSizes) {
  const base::Bytes good = {0, 0, 0, 1, 99, 0, 0, 1, 1, 2, 3, 4,
                            4, 0, 0, 2, 0,  0, 0, 5, 0, 0, 0, 6};
  const auto report = ParseExtendedReport({PacketType::kExtendedReport, 0, good});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->reference_time->seconds, 5u);
  const base::Bytes short_time = {0, 0, 0, 1, 4, 0, 0, 1, 1, 2, 3, 4};
  EXPECT_FALSE(ParseExtendedReport({PacketType::kExtendedReport, 0, short_time}));
  const base::Bytes odd_dlrr = {0, 0, 0, 1, 5, 0, 0, 1, 1, 2, 3, 4};
  EXPECT_FALSE(ParseExtendedReport({PacketType::kExtendedReport, 0, odd_dlrr}));
  const base::Bytes outside = {0, 0, 0, 1, 5, 0, 0, 9, 1, 2, 3, 4};
  EXPECT_FALSE(ParseExtendedReport({PacketType::kExtendedReport, 0, outside}));
}

}  // namespace
}  // namespace plaza::rtp::rtcp
