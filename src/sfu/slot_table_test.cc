// Which wish gets which slot.
#include "sfu/slot_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plaza::sfu {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

SlotContent Wish(uint64_t peer, bool audio = true, bool video = true) {
  return {.source = {PeerId(peer), 0}, .audio = audio, .video = video};
}

TEST(SlotTable, WishesTakeFreeSlotsInOrder) {
  SlotTable table(16);
  table.SetSlotCount(3);
  EXPECT_THAT(table.SetWishes(std::vector{Wish(1), Wish(2)}),
              ElementsAre(SlotChange{0, Wish(1)}, SlotChange{1, Wish(2)}));
  EXPECT_EQ(table.needed(), 2u);
}

TEST(SlotTable, AWatchedSourceKeepsItsSlotWhenOthersGoAndTheOrderChanges) {
  SlotTable table(16);
  table.SetSlotCount(3);
  table.SetWishes(std::vector{Wish(1), Wish(2), Wish(3)});
  EXPECT_THAT(table.SetWishes(std::vector{Wish(3), Wish(2)}),
              ElementsAre(SlotChange{0, std::nullopt}));
  EXPECT_THAT(table.SetWishes(std::vector{Wish(4), Wish(3), Wish(2)}),
              ElementsAre(SlotChange{0, Wish(4)}));
}

TEST(SlotTable, OnlyWhatChangesIsReported) {
  SlotTable table(16);
  table.SetSlotCount(2);
  table.SetWishes(std::vector{Wish(1), Wish(2)});
  EXPECT_THAT(table.SetWishes(std::vector{Wish(1), Wish(2)}), IsEmpty());
  EXPECT_THAT(table.SetWishes(std::vector{Wish(1), Wish(2, true, false)}),
              ElementsAre(SlotChange{1, Wish(2, true, false)}));
}

TEST(SlotTable, WishesWithoutASlotWaitForTheReceiverToOfferMore) {
  SlotTable table(16);
  table.SetSlotCount(1);
  EXPECT_THAT(table.SetWishes(std::vector{Wish(1), Wish(2), Wish(3)}),
              ElementsAre(SlotChange{0, Wish(1)}));
  EXPECT_EQ(table.needed(), 3u);
  EXPECT_EQ(table.slot_count(), 1u);
  EXPECT_THAT(table.SetSlotCount(4), ElementsAre(SlotChange{1, Wish(2)}, SlotChange{2, Wish(3)}));
}

TEST(SlotTable, TheSlotCountNeverShrinks) {
  SlotTable table(16);
  table.SetSlotCount(4);
  table.SetSlotCount(2);
  EXPECT_EQ(table.slot_count(), 4u);
}

TEST(SlotTable, BeyondTheLimitTheMostWantedHoldSlots) {
  SlotTable table(2);
  table.SetSlotCount(10);
  EXPECT_EQ(table.slot_count(), 2u);
  table.SetWishes(std::vector{Wish(1), Wish(2), Wish(3)});
  EXPECT_EQ(table.needed(), 2u);
  EXPECT_THAT(table.SetWishes(std::vector{Wish(3), Wish(2), Wish(1)}),
              ElementsAre(SlotChange{0, Wish(3)}));
}

TEST(SlotTable, EmptyAndRepeatedWishesAreIgnored) {
  SlotTable table(16);
  table.SetSlotCount(3);
  EXPECT_THAT(table.SetWishes(std::vector{Wish(1, false, false), Wish(2), Wish(2, false, true)}),
              ElementsAre(SlotChange{0, Wish(2)}));
  EXPECT_EQ(table.needed(), 1u);
}

}  // namespace
}  // namespace plaza::sfu
