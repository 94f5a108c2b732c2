// The handshake: joining, what is refused, bad frames, sockets that never join.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "room/testing/session_fixture.h"

namespace plaza::room {
namespace {

using namespace std::chrono_literals;

TEST_F(SessionTest, JoiningIsOneRoundTrip) {
  Json first = JoinOf("alice");
  first["tracks"] = {Audio()};
  Json joined = JoinWith(alice, first);
  EXPECT_EQ(joined["type"], "joined");
  EXPECT_EQ(joined["ack"], 0);
  EXPECT_EQ(joined["answer"], "answer:pairs=4");
  EXPECT_EQ(joined["slots"].size(), 4u);
  EXPECT_EQ(joined["slots"][1], (Json{{"slot", 1}, {"audioMid", "a1"}, {"videoMid", "v1"}}));
  EXPECT_EQ(joined["need"]["pairs"], 4);
  EXPECT_EQ(joined["room"]["members"], Json::array());
  EXPECT_EQ(
      joined["settings"],
      (Json{{"pingIntervalMs", 5000}, {"resumeTimeoutMs", 30000}, {"maxMessageBytes", 262144}}));
  joined = Join(bob, "bob");
  EXPECT_EQ(joined["room"]["members"][0]["userId"], "alice");
  EXPECT_EQ(joined["room"]["members"][0]["tracks"][0]["kind"], "audio");
  const auto told = alice.Take();
  ASSERT_EQ(Types(told), std::vector<std::string>{"member-joined"});
  EXPECT_EQ(told[0]["seq"], 1);
  EXPECT_EQ(told[0]["userId"], "bob");
  EXPECT_EQ(told[0]["event"], joined["room"]["event"]);
}

TEST_F(SessionTest, TheSlotsOfAJoinFollowRightAfterIt) {
  Json first = JoinOf("alice");
  first["tracks"] = {Audio()};
  JoinWith(alice, first);
  Open(bob);
  Say(bob, JoinOf("bob"));
  ASSERT_EQ(Types(bob.frames), (std::vector<std::string>{"joined", "slots"}));
  EXPECT_EQ(bob.frames[1]["slots"][0], (Json{{"slot", 0},
                                             {"userId", "alice"},
                                             {"streamType", "main"},
                                             {"audio", true},
                                             {"video", false}}));
}

TEST_F(SessionTest, SlotsThatAreToldDuringTheEntryStillFollowTheJoin) {
  world.media->TellAtOnce(true);
  Json first = JoinOf("alice");
  first["tracks"] = {Audio()};
  JoinWith(alice, first);
  Open(bob);
  Say(bob, JoinOf("bob"));
  EXPECT_EQ(Types(bob.frames), (std::vector<std::string>{"joined", "slots"}));
}

TEST_F(SessionTest, AJoinIsRefusedWithTheCodeAndTheField) {
  const auto with = [&](const char* member, const Json& value) {
    Json join = JoinOf("alice");
    join[member] = value;
    return join;
  };
  const std::tuple<Json, int, const char*> kBad[] = {
      {with("protocol", 2), signal::code::kBadProtocol, "protocol"},
      {with("sdkAppId", 1), signal::code::kUnknownApp, "sdkAppId"},
      {with("userId", "a b"), signal::code::kBadMember, "userId"},
      {with("userId", 7), signal::code::kBadMember, "userId"},
      {with("userId", "carol"), signal::code::kUserSigOtherUser, "userSig"},
      {with("userSig", "xxx"), signal::code::kUserSigMalformed, "userSig"},
      {with("userSig", SignUserSig({"alice", world.kApp, 0, 1, {}}, world.kKey)),
       signal::code::kUserSigExpired, "userSig"},
      {with("userSig", SignUserSig({"alice", world.kApp, 1'700'000'000, 60, {}}, "other")),
       signal::code::kUserSigOtherKey, "userSig"},
      {with("userSig", SignUserSig({"alice", SdkAppId(5), 1'700'000'000, 60, {}}, world.kKey)),
       signal::code::kUserSigOtherApp, "userSig"},
      {with("roomId", 0), signal::code::kBadRoom, "roomId"},
      {with("roomId", nullptr), signal::code::kBadRoom, "roomId"},
      {with("tracks", {{{"kind", "audio"}}}), signal::code::kBadMember, "tracks[0].mid"}};
  for (const auto& [join, code, field] : kBad) {
    const Json error = Refused(join);
    EXPECT_EQ(error["code"], code) << error;
    EXPECT_EQ(error["field"], field) << error;
  }
  EXPECT_EQ(Members(), 0u);
}

TEST_F(SessionTest, ABadOfferIsRefused) {
  world.media->FailOffers(base::InvalidArgument("m=", "no codec in common"));
  const Json error = Refused(JoinOf("alice"));
  EXPECT_EQ(error["code"], signal::code::kBadSdp);
  EXPECT_EQ(error["field"], "offer");
  EXPECT_EQ(error["message"], "no codec in common");
}

TEST_F(SessionTest, AnAppThatAnotherProcessJustMadeIsFound) {
  const SdkAppId id(1'400'000'077);
  world.Advance(1s);
  world.data.apps[id.value()] = {id.value(), "cli", "k2", "", "", 0, {}};
  ++world.data.apps_version;
  Json join = JoinOf("alice");
  join["sdkAppId"] = id.value();
  join["userSig"] =
      SignUserSig({"alice", id, base::UnixSeconds(world.clock.WallNow()), 60, {}}, "k2");
  world.clock.Advance(300ms);
  EXPECT_EQ(JoinWith(alice, join)["type"], "joined");
}

TEST_F(SessionTest, AdvancedPermissionAsksForAPrivateMapKey) {
  DemandPrivateMapKeys();
  EXPECT_EQ(Refused(JoinOf("alice"))["code"], signal::code::kNoPermission);
  Json join = JoinOf("alice");
  join["scene"] = "live";
  join["role"] = "audience";
  join["privateMapKey"] = PrivateMapKeyOf("alice", 1 | 2 | 8);
  EXPECT_EQ(JoinWith(alice, join)["type"], "joined");
  Say(alice, {{"type", "role"}, {"seq", 1}, {"role", "anchor"}});
  EXPECT_EQ(alice.Last()["error"]["code"], signal::code::kNoPermission);
  Say(alice, {{"type", "role"},
              {"seq", 2},
              {"role", "anchor"},
              {"privateMapKey", PrivateMapKeyOf("alice", 255)}});
  EXPECT_FALSE(alice.Last().contains("error"));
  Say(alice, {{"type", "publish"}, {"seq", 3}, {"tracks", {Audio()}}});
  EXPECT_FALSE(alice.Last().contains("error"));
}

TEST_F(SessionTest, UnreadableFramesAreAnsweredAndTheTenthClosesTheSocket) {
  Join(alice, "alice");
  for (int i = 1; i < kMaxBadFrames; ++i) {
    i % 2 == 0 ? door().OnText(&alice, "{") : door().OnUnreadable(&alice, true);
    EXPECT_EQ(alice.Last()["code"],
              i % 2 == 0 ? signal::code::kUnreadable : signal::code::kTooLarge);
    EXPECT_EQ(alice.closed, 0);
  }
  door().OnUnreadable(&alice, false);
  EXPECT_EQ(alice.closed, signal::close::kBadFrames);
  EXPECT_EQ(Members(), 1u);
}

TEST_F(SessionTest, NothingButTheHandshakeIsTakenBeforeJoining) {
  Open(alice);
  Say(alice, {{"type", "ping"}});
  EXPECT_EQ(alice.Take(), std::vector<Json>{(Json{{"type", "pong"}})});
  for (const Json& frame :
       {Json{{"type", "leave"}, {"seq", 1}}, Json{{"type", "ack"}, {"ack", 0}}}) {
    Say(alice, frame);
    EXPECT_EQ(alice.Last()["code"], signal::code::kNotJoined);
  }
  Say(alice, {{"type", "jion"}});
  EXPECT_EQ(alice.Last()["code"], signal::code::kUnknownType);
  EXPECT_EQ(alice.closed, 0);
  alice.Take();
  Say(alice, JoinOf("alice"));
  alice.Take();
  Say(alice, JoinOf("alice"));
  EXPECT_EQ(alice.Last()["code"], signal::code::kNotJoined);
  EXPECT_EQ(alice.closed, 0);
}

TEST_F(SessionTest, NobodyHoldsASocketOpenWithResumesThatFail) {
  Open(alice);
  for (int i = 0; i < kMaxBadFrames; ++i) {
    EXPECT_EQ(alice.closed, 0);
    world.Advance(9s);
    Say(alice, {{"type", "resume"}, {"resumeToken", "x"}, {"ack", 0}});
  }
  EXPECT_EQ(alice.closed, signal::close::kBadFrames);
}

TEST_F(SessionTest, MisplacedFramesAreAnsweredAsOftenAsRequests) {
  Join(alice, "alice");
  for (int i = 0; i < static_cast<int>(kRequestBurst); ++i) {
    Say(alice, {{"type", "resume"}, {"resumeToken", "x"}, {"ack", 0}});
    EXPECT_EQ(alice.Last()["code"], signal::code::kNotJoined);
  }
  Say(alice, {{"type", "jion"}});
  EXPECT_EQ(alice.closed, signal::close::kBadFrames);
  EXPECT_EQ(Members(), 1u);
}

TEST_F(SessionTest, WhoDoesNotJoinInTimeIsClosed) {
  Open(alice);
  world.Advance(9s);
  Say(alice, {{"type", "resume"}, {"resumeToken", ""}, {"ack", 0}});
  world.Advance(9s);
  EXPECT_EQ(alice.closed, 0) << "a resume that failed gives the time to join";
  world.Advance(1s);
  EXPECT_EQ(alice.closed, signal::close::kSilent);
}

TEST_F(SessionTest, ASocketThatBreaksWhileJoiningLeavesNoTrace) {
  world.media->HoldAnswers(true);
  Open(alice);
  Say(alice, JoinOf("alice"));
  Say(alice, JoinOf("alice"));
  EXPECT_EQ(alice.Last()["code"], signal::code::kNotJoined) << "joining twice";
  Break(alice);
  world.media->ReleaseAnswers();
  EXPECT_TRUE(world.media->peers().empty());
  EXPECT_EQ(world.service->directory().size(), 0u);
  Open(bob);
  Say(bob, JoinOf("bob"));
  world.Advance(10s);
  EXPECT_EQ(bob.closed, signal::close::kSilent) << "nobody waits for ever";
  EXPECT_TRUE(world.media->peers().empty());
}

}  // namespace
}  // namespace plaza::room
