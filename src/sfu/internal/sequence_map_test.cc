// Sequence numbers across runs, losses and skipped packets.
#include "sfu/internal/sequence_map.h"

#include <gtest/gtest.h>

namespace plaza::sfu {
namespace {

TEST(SequenceMap, ARunFollowsTheOneBefore) {
  SequenceMap map(500);
  map.Start(10);
  EXPECT_EQ(map.Map(10), 500);
  EXPECT_EQ(map.Map(11), 501);
  map.Start(90000);
  EXPECT_EQ(map.Map(90000), 502);
  EXPECT_EQ(map.Map(90001), 503);
}

TEST(SequenceMap, WhatWasLostKeepsItsPlace) {
  SequenceMap map(0);
  map.Start(10);
  EXPECT_EQ(map.Map(10), 0);
  EXPECT_EQ(map.Map(13), 3);
  EXPECT_EQ(map.Map(11), 1);
  EXPECT_EQ(map.Map(12), 2);
  EXPECT_EQ(map.last_out(), 3);
}

TEST(SequenceMap, WhatIsOlderThanTheRunHasNoPlace) {
  SequenceMap map(0);
  map.Start(10);
  map.Map(10);
  EXPECT_EQ(map.Map(9), std::nullopt);
  map.Start(5);
  EXPECT_EQ(map.Map(4), std::nullopt);
}

TEST(SequenceMap, SkippedPacketsLeaveNoGap) {
  SequenceMap map(0);
  map.Start(10);
  EXPECT_EQ(map.Map(10), 0);
  map.Skip(11);
  map.Skip(12);
  EXPECT_EQ(map.Map(13), 1);
  EXPECT_EQ(map.Map(12), std::nullopt);
}

TEST(SequenceMap, ASkippedPacketAfterALossKeepsThePlaceOfTheLost) {
  SequenceMap map(0);
  map.Start(10);
  EXPECT_EQ(map.Map(10), 0);
  map.Skip(13);
  EXPECT_EQ(map.Map(14), 3);
  EXPECT_EQ(map.Map(11), 1);
  EXPECT_EQ(map.Map(12), 2);
}

TEST(SequenceMap, LatePacketsAreToldApartBySkippedOnesBetween) {
  SequenceMap map(0);
  map.Start(0);
  map.Map(0);   // 0
  map.Skip(2);  // 1 is lost, its place is 1
  map.Map(3);   // 2
  map.Skip(5);  // 4 is lost, its place is 3
  map.Map(6);   // 4
  EXPECT_EQ(map.Map(1), 1);
  EXPECT_EQ(map.Map(4), 3);
  EXPECT_EQ(map.last_out(), 4);
}

TEST(SequenceMap, BeyondTheBoundOfSkippedPacketsOldOnesAreRefused) {
  SequenceMap map(0);
  map.Start(0);
  map.Map(0);
  const auto skips = static_cast<int64_t>(SequenceMap::kMaxSkipped) + 10;
  for (int64_t i = 0; i < skips; ++i) map.Skip(2 + i * 2);  // the odd ones are lost
  EXPECT_EQ(map.Map(1), std::nullopt);
  const int64_t last_lost = 1 + (skips - 1) * 2;
  EXPECT_EQ(map.Map(last_lost), skips);
  EXPECT_EQ(map.Map(last_lost + 2), skips + 1);
}

}  // namespace
}  // namespace plaza::sfu
