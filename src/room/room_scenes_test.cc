// Scenes, roles, limits and permissions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "room/testing/commands_fixture.h"
#include "signal/codes.h"

namespace plaza::room {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(CommandsTest, ACallHasAsManyMembersAndPublishersAsMay) {
  limits_.rtc_members = 2;
  limits_.rtc_publishers = 1;
  Enter("alice", {Audio()});
  const auto refused = TryEnter(EntryOf("bob", {Audio()}));
  EXPECT_EQ(refused.error().code, signal::code::kRoomFull);
  EXPECT_EQ(refused.error().field, "tracks");
  const MemberId bob = Enter("bob");
  EXPECT_EQ(CodeOf(commands_.Publish(bob, {Audio()})), signal::code::kRoomFull);
  EXPECT_EQ(TryEnter(EntryOf("carol")).error().code, signal::code::kRoomFull);
  EXPECT_TRUE(TryEnter(EntryOf("alice", {Audio()})).ok()) << "in one's own place";
}

TEST_F(CommandsTest, TheLastPlaceGoesToWhoIsAnsweredFirst) {
  limits_.rtc_members = 1;
  media_.HoldAnswers(true);
  int in = 0, refused = 0;
  for (const char* user : {"alice", "bob"})
    commands_.Enter(EntryOf(user),
                    [&](base::Result<Entered> entered) { entered.ok() ? ++in : ++refused; });
  Run();
  media_.ReleaseAnswers();
  EXPECT_EQ(in, 1);
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(media_.peers().size(), 1u);
}

TEST_F(CommandsTest, TheAudienceOfALiveRoomIsUnseenAndPublishesNothing) {
  scene_ = Scene::kLive;
  EnterAs("anna", Role::kAnchor, {Audio()});
  const auto sees = [&](const char* user, Role role) {
    Entry entry = EntryOf(user);
    entry.role = role;
    return TryEnter(std::move(entry))->room.members.size();
  };
  EXPECT_EQ(sees("bob", Role::kAudience), 1u);
  EXPECT_EQ(sees("carol", Role::kAudience), 1u);
  EXPECT_EQ(sees("dora", Role::kAnchor), 1u);
  EXPECT_THAT(Take("anna"), ElementsAre("+dora anchor"));
  EXPECT_THAT(Take("bob"), ElementsAre("slot 0: anna audio", "+dora anchor"));
  EXPECT_THAT(Events(), ElementsAre("started", "+anna anchor [audio]", "+bob audience",
                                    "+carol audience", "+dora anchor"));
  Entry entry = EntryOf("eve", {Audio()});
  entry.role = Role::kAudience;
  EXPECT_EQ(TryEnter(std::move(entry)).error().code, signal::code::kRoleMayNot);
  const MemberId bob = directory_.Find(kRoom)->Find(UserId("bob"))->id;
  EXPECT_EQ(CodeOf(commands_.Publish(bob, {Audio()})), signal::code::kRoleMayNot);
  EXPECT_TRUE(commands_.Leave(bob, Departure::kLeft).ok());
  EXPECT_THAT(Take("anna"), IsEmpty());
}

TEST_F(CommandsTest, ChangingRoleLooksLikeComingAndGoing) {
  scene_ = Scene::kLive;
  EnterAs("anna", Role::kAnchor);
  const MemberId bob = EnterAs("bob", Role::kAudience);
  Forget();
  EXPECT_TRUE(commands_.SetRole(bob, Role::kAnchor, {}).ok());
  EXPECT_TRUE(commands_.SetRole(bob, Role::kAnchor, {}).ok());
  EXPECT_TRUE(commands_.Publish(bob, {Audio()}).ok());
  EXPECT_THAT(Take("anna"), ElementsAre("bob is anchor", "bob +[audio]", "slot 0: bob audio"));
  EXPECT_TRUE(commands_.SetRole(bob, Role::kAudience, {}).ok());
  EXPECT_THAT(Take("anna"), ElementsAre("bob -[audio]", "bob is audience", "slot 0: nobody"));
  EXPECT_FALSE(media_.peers().at(PeerOf("bob")).tracks[0].published);
  EXPECT_THAT(Take("bob"), IsEmpty());
  EXPECT_TRUE(commands_.ChangeRole(kRoom, UserId("bob"), Role::kAnchor).ok());
  EXPECT_THAT(Take("bob"), ElementsAre("bob is anchor")) << "not its own wish";
}

TEST_F(CommandsTest, ALiveRoomHasAsManyAnchorsAndAudienceAsMay) {
  scene_ = Scene::kLive;
  limits_.live_anchors = 1;
  limits_.live_audience = 1;
  EnterAs("anna", Role::kAnchor);
  Entry entry = EntryOf("anton");
  EXPECT_EQ(TryEnter(std::move(entry)).error().field, "role");
  const MemberId bob = EnterAs("bob", Role::kAudience);
  entry = EntryOf("carol");
  entry.role = Role::kAudience;
  EXPECT_EQ(TryEnter(std::move(entry)).error().code, signal::code::kRoomFull);
  EXPECT_EQ(CodeOf(commands_.SetRole(bob, Role::kAnchor, {})), signal::code::kRoomFull);
}

TEST_F(CommandsTest, ACallHasNoAudience) {
  const MemberId alice = EnterAs("alice", Role::kAudience, {Audio()});
  EXPECT_EQ(directory_.Find(kRoom)->Find(alice)->role, Role::kAnchor);
  EXPECT_EQ(CodeOf(commands_.SetRole(alice, Role::kAudience, {})), signal::code::kRoleMayNot);
  EXPECT_TRUE(commands_.SetRole(alice, Role::kAnchor, {}).ok());
  EXPECT_EQ(CodeOf(commands_.ChangeRole(kRoom, UserId("alice"), Role::kAudience)),
            signal::code::kRoleMayNot);
}

TEST_F(CommandsTest, TheRoomKeepsTheSceneItWasOpenedWith) {
  Enter("alice");
  scene_ = Scene::kLive;
  EXPECT_EQ(TryEnter(EntryOf("bob"))->room.scene, Scene::kRtc);
}

TEST_F(CommandsTest, ReplacingMayChangeTheRoleInALiveRoom) {
  scene_ = Scene::kLive;
  EnterAs("anna", Role::kAnchor);
  EnterAs("bob", Role::kAnchor, {Audio()});
  Forget();
  EnterAs("bob", Role::kAudience);
  EXPECT_THAT(Take("anna"), ElementsAre("bob -[audio]", "bob is audience", "slot 0: nobody"));
  EnterAs("bob", Role::kAnchor, {Video()});
  EXPECT_THAT(Take("anna"), ElementsAre("bob is anchor", "bob +[video 640x360]"));
}

TEST_F(CommandsTest, PermissionsHoldForEnteringPublishingAndReceiving) {
  Entry entry = EntryOf("alice");
  entry.permissions.bits = 0xff & ~1;
  EXPECT_EQ(TryEnter(entry).error().code, signal::code::kNoPermission) << "may not create it";
  Enter("bob", {Audio(), Video(), Screen()});
  entry.permissions.bits = 0xff & ~2;
  EXPECT_EQ(TryEnter(entry).error().code, signal::code::kNoPermission) << "may not enter it";
  entry.permissions.bits = 2 | 4 | 32;
  entry.auto_subscribe.video = true;
  const MemberId alice = Enter(entry);
  EXPECT_THAT(Take("alice"), ElementsAre("slot 0: bob video")) << "neither sound nor screen";
  EXPECT_TRUE(commands_.Publish(alice, {Audio()}).ok());
  EXPECT_EQ(CodeOf(commands_.Publish(alice, {Video()})), signal::code::kNoPermission);
}

TEST_F(CommandsTest, NewPermissionsHoldAtOnceInBothDirections) {
  Enter("bob", {Audio(), Video()});
  Entry entry = EntryOf("alice", {Audio(), Video()});
  entry.auto_subscribe.video = true;
  const MemberId alice = Enter(std::move(entry));
  Forget();
  EXPECT_TRUE(commands_.SetRole(alice, Role::kAnchor, {2 | 16 | 8}).ok());
  EXPECT_THAT(Take("bob"), ElementsAre("alice -[audio]", "slot 0: nobody"));
  EXPECT_FALSE(media_.peers().at(PeerOf("alice")).tracks[0].published);
  EXPECT_THAT(Take("alice"), ElementsAre("slot 0: bob audio"));
}

}  // namespace
}  // namespace plaza::room
