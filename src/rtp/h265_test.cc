// Looking into H.265 payloads.
#include "rtp/h265.h"

#include <gtest/gtest.h>

#include "rtp/testing/recording.h"

namespace plaza::rtp {
namespace {

using base::Bytes;

Bytes Unit(uint8_t type, uint8_t temporal_id, Bytes data) {
  data.insert(data.begin(),
              {static_cast<uint8_t>(type << 1), static_cast<uint8_t>(temporal_id + 1)});
  return data;
}

TEST(H265, ASingleUnitIsWhole) {
  const auto slice = ParseH265(Unit(1, 0, {0x80, 0x00}));
  ASSERT_TRUE(slice);
  EXPECT_TRUE(slice->starts_unit && slice->ends_unit && slice->starts_frame);
  EXPECT_FALSE(slice->starts_irap || slice->has_parameter_sets);
  EXPECT_FALSE(ParseH265(Unit(1, 0, {0x00, 0x80}))->starts_frame) << "not the first slice";
}

TEST(H265, KnowsPicturesThatNeedNoOther) {
  for (const uint8_t type : {16, 19, 20, 21}) {
    EXPECT_TRUE(ParseH265(Unit(type, 0, {0x80}))->starts_irap);
    EXPECT_FALSE(ParseH265(Unit(type, 0, {0x80}))->starts_frame) << "parameter sets go before";
    EXPECT_FALSE(ParseH265(Unit(type, 0, {0x00}))->starts_irap);
  }
  EXPECT_FALSE(ParseH265(Unit(9, 0, {0x80}))->starts_irap);
}

TEST(H265, TellsTemporalLayers) {
  const auto tsa = ParseH265(Unit(2, 2, {0x80}));
  EXPECT_EQ(tsa->temporal_id, 2);
  EXPECT_TRUE(tsa->layer_sync);
  EXPECT_TRUE(ParseH265(Unit(5, 1, {0x80}))->layer_sync);
  EXPECT_FALSE(ParseH265(Unit(1, 1, {0x80}))->layer_sync);
  EXPECT_FALSE(ParseH265(Bytes{0x02, 0x00, 0x80})) << "a temporal id of -1";
}

TEST(H265, AnAggregationPacketHoldsSeveralUnits) {
  const auto packet = ParseH265(Unit(48, 0, {0, 3, 0x40, 0x01, 0x0C, 0, 3, 0x28, 0x01, 0x80}));
  ASSERT_TRUE(packet);
  EXPECT_TRUE(packet->has_parameter_sets && packet->starts_irap && packet->starts_frame);
  EXPECT_FALSE(ParseH265(Unit(48, 0, {0, 9, 0x40, 0x01, 0x0C})));
  EXPECT_FALSE(ParseH265(Unit(48, 0, {0, 1, 0x40})));
  EXPECT_FALSE(ParseH265(Unit(48, 0, {})));
}

TEST(H265, FragmentsAreTold) {
  const auto start = ParseH265(Unit(49, 0, {0x80 | 19, 0x80}));
  ASSERT_TRUE(start);
  EXPECT_TRUE(start->starts_unit && start->starts_irap);
  EXPECT_FALSE(start->ends_unit);
  const auto end = ParseH265(Unit(49, 1, {0x40 | 2, 0xFF}));
  EXPECT_TRUE(end->ends_unit && end->layer_sync);
  EXPECT_FALSE(end->starts_unit || end->starts_irap);
  EXPECT_FALSE(ParseH265(Unit(49, 0, {0xC0 | 1, 0x80}))) << "both ends";
  EXPECT_FALSE(ParseH265(Unit(49, 0, {0x80})));
  EXPECT_FALSE(ParseH265(Unit(50, 0, {0x80, 0x80}))) << "PACI";
}

TEST(H265, ReadsTheSizeOfARealStream) {
  base::PacketPool pool;
  const auto recording = testing::LoadRecording("h265", pool);
  const auto first = ParseH265(recording.packets.front().payload());
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->has_parameter_sets && first->starts_frame);
  EXPECT_EQ(first->size, (PictureSize{640, 360}));
  int irap = 0;
  for (const Packet& packet : recording.packets) {
    const auto payload = ParseH265(packet.payload());
    ASSERT_TRUE(payload);
    irap += payload->starts_irap ? 1 : 0;
  }
  EXPECT_EQ(irap, 2);
}

}  // namespace
}  // namespace plaza::rtp
