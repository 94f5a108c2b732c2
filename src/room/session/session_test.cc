// Sessions: requests and what clients are told, frame by frame.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "room/testing/session_fixture.h"

namespace plaza::room {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(SessionTest, RequestsAreAnsweredByTheirNumber) {
  Join(alice, "alice");
  Join(bob, "bob");
  alice.Take();
  Say(bob, {{"type", "publish"}, {"seq", 1}, {"tracks", {Audio()}}});
  EXPECT_EQ(bob.Take(),
            std::vector<Json>{(Json{{"type", "result"}, {"seq", 1}, {"ack", 1}, {"re", 1}})});
  EXPECT_EQ(Types(alice.Take()), (std::vector<std::string>{"track-published", "slots"}));
  Say(bob, {{"type", "watch"}, {"seq", 2}, {"streams", {{{"userId", "alice"}, {"video", true}}}}});
  EXPECT_EQ(bob.Last()["re"], 2);
  Say(bob, {{"type", "offer"}, {"seq", 3}, {"sdp", "pairs=6"}});
  EXPECT_EQ(bob.Last()["re"], 3);
  EXPECT_EQ(bob.Last()["answer"], "answer:pairs=6");
  EXPECT_EQ(bob.Last()["slots"].size(), 6u);
}

TEST_F(SessionTest, ARequestThatBreaksARuleGetsAnErrorAndTheSessionGoesOn) {
  Join(alice, "alice");
  const std::tuple<Json, int, const char*> kBad[] = {
      {{{"type", "jion"}}, signal::code::kUnknownType, "type"},
      {{{"type", "publish"}}, signal::code::kBadMember, "tracks"},
      {{{"type", "publish"}, {"tracks", {{{"kind", "audio"}, {"published", true}}}}},
       signal::code::kBadMember,
       "tracks[0].mid"},
      {{{"type", "watch"}, {"streams", {{{"userId", "a b"}}}}},
       signal::code::kBadMember,
       "streams[0].userId"},
      {{{"type", "role"}, {"role", "audience"}}, signal::code::kRoleMayNot, "role"}};
  uint64_t seq = 0;
  for (auto [request, code, field] : kBad) {
    request["seq"] = ++seq;
    Say(alice, request);
    const Json result = alice.Last();
    EXPECT_EQ(result["type"], "result");
    EXPECT_EQ(result["re"], seq);
    EXPECT_EQ(result["error"]["code"], code) << result;
    EXPECT_EQ(result["error"]["field"], field) << result;
    EXPECT_TRUE(result["error"].contains("requestId"));
  }
  world.media->FailOffers(base::InvalidArgument("", "no"));
  Say(alice, {{"type", "offer"}, {"seq", ++seq}, {"sdp", "x"}});
  EXPECT_EQ(alice.Last()["error"]["code"], signal::code::kBadSdp);
  EXPECT_EQ(alice.closed, 0);
}

TEST_F(SessionTest, RequestsWaitBehindAnOfferAndKeepTheirOrder) {
  Join(alice, "alice");
  world.media->HoldAnswers(true);
  Say(alice, {{"type", "offer"}, {"seq", 1}, {"sdp", "pairs=5"}});
  Say(alice, {{"type", "publish"}, {"seq", 2}, {"tracks", {Audio()}}});
  Say(alice, {{"type", "offer"}, {"seq", 3}, {"sdp", "pairs=6"}});
  Say(alice, {{"type", "leave"}, {"seq", 4}});
  EXPECT_THAT(alice.Take(), IsEmpty());
  world.media->ReleaseAnswers();
  world.media->ReleaseAnswers();
  std::vector<int> order;
  for (const Json& frame : alice.Take())
    if (frame["type"] == "result") order.push_back(frame["re"]);
  EXPECT_THAT(order, ElementsAre(1, 2, 3, 4));
  Acknowledge(alice);
  EXPECT_EQ(alice.closed, signal::close::kLeft);
}

TEST_F(SessionTest, TooManyRequestsAreRefused) {
  Join(alice, "alice");
  world.media->HoldAnswers(true);
  uint64_t seq = 0;
  Say(alice, {{"type", "offer"}, {"seq", ++seq}, {"sdp", "x"}});
  const auto watch = [&] {
    Say(alice, {{"type", "watch"}, {"seq", ++seq}, {"streams", Json::array()}});
  };
  for (size_t i = 0; i < kMaxWaitingRequests; ++i) watch();
  for (const Json& frame : alice.Take()) EXPECT_FALSE(frame.contains("re")) << frame;
  watch();
  EXPECT_EQ(alice.Last()["error"]["code"], signal::code::kTooManyRequests);
  world.media->HoldAnswers(false);
  world.media->ReleaseAnswers();
  while (seq < static_cast<uint64_t>(kRequestBurst)) watch();
  EXPECT_FALSE(alice.Last().contains("error"));
  watch();
  EXPECT_EQ(alice.Last()["error"]["code"], signal::code::kTooManyRequests);
  world.clock.Advance(100ms);
  watch();
  EXPECT_FALSE(alice.Last().contains("error"));
}

TEST_F(SessionTest, LeavingEndsTheMembershipAndTheSocket) {
  Join(alice, "alice");
  Join(bob, "bob");
  alice.Take();
  Say(bob, {{"type", "leave"}, {"seq", 1}});
  EXPECT_EQ(Types(bob.Take()), std::vector<std::string>{"result"});
  Acknowledge(bob);
  EXPECT_EQ(bob.closed, signal::close::kLeft);
  EXPECT_EQ(alice.Last()["type"], "member-left");
  EXPECT_EQ(alice.Last()["reason"], "leave");
  EXPECT_EQ(Members(), 1u);
}

TEST_F(SessionTest, KickedBannedAndDismissed) {
  Join(alice, "alice");
  Join(bob, "bob");
  EXPECT_TRUE(commands().Kick(room(), UserId("alice"), KickReason::kBanned).ok());
  EXPECT_EQ(alice.Last()["reason"], "banned");
  Acknowledge(alice);
  EXPECT_EQ(alice.closed, signal::close::kKicked);
  EXPECT_EQ(bob.Last()["type"], "member-left");
  EXPECT_EQ(bob.Last()["reason"], "kick");
  EXPECT_TRUE(commands().Dismiss(room()).ok());
  EXPECT_EQ(bob.Last()["reason"], "room_disband");
  Acknowledge(bob);
  EXPECT_EQ(bob.closed, signal::close::kKicked);
}

TEST_F(SessionTest, CustomMessagesComeInOrderAlsoAcrossAResume) {
  const Json joined = Join(alice, "alice");
  Join(bob, "bob");
  alice.Take();
  const auto say = [&](int number) {
    Say(bob,
        {{"type", "custom"}, {"seq", number}, {"cmdId", 3}, {"number", number}, {"data", "aGk="}});
    EXPECT_FALSE(bob.Last().contains("error")) << bob.Last();
  };
  say(1);
  EXPECT_EQ(alice.Last(), (Json{{"type", "custom"},
                                {"seq", 2},
                                {"ack", 0},
                                {"userId", "bob"},
                                {"cmdId", 3},
                                {"number", 1},
                                {"data", "aGk="}}));
  Break(alice);
  say(2);
  say(3);
  RawSocket again;
  Resume(again, joined, 1);
  std::vector<int> numbers;
  for (const Json& frame : again.Take())
    if (frame["type"] == "custom") numbers.push_back(frame["number"]);
  EXPECT_THAT(numbers, ElementsAre(1, 2, 3));
}

TEST_F(SessionTest, ACustomMessageThatIsNotLegalIsRefusedByItsField) {
  Join(alice, "alice");
  uint64_t seq = 0;
  const std::tuple<Json, Json, const char*> kBad[] = {{11, "aGk=", "cmdId"},
                                                      {"1", "aGk=", "cmdId"},
                                                      {1, "not base64", "data"},
                                                      {1, "", "data"},
                                                      {1, std::string(1368, 'A'), "data"}};
  for (const auto& [cmd_id, data, field] : kBad) {
    Say(alice,
        {{"type", "custom"}, {"seq", ++seq}, {"cmdId", cmd_id}, {"number", 1}, {"data", data}});
    EXPECT_EQ(alice.Last()["error"]["code"], signal::code::kBadMember) << alice.Last();
    EXPECT_EQ(alice.Last()["error"]["field"], field);
  }
}

TEST_F(SessionTest, ASessionIsFreedOnceItsClientKnowsThatItIsOver) {
  Join(alice, "alice");
  Join(bob, "bob");
  Say(bob, {{"type", "leave"}, {"seq", 1}});
  EXPECT_EQ(bob.closed, 0) << "waits for the acknowledgement";
  Acknowledge(bob);
  EXPECT_EQ(bob.closed, signal::close::kLeft);
  world.Advance(1ms);
  EXPECT_TRUE(HasMetric("plaza_signal_sessions 1"));
}

TEST_F(SessionTest, AClientThatDoesNotAcknowledgeItsEndIsClosedAndForgottenInTime) {
  Join(alice, "alice");
  Join(bob, "bob");
  Acknowledge(alice);
  EXPECT_TRUE(commands().Kick(room(), UserId("alice"), KickReason::kKick).ok());
  world.Advance(kFarewellTime - 1ms);
  EXPECT_EQ(alice.closed, 0);
  world.Advance(1ms);
  EXPECT_EQ(alice.closed, signal::close::kKicked);
  EXPECT_TRUE(HasMetric("plaza_signal_sessions 2")) << "it may still resume to hear why";
  for (int i = 0; i < 6; ++i) {
    Say(bob, {{"type", "ping"}});
    world.Advance(5s);
  }
  EXPECT_TRUE(HasMetric("plaza_signal_sessions 1"));
}

TEST_F(SessionTest, AnAppHasAsManySessionsAndRoomsAsItMay) {
  auto& settings = world.data.apps[world.kApp.value()].settings;
  settings = {{"limits.sessions", "2"}, {"limits.rooms", "1"}};
  ++world.data.apps_version;
  world.Advance(2s);
  Join(alice, "alice");
  Json elsewhere = JoinOf("bob");
  elsewhere["roomId"] = 8;
  EXPECT_EQ(Refused(elsewhere)["code"], signal::code::kAppLimit) << "a second room";
  Join(bob, "bob");
  const Json third = Refused(JoinOf("carol"));
  EXPECT_EQ(third["code"], signal::code::kAppLimit);
  EXPECT_EQ(third["field"], "sdkAppId");
  Say(bob, {{"type", "leave"}, {"seq", 1}});
  Acknowledge(bob);
  world.Advance(1ms);
  Join(other, "carol");
}

TEST_F(SessionTest, AServerHasAsManySessionsAndRoomsAsItMay) {
  world.config.max_sessions = 2;
  world.config.max_rooms = 1;
  world.Crash();
  world.StartServer();
  Join(alice, "alice");
  Json elsewhere = JoinOf("bob");
  elsewhere["roomId"] = 8;
  EXPECT_EQ(Refused(elsewhere)["code"], signal::code::kTooManyRequests);
  Join(bob, "bob");
  EXPECT_EQ(Refused(JoinOf("carol"))["code"], signal::code::kTooManyRequests);
}

TEST_F(SessionTest, AnAdministratorsChangeOfRoleIsTold) {
  Json join = JoinOf("alice");
  join["scene"] = "live";
  join["role"] = "audience";
  JoinWith(alice, join);
  EXPECT_TRUE(commands().ChangeRole(room(), UserId("alice"), Role::kAnchor).ok());
  EXPECT_EQ(alice.Last()["type"], "role-changed");
  EXPECT_EQ(alice.Last()["role"], "anchor");
}

TEST_F(SessionTest, RolesInALiveRoomLookLikeComingAndGoing) {
  Json join = JoinOf("alice");
  join["scene"] = "live";
  JoinWith(alice, join);
  join = JoinOf("bob");
  join["role"] = "audience";
  EXPECT_EQ(JoinWith(bob, join)["room"]["scene"], "live");
  EXPECT_THAT(alice.Take(), IsEmpty());
  Say(bob, {{"type", "role"}, {"seq", 1}, {"role", "anchor"}});
  EXPECT_EQ(alice.Last()["type"], "member-joined");
  Say(bob, {{"type", "role"}, {"seq", 2}, {"role", "audience"}});
  EXPECT_EQ(alice.Last()["type"], "member-left");
  EXPECT_EQ(alice.Last()["reason"], "role");
  EXPECT_EQ(Types(bob.Take()), (std::vector<std::string>{"result", "result"}));
}

TEST_F(SessionTest, SpeakersAreNotNumberedAndMediaFailuresAre) {
  Join(alice, "alice");
  const PeerId peer = world.media->peers().begin()->first;
  Directory& directory = world.service->directory();
  directory.OnSpeakers(directory.Find(room())->group(), {{peer, 62}});
  EXPECT_EQ(alice.Last(),
            (Json{{"type", "speakers"}, {"speakers", {{{"userId", "alice"}, {"level", 62}}}}}));
  directory.OnPeerFailed(peer, "consent expired");
  EXPECT_EQ(
      alice.Last(),
      (Json{{"type", "media-failed"}, {"seq", 1}, {"ack", 0}, {"reason", "consent expired"}}));
  Break(alice);
  directory.OnSpeakers(directory.Find(room())->group(), {});
}

TEST_F(SessionTest, CountsSocketsSessionsAndJoins) {
  Join(alice, "alice");
  Refused(Json{{"type", "join"}, {"protocol", 9}});
  Break(alice);
  const std::string text = world.metrics.Text();
  for (const char* line : {"plaza_signal_sockets 0", "plaza_signal_sessions 1", "plaza_members 1",
                           "plaza_rooms 1", "plaza_signal_joins_total{result=\"joined\"} 1",
                           "plaza_signal_joins_total{result=\"refused\"} 1"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
}

}  // namespace
}  // namespace plaza::room
