// Sessions that outlive their sockets: resuming, replacing, time-outs, draining, crashes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "room/testing/session_fixture.h"

namespace plaza::room {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

TEST_F(SessionTest, PingsAreAnsweredAndSilenceEndsTheSocket) {
  Join(alice, "alice");
  Say(alice, {{"type", "ping"}, {"ack", 0}});
  EXPECT_EQ(alice.Take(), std::vector<Json>{(Json{{"type", "pong"}, {"ack", 0}})});
  world.Advance(14s);
  EXPECT_EQ(alice.closed, 0);
  world.Advance(1s);
  EXPECT_EQ(alice.closed, signal::close::kSilent);
  EXPECT_EQ(Members(), 1u);
  world.Advance(30s);
  EXPECT_EQ(Members(), 0u);
}

TEST_F(SessionTest, ABrokenSocketIsNotNoticedByTheOthersIfItComesBackInTime) {
  const Json joined = Join(alice, "alice");
  Join(bob, "bob");
  alice.Take();
  Break(alice);
  Say(bob, {{"type", "publish"}, {"seq", 1}, {"tracks", {Audio()}}});
  bob.Take();
  world.Advance(14s);
  RawSocket again;
  EXPECT_EQ(Resume(again, joined, 1), (Json{{"type", "resumed"}, {"ack", 0}}));
  EXPECT_EQ(Types(again.Take()), (std::vector<std::string>{"resumed", "track-published", "slots"}));
  EXPECT_THAT(bob.Take(), IsEmpty());
  EXPECT_EQ(world.media->peers().size(), 2u);
  Say(again, {{"type", "leave"}, {"seq", 1}, {"ack", 3}});
  Acknowledge(again);
  EXPECT_EQ(again.closed, signal::close::kLeft);
}

TEST_F(SessionTest, WhoStaysAwayTooLongHasLeft) {
  const Json joined = Join(alice, "alice");
  Join(bob, "bob");
  Break(alice);
  for (int i = 0; i < 10; ++i) {
    world.Advance(3s - (i == 9 ? 1ms : 0ms));
    Say(bob, {{"type", "ping"}});
  }
  EXPECT_NE(bob.Last()["type"], "member-left");
  world.Advance(1ms);
  EXPECT_EQ(bob.Last()["type"], "member-left");
  EXPECT_EQ(bob.Last()["reason"], "timeout");
  RawSocket again;
  const Json error = Resume(again, joined, 0);
  EXPECT_EQ(error["code"], signal::code::kSessionGone);
  EXPECT_EQ(again.closed, 0) << "the client joins on it";
  again.Take();
  Say(again, JoinOf("alice"));
  EXPECT_EQ(again.Take().front()["type"], "joined");
}

TEST_F(SessionTest, ALaterResumeTakesTheChannelOver) {
  const Json joined = Join(alice, "alice");
  RawSocket newer;
  EXPECT_EQ(Resume(newer, joined, 0)["type"], "resumed");
  EXPECT_EQ(alice.closed, signal::close::kTakenOver);
  door().OnText(&alice, R"({"type":"leave","seq":1})");
  EXPECT_EQ(Members(), 1u) << "the old socket counts for nothing";
}

TEST_F(SessionTest, AResumeThatDoesNotFitIsRefusedAndTheJoinAfterItReplacesTheSession) {
  const Json joined = Join(alice, "alice");
  Join(bob, "bob");
  Break(alice);
  RawSocket again;
  EXPECT_EQ(Resume(again, joined, 99)["code"], signal::code::kSessionGone);
  Json join = JoinOf("alice");
  join["resumeToken"] = joined["resumeToken"];
  join["userSig"] = "";
  again.Take();
  bob.Take();
  Say(again, join);
  EXPECT_EQ(again.Take().front()["type"], "joined");
  EXPECT_THAT(bob.Take(), IsEmpty());
  RawSocket third;
  Open(third);
  Say(third, {{"type", "resume"}, {"resumeToken", "rubbish"}, {"ack", 0}});
  EXPECT_EQ(third.Last()["code"], signal::code::kSessionGone);
}

TEST_F(SessionTest, ASecondEntryPutsTheFirstOut) {
  Join(alice, "alice");
  Join(bob, "bob");
  alice.Take();
  bob.Take();
  Join(other, "alice");
  ASSERT_EQ(Types(alice.Take()), std::vector<std::string>{"kicked"});
  Acknowledge(alice);
  EXPECT_EQ(alice.closed, signal::close::kKicked);
  EXPECT_THAT(bob.Take(), IsEmpty());
  EXPECT_EQ(Members(), 2u);
}

TEST_F(SessionTest, WhoWasPutOutWhileAwayHearsItAfterTheResume) {
  const Json joined = Join(alice, "alice");
  Break(alice);
  world.Advance(1s);
  Join(other, "alice");
  RawSocket again;
  Resume(again, joined, 0);
  EXPECT_EQ(Types(again.Take()), (std::vector<std::string>{"resumed", "kicked"}));
  Acknowledge(again);
  EXPECT_EQ(again.closed, signal::close::kKicked);
  EXPECT_EQ(other.closed, 0);
  RawSocket late;
  world.Advance(14s);
  Say(other, {{"type", "ping"}});
  world.Advance(14s);
  Say(other, {{"type", "ping"}});
  world.Advance(3s);
  Json join = JoinOf("alice");
  join["resumeToken"] = joined["resumeToken"];
  EXPECT_EQ(JoinWith(late, join)["code"], signal::code::kEnteredElsewhere);
  EXPECT_EQ(late.closed, signal::close::kJoinRefused);
  EXPECT_EQ(other.closed, 0) << "coming back does not put out who entered later";
}

TEST_F(SessionTest, FramesOutOfOrderEndTheSocketButNotTheSession) {
  const Json joined = Join(alice, "alice");
  Say(alice, {{"type", "leave"}, {"seq", 2}});
  EXPECT_EQ(alice.Last()["type"], "error");
  EXPECT_EQ(alice.Last()["field"], "seq");
  EXPECT_EQ(alice.closed, signal::close::kBadFrames);
  RawSocket again;
  EXPECT_EQ(Resume(again, joined, 0)["ack"], 0);
  Say(again, {{"type", "ack"}, {"ack", 5}});
  EXPECT_EQ(again.Last()["field"], "ack");
  EXPECT_EQ(again.closed, signal::close::kBadFrames);
  EXPECT_EQ(Members(), 1u);
}

TEST_F(SessionTest, ANumberedFrameSeenBeforeIsNotWorkedAgain) {
  Join(alice, "alice");
  const Json watch = {{"type", "watch"}, {"seq", 1}, {"streams", Json::array()}};
  Say(alice, watch);
  alice.Take();
  Say(alice, watch);
  EXPECT_EQ(Types(alice.Take()), std::vector<std::string>{"ack"});
}

TEST_F(SessionTest, ASessionWithTooMuchUnacknowledgedEnds) {
  Join(alice, "alice");
  Join(bob, "bob");
  Break(alice);
  uint64_t seq = 0;
  for (size_t i = 0; i <= signal::kMaxUnackedMessages / 2; ++i) {
    for (const bool published : {true, false}) {
      Json track = Audio();
      track["published"] = published;
      Say(bob, {{"type", "publish"},
                {"seq", ++seq},
                {"ack", bob.frames.empty() ? 0 : bob.Last().value("seq", 0)},
                {"tracks", {track}}});
    }
    world.Advance(50ms);
    if (Members() == 1) break;
  }
  EXPECT_EQ(Members(), 1u);
  EXPECT_EQ(bob.closed, 0);
}

TEST_F(SessionTest, DrainingTellsEverybodyAndCountsNobodyAsLeft) {
  std::vector<std::string> events;
  const auto log = world.service->events().Subscribe(
      [&](const Event& event) { events.push_back(std::to_string(event.body.index())); });
  Join(alice, "alice");
  Join(bob, "bob");
  Break(bob);
  Open(other);
  alice.Take();
  events.clear();
  world.service->Drain();
  EXPECT_EQ(alice.Take(), std::vector<Json>{(Json{{"type", "goaway"}, {"reason", "shutdown"}})});
  EXPECT_EQ(alice.closed, signal::close::kGoingAway);
  EXPECT_EQ(other.closed, signal::close::kGoingAway);
  EXPECT_EQ(other.Last()["code"], signal::code::kShuttingDown);
  RawSocket late;
  Open(late);
  EXPECT_EQ(late.closed, signal::close::kGoingAway);
  world.Advance(60s);
  EXPECT_THAT(events, IsEmpty());
  EXPECT_EQ(Members(), 2u);
  EXPECT_EQ(world.data.rooms.size(), 1u);
}

TEST_F(SessionTest, AfterACrashEverybodyComesBackWithoutAUserSig) {
  const Json joined = Join(alice, "alice");
  world.Crash();
  world.StartServer();
  RawSocket again;
  EXPECT_EQ(Resume(again, joined, 0)["code"], signal::code::kSessionGone);
  again.Take();
  Json join = JoinOf("alice");
  join["userSig"] = "";
  join["resumeToken"] = joined["resumeToken"];
  Say(again, join);
  const Json back = again.Take().front();
  ASSERT_EQ(back["type"], "joined") << back;
  EXPECT_GT(back["room"]["event"]["epoch"], joined["room"]["event"]["epoch"]);
  world.Crash();
  world.StartServer();
  world.clock.Advance(24h + 1s);
  EXPECT_EQ(Refused(join)["code"], signal::code::kUserSigMalformed) << "a day is over";
}

TEST_F(SessionTest, WhoBecameAnchorComesBackAsAnchorAfterACrash) {
  DemandPrivateMapKeys();
  Json join = JoinOf("alice");
  join["scene"] = "live";
  join["role"] = "audience";
  join["privateMapKey"] = PrivateMapKeyOf("alice", 1 | 42);
  const std::string first = JoinWith(alice, join)["resumeToken"];
  Say(alice, {{"type", "role"},
              {"seq", 1},
              {"role", "anchor"},
              {"privateMapKey", PrivateMapKeyOf("alice", 255)}});
  const Json result = alice.Last();
  ASSERT_TRUE(result.contains("resumeToken")) << result;
  world.Crash();
  world.StartServer();
  join["userSig"] = "";
  join["role"] = "anchor";
  join["tracks"] = {Audio()};
  join["resumeToken"] = first;
  EXPECT_EQ(Refused(join)["code"], signal::code::kNoPermission);
  join["resumeToken"] = result["resumeToken"];
  EXPECT_EQ(JoinWith(other, join)["type"], "joined");
}

TEST_F(SessionTest, ATokenCountsOnlyForItsUserRoomAndApp) {
  const Json joined = Join(alice, "alice");
  for (const auto& [member, value] :
       {std::pair<const char*, Json>{"userId", "bob"}, {"roomId", 8}, {"sdkAppId", 5}}) {
    Json join = JoinOf("alice");
    join["userSig"] = "";
    join["resumeToken"] = joined["resumeToken"];
    join[member] = value;
    EXPECT_NE(Refused(join)["code"], 0) << member;
  }
}

TEST_F(SessionTest, AServerThatCannotReadItsStoreDoesNotStart) {
  world.Crash();
  world.data.broken = true;
  world.StartServer();
  EXPECT_FALSE(world.started.ok());
}

}  // namespace
}  // namespace plaza::room
