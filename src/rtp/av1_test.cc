// Looking into AV1 payloads.
#include "rtp/av1.h"

#include <gtest/gtest.h>

#include "rtp/testing/recording.h"

namespace plaza::rtp {
namespace {

using base::Bytes;

Bytes Join(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

TEST(Av1, ReadsTheAggregationHeader) {
  const auto payload = ParseAv1(Bytes{0xD0, 0x30, 0x01});
  ASSERT_TRUE(payload);
  EXPECT_TRUE(payload->continues && payload->continued);
  EXPECT_FALSE(payload->new_sequence);
  EXPECT_FALSE(ParseAv1(Bytes{0x10}));
  EXPECT_FALSE(ParseAv1(Bytes{0x98, 0x30})) << "a new sequence does not begin with a piece";
}

TEST(Av1, WalksOverElements) {
  const Bytes two = {0x20, 0x02, 0x30, 0xAA, 0x30, 0xBB, 0xCC};  // W = 2: the last has no length
  Av1ElementReader reader(two);
  EXPECT_EQ(reader.Next()->size(), 2u);
  EXPECT_EQ(reader.Next()->size(), 3u);
  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(reader.ok());

  const Bytes all_lengths = {0x00, 0x02, 0x30, 0xAA, 0x00, 0x03, 0x30, 0xBB, 0xCC};
  Av1ElementReader each(all_lengths);
  EXPECT_EQ(each.Next()->size(), 2u);
  EXPECT_EQ(each.Next()->size(), 3u) << "what is empty is passed over";
  EXPECT_FALSE(each.Next());
  EXPECT_TRUE(each.ok());
}

TEST(Av1, RefusesElementsThatPointOutside) {
  EXPECT_FALSE(ParseAv1(Bytes{0x20, 0x03, 0x30, 0xAA}));
  EXPECT_FALSE(ParseAv1(Bytes{0x00, 0x80, 0x80}));
  EXPECT_FALSE(ParseAv1(Bytes{0x20, 0x02, 0x30, 0xAA})) << "one of two";
}

TEST(Av1, KnowsASequenceHeaderAndItsSize) {
  base::PacketPool pool;
  const auto recording = testing::LoadRecording("av1_L1T1", pool);
  const auto first = ParseAv1(recording.packets.front().payload());
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->new_sequence && first->has_sequence_header && first->starts_key_picture());
  EXPECT_EQ(first->size, (PictureSize{1280, 720}));
  int key_pictures = 0;
  for (const Packet& packet : recording.packets) {
    const auto payload = ParseAv1(packet.payload());
    ASSERT_TRUE(payload);
    key_pictures += payload->starts_key_picture() ? 1 : 0;
  }
  EXPECT_EQ(key_pictures, 1);
}

TEST(Av1, ASequenceHeaderMayBeInPieces) {
  base::PacketPool pool;
  const auto recording = testing::LoadRecording("av1_L1T1", pool);
  Av1ElementReader reader(recording.packets.front().payload());
  const base::ByteView header = *reader.Next();
  ASSERT_TRUE(ReadAv1SequenceSize(header));
  const Bytes piece(header.begin(), header.begin() + 6);
  const auto first = ParseAv1(Join({{0x58}, piece}));
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->new_sequence && first->starts_key_picture());
  EXPECT_FALSE(first->has_sequence_header);
  for (size_t size = 0; size < 9; ++size) {
    EXPECT_FALSE(ReadAv1SequenceSize(header.first(size))) << size;
  }
}

TEST(Av1, ReadsASequenceHeaderWithTimingAndManyOperatingPoints) {
  base::PacketPool pool;
  const auto recording = testing::LoadRecording("av1_L3T3", pool);
  const auto first = ParseAv1(recording.packets.front().payload());
  ASSERT_TRUE(first);
  EXPECT_EQ(first->size, (PictureSize{1280, 720}));
}

}  // namespace
}  // namespace plaza::rtp
