// Walking over compound RTCP packets and writing them.
#include "rtp/rtcp/compound.h"

#include <gtest/gtest.h>

#include <array>

#include "rtp/rtcp/keyframe_request.h"
#include "rtp/rtcp/reports.h"

namespace plaza::rtp::rtcp {
namespace {

TEST(CompoundReader, WalksOverAllElements) {
  std::array<uint8_t, 200> room;
  CompoundWriter writer(room);
  ASSERT_TRUE(WriteReceiverReport(writer, 1));
  ASSERT_TRUE(WritePli(writer, {1, 2}));
  CompoundReader reader(writer.written());
  const auto first = reader.Next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->type, PacketType::kReceiverReport);
  const auto second = reader.Next();
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->Is(PacketType::kPayloadFeedback, kFormatPli));
  EXPECT_EQ(second->body.size(), 8u);
  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(reader.ok());
  EXPECT_TRUE(IsWellFormed(writer.written()));
}

TEST(CompoundReader, StopsAtATruncatedElement) {
  const base::Bytes bytes = {0x80, 201, 0, 1, 0, 0, 0, 1, 0x81, 206, 0, 2, 0, 0};
  CompoundReader reader(bytes);
  EXPECT_TRUE(reader.Next());
  EXPECT_TRUE(reader.ok());
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(reader.ok());
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(IsWellFormed(bytes));
}

TEST(CompoundReader, RefusesOtherVersions) {
  const base::Bytes bytes = {0x40, 201, 0, 0};
  EXPECT_FALSE(IsWellFormed(bytes));
}

TEST(CompoundReader, TakesPaddingOffTheLastElement) {
  const base::Bytes bytes = {0xA0, 203, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4};
  CompoundReader reader(bytes);
  const auto element = reader.Next();
  ASSERT_TRUE(element);
  EXPECT_EQ(element->body.size(), 4u);
}

// As browsers pad transport feedback: by what its deltas leave, and not only at the end.
TEST(CompoundReader, TakesAnyPaddingOffAnyElement) {
  const base::Bytes bytes = {0xAF, 205, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0x80, 203, 0, 0};
  CompoundReader reader(bytes);
  const auto element = reader.Next();
  ASSERT_TRUE(element);
  EXPECT_EQ(element->body.size(), 7u);
  EXPECT_TRUE(reader.Next());
  EXPECT_TRUE(reader.ok());
}

TEST(CompoundReader, RefusesPaddingThatIsZeroOrTooLong) {
  EXPECT_FALSE(IsWellFormed(base::Bytes{0xA0, 203, 0, 0}));
  EXPECT_FALSE(IsWellFormed(base::Bytes{0xA0, 203, 0, 1, 0, 0, 0, 0}));
  EXPECT_FALSE(IsWellFormed(base::Bytes{0xA0, 203, 0, 1, 0, 0, 0, 8}));
}

TEST(CompoundReader, NothingIsNotWellFormed) { EXPECT_FALSE(IsWellFormed({})); }

TEST(IsRtcp, TellsRtcpFromRtp) {
  EXPECT_TRUE(IsRtcp(base::Bytes{0x80, 200, 0, 6}));
  EXPECT_TRUE(IsRtcp(base::Bytes{0x8F, 205, 0, 6}));
  EXPECT_FALSE(IsRtcp(base::Bytes{0x80, 111, 0, 6}));
  EXPECT_FALSE(IsRtcp(base::Bytes{0x80, 0x80 | 111, 0, 6}));
  EXPECT_FALSE(IsRtcp(base::Bytes{0x00, 200, 0, 6}));
  EXPECT_FALSE(IsRtcp(base::Bytes{0x80, 200}));
}

TEST(CompoundWriter, WhatDoesNotFitIsLeftOut) {
  std::array<uint8_t, 20> room;
  CompoundWriter writer(room);
  ASSERT_TRUE(WritePli(writer, {1, 2}));
  EXPECT_EQ(writer.remaining(), 4u);
  EXPECT_FALSE(WritePli(writer, {1, 3}));
  EXPECT_EQ(writer.written().size(), 12u);
  ASSERT_TRUE(WriteReceiverReport(writer, 1));
  EXPECT_EQ(writer.remaining(), 0u);
  EXPECT_FALSE(WriteReceiverReport(writer, 1));
  EXPECT_TRUE(IsWellFormed(writer.written()));
}

}  // namespace
}  // namespace plaza::rtp::rtcp
