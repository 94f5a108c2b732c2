// Members by their commands: what they publish, watch, and see of each other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "room/testing/commands_fixture.h"
#include "signal/codes.h"

namespace plaza::room {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(CommandsTest, TheFirstEntryOpensTheRoomAndTheLastDepartureEndsIt) {
  const auto entered = TryEnter(EntryOf("alice", {Audio()}));
  ASSERT_TRUE(entered.ok());
  EXPECT_EQ(entered->room.number, (EventNumber{1, 2}));
  EXPECT_THAT(entered->room.members, IsEmpty());
  EXPECT_EQ(entered->media->answer, "answer:pairs=4");
  EXPECT_EQ(entered->media->slots.size(), 4u);
  EXPECT_EQ(data_.rooms.size(), 1u);
  EXPECT_TRUE(commands_.Leave(entered->member, Departure::kLeft).ok());
  Run();
  EXPECT_THAT(Events(),
              ElementsAre("started", "+alice anchor [audio]", "-alice left", "ended: empty"));
  EXPECT_EQ(directory_.Find(kRoom), nullptr);
  EXPECT_TRUE(data_.rooms.empty());
  EXPECT_TRUE(media_.peers().empty());
  EXPECT_EQ(TryEnter(EntryOf("alice"))->room.number.epoch, 2u);
}

TEST_F(CommandsTest, EverybodyInACallSeesEverybody) {
  Enter("alice", {Audio()});
  const auto bob = TryEnter(EntryOf("bob", {Audio(), Video()}));
  ASSERT_EQ(bob->room.members.size(), 1u);
  EXPECT_EQ(bob->room.members[0].user, UserId("alice"));
  EXPECT_EQ(Describe(bob->room.members[0].tracks), " [audio]");
  EXPECT_THAT(Take("alice"),
              ElementsAre("+bob anchor [audio] [video 640x360]", "slot 0: bob audio"));
  EXPECT_THAT(Take("bob"), ElementsAre("slot 0: alice audio"));
  EXPECT_TRUE(commands_.Leave(bob->member, Departure::kTimeout).ok());
  EXPECT_THAT(Take("alice"), ElementsAre("-bob timeout", "slot 0: nobody"));
}

TEST_F(CommandsTest, RoomsOfOtherNamesAndAppsAreApart) {
  Enter("alice", {Audio()});
  for (const RoomKey& key :
       {RoomKey{SdkAppId(1), *RoomName::Text("7")}, RoomKey{SdkAppId(2), kRoom.room}}) {
    Entry entry = EntryOf("bob", {Audio()});
    entry.room = key;
    const auto entered = TryEnter(std::move(entry));
    EXPECT_THAT(entered->room.members, IsEmpty());
  }
  EXPECT_THAT(Take("alice"), IsEmpty());
  EXPECT_EQ(directory_.size(), 3u);
}

TEST_F(CommandsTest, PublishingChangesAndWithdrawingIsAnnounced) {
  Enter("alice");
  const MemberId bob = Enter("bob");
  Forget();
  EXPECT_TRUE(commands_.Publish(bob, {Audio(), Video()}).ok());
  EXPECT_THAT(Take("alice"),
              ElementsAre("bob +[audio]", "bob +[video 640x360]", "slot 0: bob audio"));
  EXPECT_EQ(media_.peers().at(PeerOf("bob")).tracks.size(), 2u);
  EXPECT_TRUE(
      commands_.Publish(bob, {{{}, MediaKind::kVideo, StreamType::kMain, {}, true, {}}}).ok());
  EXPECT_THAT(Take("alice"), ElementsAre("bob =[video 640x360 muted]"));
  EXPECT_TRUE(media_.peers().at(PeerOf("bob")).tracks[1].muted);
  EXPECT_TRUE(commands_.Publish(bob, {Stopped(Audio())}).ok());
  EXPECT_THAT(Take("alice"), ElementsAre("bob -[audio]", "slot 0: nobody"));
  EXPECT_TRUE(commands_.Publish(bob, {Stopped(Audio())}).ok());
  EXPECT_THAT(Take("alice"), IsEmpty());
  EXPECT_THAT(Take("bob"), IsEmpty()) << "nobody hears of themselves";
}

TEST_F(CommandsTest, AnOfferBringsTracksOnceItIsAnswered) {
  Enter("alice");
  const MemberId bob = Enter("bob");
  Forget();
  media_.HoldAnswers(true);
  std::string answer;
  commands_.Offer(bob, "pairs=8", {Video()},
                  [&](base::Result<OfferResult> result) { answer = result->answer; });
  EXPECT_THAT(Take("alice"), IsEmpty());
  media_.ReleaseAnswers();
  EXPECT_EQ(answer, "answer:pairs=8");
  EXPECT_THAT(Take("alice"), ElementsAre("bob +[video 640x360]"));
}

TEST_F(CommandsTest, AnOfferThatCannotBeUsedChangesNothing) {
  Enter("alice");
  const MemberId bob = Enter("bob");
  Forget();
  media_.FailOffers(base::InvalidArgument("m=", "no codec in common"));
  base::Error error;
  commands_.Offer(bob, "x", {Video()},
                  [&](base::Result<OfferResult> result) { error = result.error(); });
  EXPECT_THAT(Take("alice"), IsEmpty());
  EXPECT_EQ(error.code, signal::code::kBadSdp);
  EXPECT_EQ(error.field, "sdp");
  const auto carol = TryEnter(EntryOf("carol"));
  EXPECT_EQ(carol.error().code, signal::code::kBadSdp);
  EXPECT_EQ(carol.error().field, "offer");
  EXPECT_EQ(media_.peers().size(), 2u);
  EXPECT_THAT(Take("alice"), IsEmpty());
  media_.FailOffers(base::Error{base::ErrorKind::kInternal, "worker gone", "", 0});
  EXPECT_EQ(TryEnter(EntryOf("carol")).error().code, signal::code::kInternal);
}

TEST_F(CommandsTest, AMemberWithoutMediaMayMakeItsFirstOfferLater) {
  Enter("alice", {Audio()});
  Entry entry = EntryOf("bob");
  entry.offer.reset();
  const MemberId bob = Enter(std::move(entry));
  EXPECT_THAT(Take("bob"), IsEmpty());
  EXPECT_EQ(CodeOf(commands_.Publish(bob, {Audio()})), signal::code::kBadMember);
  commands_.Offer(bob, "pairs=2", {Audio()},
                  [](base::Result<OfferResult> result) { EXPECT_TRUE(result.ok()); });
  EXPECT_THAT(Take("bob"), ElementsAre("slot 0: alice audio"));
  EXPECT_THAT(Take("alice"), ElementsAre("+bob anchor", "bob +[audio]", "slot 0: bob audio"));
  entry = EntryOf("carol", {Audio()});
  entry.offer.reset();
  EXPECT_EQ(TryEnter(std::move(entry)).error().field, "tracks");
}

TEST_F(CommandsTest, AFirstOfferThatFailedCarriesNoTracks) {
  Entry entry = EntryOf("bob");
  entry.offer.reset();
  const MemberId bob = Enter(std::move(entry));
  media_.FailOffers(base::InvalidArgument("m=", "no codec in common"));
  commands_.Offer(bob, "x", {},
                  [](base::Result<OfferResult> result) { EXPECT_FALSE(result.ok()); });
  Run();
  EXPECT_EQ(commands_.Publish(bob, {Audio()}).error().field, "tracks");
  media_.FailOffers({});
  commands_.Offer(bob, "pairs=2", {},
                  [](base::Result<OfferResult> result) { EXPECT_TRUE(result.ok()); });
  Run();
  EXPECT_TRUE(commands_.Publish(bob, {Audio()}).ok());
}

TEST_F(CommandsTest, WishesBecomeSlotsAndFollowMembersAndTracks) {
  const MemberId alice = Enter("alice");
  Enter("bob", {Audio(), Video()});
  const MemberId carol = Enter("carol", {Video()});
  Forget();
  EXPECT_TRUE(
      commands_.Watch(alice, {{"carol", StreamType::kMain, {}, signal::VideoWish{true, 640, 360}}})
          .ok());
  const auto& wishes = media_.peers().at(PeerOf("alice")).wishes;
  ASSERT_EQ(wishes.size(), 2u);
  EXPECT_EQ(wishes[0].source, (Source{PeerOf("carol"), StreamType::kMain})) << "named first";
  EXPECT_FALSE(wishes[0].audio) << "not published";
  EXPECT_TRUE(wishes[0].video);
  EXPECT_EQ(wishes[0].max_width, 640);
  EXPECT_TRUE(wishes[1].audio);
  EXPECT_FALSE(wishes[1].video);
  EXPECT_THAT(Take("alice"), ElementsAre("slot 1: carol video"));
  EXPECT_TRUE(
      commands_.Watch(alice, {{"*", StreamType::kMain, false, signal::VideoWish{true}}}).ok());
  EXPECT_THAT(Take("alice"), ElementsAre("slot 0: bob video"));
  EXPECT_TRUE(commands_.Publish(carol, {Audio(), Screen()}).ok());
  EXPECT_THAT(Take("alice"), ElementsAre("carol +[audio]", "carol +[aux-video 1280x720]"));
  EXPECT_TRUE(
      commands_.Watch(alice, {{"carol", StreamType::kAux, true, signal::VideoWish{true}}}).ok());
  EXPECT_THAT(Take("alice"), ElementsAre("slot 2: carol aux video"));
}

TEST_F(CommandsTest, NamedWishesHoldWhileTheTrackIsAwayAndEndWithTheMember) {
  const MemberId alice = Enter("alice");
  const MemberId bob = Enter("bob", {Video()});
  EXPECT_TRUE(
      commands_.Watch(alice, {{"bob", StreamType::kMain, {}, signal::VideoWish{true}}}).ok());
  Forget();
  EXPECT_TRUE(commands_.Publish(bob, {Stopped(Video())}).ok());
  EXPECT_THAT(Take("alice"), ElementsAre("bob -[video 640x360]", "slot 0: nobody"));
  EXPECT_TRUE(commands_.Publish(bob, {Video()}).ok());
  EXPECT_THAT(Take("alice"), ElementsAre("bob +[video 640x360]", "slot 0: bob video"));
  EXPECT_TRUE(commands_.Leave(bob, Departure::kLeft).ok());
  Enter("bob", {Video()});
  EXPECT_THAT(Take("alice"),
              ElementsAre("-bob left", "slot 0: nobody", "+bob anchor [video 640x360]"));
}

TEST_F(CommandsTest, AWishForSomebodyWhoIsNotThereHasNoEffect) {
  const MemberId alice = Enter("alice");
  EXPECT_TRUE(
      commands_.Watch(alice, {{"bob", StreamType::kMain, {}, signal::VideoWish{true}}}).ok());
  Enter("bob", {Video()});
  EXPECT_THAT(Take("alice"), ElementsAre("+bob anchor [video 640x360]"));
  const auto bad = commands_.Watch(alice, {{"*"}, {"b b"}});
  EXPECT_EQ(bad.error().field, "streams[1].userId");
}

TEST_F(CommandsTest, ThePlaneMayAskForMoreSlots) {
  Entry entry = EntryOf("alice");
  entry.offer = "pairs=1";
  Enter(std::move(entry));
  Enter("bob", {Audio()});
  Enter("carol", {Audio()});
  EXPECT_THAT(Take("alice"), ElementsAre("+bob anchor [audio]", "slot 0: bob audio",
                                         "+carol anchor [audio]", "need 2"));
}

TEST_F(CommandsTest, TheSameUserEnteringAgainTakesThePlaceWithoutAFlicker) {
  const MemberId alice = Enter("alice");
  const MemberId first = Enter("bob", {Audio(), Video()});
  EXPECT_TRUE(
      commands_.Watch(alice, {{"bob", StreamType::kMain, {}, signal::VideoWish{true, 320, 180}}})
          .ok());
  Forget();
  RecordingObserver second_tab;
  Entry entry = EntryOf("bob", {Audio(), Screen()});
  entry.observer = &second_tab;
  const auto second = TryEnter(std::move(entry));
  ASSERT_TRUE(second.ok());
  EXPECT_THAT(observers_["bob"].Take(), ElementsAre("kicked: kick"));
  EXPECT_THAT(Take("alice"), ElementsAre("bob -[video 640x360]", "bob +[aux-video 1280x720]",
                                         "slot 0: bob audio"));
  EXPECT_THAT(Events(),
              ElementsAre("replaced bob", "bob -[video 640x360]", "bob +[aux-video 1280x720]"));
  EXPECT_EQ(commands_.Leave(first, Departure::kLeft).error().kind, base::ErrorKind::kNotFound);
  EXPECT_EQ(media_.peers().size(), 2u);
  EXPECT_TRUE(commands_.Publish(second->member, {Video()}).ok());
  EXPECT_THAT(Take("alice"), ElementsAre("bob +[video 640x360]", "slot 0: bob audio video"))
      << "the wish for bob holds";
}

TEST_F(CommandsTest, AStalledTrackIsWithdrawnAndComesBack) {
  Enter("alice");
  Enter("bob", {Audio(), Video()});
  Forget();
  directory_.OnTrackStalled(PeerOf("bob"), StreamType::kMain, MediaKind::kAudio, true);
  EXPECT_THAT(Take("alice"), ElementsAre("bob -[audio] timeout"));
  directory_.OnTrackStalled(PeerOf("bob"), StreamType::kMain, MediaKind::kAudio, true);
  EXPECT_THAT(Take("alice"), IsEmpty());
  directory_.OnTrackStalled(PeerOf("bob"), StreamType::kMain, MediaKind::kAudio, false);
  EXPECT_THAT(Take("alice"), ElementsAre("bob +[audio]"));
}

TEST_F(CommandsTest, SpeakersFailuresAndStrangersPeers) {
  Enter("alice");
  Enter("bob", {Audio()});
  Forget();
  directory_.OnSpeakers(directory_.Find(kRoom)->group(), {{PeerOf("bob"), 62}, {PeerId(99), 50}});
  EXPECT_THAT(Take("alice"), ElementsAre("speakers bob:62"));
  EXPECT_THAT(Take("bob"), ElementsAre("speakers bob:62"));
  directory_.OnPeerFailed(PeerOf("bob"), "consent expired");
  EXPECT_THAT(Take("bob"), ElementsAre("failed: consent expired"));
  EXPECT_THAT(Take("alice"), IsEmpty());
  directory_.OnPeerFailed(PeerId(99), "");
  directory_.OnSlots(PeerId(99), {});
  directory_.OnNeedSlots(PeerId(99), 1);
  directory_.OnTrackStalled(PeerId(99), StreamType::kMain, MediaKind::kAudio, true);
  directory_.OnSpeakers(GroupId(99), {});
}

}  // namespace
}  // namespace plaza::room
