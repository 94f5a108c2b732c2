// How rooms and memberships begin and end: administrators, entries given up, crashes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "room/testing/commands_fixture.h"
#include "signal/codes.h"

namespace plaza::room {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(CommandsTest, KickingTellsTheMemberAndTheOthers) {
  Enter("alice");
  Enter("bob", {Audio()});
  Forget();
  EXPECT_TRUE(commands_.Kick(kRoom, UserId("bob"), KickReason::kBanned).ok());
  EXPECT_THAT(observers_["bob"].Take(), ElementsAre("kicked: banned"));
  EXPECT_EQ(observers_["bob"].kicked_at, last_);
  EXPECT_THAT(Take("alice"), ElementsAre("-bob banned", "slot 0: nobody"));
  EXPECT_FALSE(commands_.Kick(kRoom, UserId("bob"), KickReason::kKick).ok());
  EXPECT_TRUE(commands_.Kick(kRoom, UserId("alice"), KickReason::kKick).ok());
  EXPECT_EQ(directory_.size(), 0u);
}

TEST_F(CommandsTest, DismissingPutsEverybodyOutAtOnce) {
  Enter("alice", {Audio()});
  Enter("bob", {Audio()});
  Forget();
  EXPECT_TRUE(commands_.Dismiss(kRoom).ok());
  EXPECT_THAT(Take("alice"), ElementsAre("kicked: room_disband"));
  EXPECT_THAT(Take("bob"), ElementsAre("kicked: room_disband"));
  EXPECT_THAT(Events(), ElementsAre("-alice dismissed", "-bob dismissed", "ended: dismissed"));
  EXPECT_EQ(commands_.Dismiss(kRoom).error().kind, base::ErrorKind::kNotFound);
  EXPECT_TRUE(media_.peers().empty());
}

TEST_F(CommandsTest, AnEntryGivenUpLeavesNoTrace) {
  media_.HoldAnswers(true);
  bool answered = false;
  const EntryId before = commands_.Enter(EntryOf("alice"), [&](auto) { answered = true; });
  commands_.CancelEntry(before);  // while the room is being opened
  Run();
  const EntryId during = commands_.Enter(EntryOf("alice"), [&](auto) { answered = true; });
  Run();
  EXPECT_EQ(media_.peers().size(), 1u);
  commands_.CancelEntry(during);
  media_.ReleaseAnswers();
  Run();
  EXPECT_FALSE(answered);
  EXPECT_TRUE(media_.peers().empty());
  EXPECT_EQ(directory_.size(), 0u);
  EXPECT_TRUE(data_.rooms.empty());
  EXPECT_THAT(Events(), IsEmpty());
}

TEST_F(CommandsTest, OnlySoManyEntriesMayBeUnderWay) {
  std::vector<base::Result<Entered>> refused;
  for (size_t i = 0; i <= kMaxPendingEntries; ++i)
    commands_.Enter(EntryOf("alice"), [&](base::Result<Entered> entered) {
      if (!entered.ok()) refused.push_back(std::move(entered));
    });
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].error().code, signal::code::kTooManyRequests);
}

TEST_F(CommandsTest, ARoomThatCannotBeStoredIsNotEntered) {
  data_.broken = true;
  EXPECT_EQ(TryEnter(EntryOf("alice")).error().kind, base::ErrorKind::kUnavailable);
  EXPECT_EQ(directory_.size(), 0u);
  data_.broken = false;
  EXPECT_TRUE(TryEnter(EntryOf("alice")).ok());
}

TEST_F(CommandsTest, CommandsOfAMemberThatIsGoneFindNobody) {
  const MemberId alice = Enter("alice");
  EXPECT_TRUE(commands_.Leave(alice, Departure::kLeft).ok());
  for (const base::Status& status :
       {commands_.Leave(alice, Departure::kLeft), commands_.Publish(alice, {}),
        commands_.Watch(alice, {}), commands_.SetRole(alice, Role::kAnchor, {})})
    EXPECT_EQ(status.error().kind, base::ErrorKind::kNotFound);
  bool refused = false;
  commands_.Offer(alice, "", {}, [&](base::Result<OfferResult> result) { refused = !result.ok(); });
  EXPECT_TRUE(refused);
}

TEST_F(CommandsTest, RoomsThatLivedAtACrashWaitForTheirMembers) {
  data_.rooms[{1, "n:7"}] = {1, "n:7", "live", 5, 0};
  data_.rooms[{1, "s:gone"}] = {1, "s:gone", "rtc", 6, 0};
  data_.rooms[{1, "?"}] = {1, "?", "rtc", 4, 0};
  data_.room_epoch = 6;
  base::Status restored = base::Error{};
  directory_.Restore([&](base::Status status) { restored = status; });
  Run();
  ASSERT_TRUE(restored.ok());
  EXPECT_EQ(directory_.size(), 2u);
  EXPECT_THAT(Events(), ElementsAre("restored"));
  EXPECT_GT(last_.epoch, 6u);
  scene_ = Scene::kRtc;
  const auto alice = TryEnter(EntryOf("alice"));
  EXPECT_EQ(alice->room.scene, Scene::kLive) << "as it was";
  EXPECT_EQ(alice->room.number, (EventNumber{last_.epoch, 2}));
  EXPECT_TRUE(commands_.Leave(alice->member, Departure::kLeft).ok());
  EXPECT_EQ(directory_.size(), 2u) << "others may still come back";
  Enter("bob");
  EXPECT_EQ(directory_.NextDeadline(), clock_.Now() + 30s);
  clock_.Advance(30s);
  directory_.HandleTimeout(clock_.Now());
  Run();
  EXPECT_EQ(directory_.size(), 1u);
  EXPECT_EQ(data_.rooms.count({1, "s:gone"}), 0u);
  EXPECT_EQ(directory_.NextDeadline(), base::kNever);
}

TEST_F(CommandsTest, ARestoredRoomToWhichNobodyComesBackEnds) {
  data_.rooms[{1, "n:7"}] = {1, "n:7", "rtc", 5, 0};
  directory_.Restore([](base::Status) {});
  Run();
  clock_.Advance(30s);
  directory_.HandleTimeout(clock_.Now());
  EXPECT_THAT(Events(), ElementsAre("restored", "ended: nobody came back"));
}

}  // namespace
}  // namespace plaza::room
