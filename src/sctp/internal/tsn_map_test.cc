#include "sctp/internal/tsn_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "sctp/internal/constants.h"

namespace plaza::sctp::internal {
namespace {

using Arrival = TsnMap::Arrival;

TEST(TsnMap, CountsOnWhileNothingIsMissing) {
  TsnMap map(100);
  EXPECT_EQ(map.Add(100), Arrival::kNew);
  EXPECT_EQ(map.Add(101), Arrival::kNew);
  EXPECT_EQ(map.cumulative(), 101);
  EXPECT_FALSE(map.has_gaps());
}

TEST(TsnMap, ReportsGapsAndJoinsThemWhenTheyAreFilled) {
  TsnMap map(1);
  for (const Tsn tsn : {3, 4, 7, 6, 10}) EXPECT_EQ(map.Add(tsn), Arrival::kNew);
  EXPECT_EQ(map.cumulative(), 0);
  EXPECT_EQ(map.Gaps(), (std::vector<GapBlock>{{3, 4}, {6, 7}, {10, 10}}));
  EXPECT_EQ(map.Add(5), Arrival::kNew);
  EXPECT_EQ(map.Gaps(), (std::vector<GapBlock>{{3, 7}, {10, 10}}));
  map.Add(1);
  map.Add(2);
  EXPECT_EQ(map.cumulative(), 7);
  EXPECT_EQ(map.Gaps(), (std::vector<GapBlock>{{3, 3}}));
}

TEST(TsnMap, TellsDuplicatesOnce) {
  TsnMap map(1);
  map.Add(1);
  map.Add(4);
  EXPECT_EQ(map.Add(1), Arrival::kDuplicate);
  EXPECT_EQ(map.Add(4), Arrival::kDuplicate);
  EXPECT_EQ(map.TakeDuplicates(), (std::vector<uint32_t>{1, 4}));
  EXPECT_TRUE(map.TakeDuplicates().empty());
  for (int i = 0; i < 100; ++i) map.Add(1);
  EXPECT_EQ(map.TakeDuplicates().size(), kMaxReportedDuplicates);
}

TEST(TsnMap, RefusesWhatIsTooFarAheadOrMakesTooManyGaps) {
  TsnMap map(1);
  EXPECT_EQ(map.Add(1 + kMaxTsnAhead), Arrival::kRefused);
  Tsn tsn = 3;
  for (size_t i = 0; i < kMaxGapBlocks; ++i, tsn += 2) EXPECT_EQ(map.Add(tsn), Arrival::kNew);
  EXPECT_EQ(map.Add(tsn), Arrival::kRefused);
  EXPECT_EQ(map.Add(tsn - 1), Arrival::kNew);  // extends a run
  EXPECT_EQ(map.Add(1), Arrival::kNew);
  EXPECT_EQ(map.cumulative(), 1);
}

TEST(TsnMap, CountsOnBeyondTheWrap) {
  TsnMap map(0xFFFFFFFE);
  for (const uint32_t wire : {0xFFFFFFFEu, 0xFFFFFFFFu, 0u, 1u})
    EXPECT_EQ(map.Add(map.Unwrap(wire)), Arrival::kNew);
  EXPECT_EQ(ToWireTsn(map.cumulative()), 1u);
  EXPECT_EQ(map.Add(map.Unwrap(0xFFFFFFFF)), Arrival::kDuplicate);
}

TEST(TsnMap, SkipsAndTakesInWhatItReaches) {
  TsnMap map(1);
  for (const Tsn tsn : {3, 6, 7, 9}) map.Add(tsn);
  map.Skip(5);
  EXPECT_EQ(map.cumulative(), 7);
  EXPECT_EQ(map.Gaps(), (std::vector<GapBlock>{{2, 2}}));
  map.Skip(2);
  EXPECT_EQ(map.cumulative(), 7);
}

TEST(TsnMap, AgreesWithASetWhateverTheOrder) {
  base::SeededRandom dice(7);
  for (int round = 0; round < 50; ++round) {
    TsnMap map(1);
    std::set<Tsn> known;
    for (int i = 0; i < 300; ++i) {
      const Tsn tsn = 1 + static_cast<Tsn>(dice.Below(200));
      const Arrival arrival = map.Add(tsn);
      if (arrival == Arrival::kRefused) continue;
      EXPECT_EQ(arrival == Arrival::kNew, known.insert(tsn).second);
      Tsn cumulative = 0;
      while (known.contains(cumulative + 1)) ++cumulative;
      ASSERT_EQ(map.cumulative(), cumulative);
    }
    std::set<Tsn> told;
    for (const GapBlock& gap : map.Gaps())
      for (Tsn tsn = gap.first; tsn <= gap.last; ++tsn) told.insert(map.cumulative() + tsn);
    known.erase(known.begin(), known.upper_bound(map.cumulative()));
    EXPECT_EQ(told, known);
  }
}

}  // namespace
}  // namespace plaza::sctp::internal
