// Joining, resuming and retrying by docs/signalling.md, against a server in memory.
#include <gtest/gtest.h>

#include "client/testing/server_stand_in.h"
#include "signal/codes.h"

namespace plaza::client {
namespace {

using namespace std::chrono_literals;
using testing::ServerStandIn;
using testing::StandInOptions;

StandInOptions Listener() {
  StandInOptions options;
  options.config.entry.sdk_app_id = 1400000001;
  options.config.entry.user_id = "alice";
  options.config.entry.user_sig = "sig";
  options.config.entry.room_id = 123;
  options.config.pairs = 2;
  return options;
}

TEST(Joining, TakesOneMessageWithTheOffer) {
  ServerStandIn server(Listener());
  ASSERT_TRUE(server.Connect());
  const auto joins = server.Requests<signal::Join>();
  ASSERT_EQ(joins.size(), 1u);
  EXPECT_EQ(joins[0].protocol, 1u);
  EXPECT_EQ(joins[0].user_id, "alice");
  EXPECT_TRUE(joins[0].offer.has_value());
  EXPECT_FALSE(joins[0].resume_token.has_value());
  EXPECT_EQ(server.requests.size(), 1u);
  EXPECT_EQ(server.told.joined, 1);
  EXPECT_EQ(server.participant->statistics().connections, 1u);
}

TEST(Joining, EndsWithTheServersReasonWhenRefused) {
  ServerStandIn server(Listener());
  server.join_failure = signal::Failure{signal::code::kUserSigExpired, "expired", "userSig", {}};
  server.participant->Enter(server.now());
  server.Run(1s);
  ASSERT_TRUE(server.told.end);
  EXPECT_EQ(server.told.end->reason, EndReason::kRefused);
  EXPECT_EQ(server.told.end->failure.code, 70001);
  server.Run(60s);
  EXPECT_EQ(server.opened.size(), 1u);
}

TEST(Joining, IsTriedAgainWhenTheServerIsBusy) {
  ServerStandIn server(Listener());
  server.join_failure = signal::Failure{signal::code::kTooManyRequests, "busy", {}, {}};
  ASSERT_TRUE(server.Connect());
  EXPECT_EQ(server.Requests<signal::Join>().size(), 2u);
}

TEST(Joining, EndsWhenTheServerCanNotBeReached) {
  ServerStandIn server(Listener());
  server.Cut();
  server.participant->Enter(server.now());
  server.Run(1s);
  ASSERT_TRUE(server.told.end);
  EXPECT_EQ(server.told.end->reason, EndReason::kUnreachable);
}

TEST(ABrokenSocket, IsOpenedAgainAtOnceAndResumedWhileMediaGoesOn) {
  ServerStandIn server(Listener());
  ASSERT_TRUE(server.Connect());
  server.CloseSocket(1006);
  const base::Time broken = server.now();
  ASSERT_TRUE(server.RunUntil([&] { return server.told.resumed == 1; }));
  EXPECT_EQ(server.now(), broken);
  EXPECT_EQ(server.Requests<signal::Resume>().at(0).resume_token, "token1");
  EXPECT_EQ(server.told.joined, 1);
  EXPECT_EQ(server.participant->statistics().connections, 1u);
}

TEST(ABrokenSocket, IsTriedAgainWithGrowingPauses) {
  ServerStandIn server(Listener());
  ASSERT_TRUE(server.Connect());
  server.Cut();
  server.opened.clear();
  const base::Time broken = server.now();
  server.Run(8s);
  const auto& opened = server.opened;
  ASSERT_GE(opened.size(), 6u);
  EXPECT_EQ(opened[0], broken);
  const base::Duration pauses[] = {250ms, 500ms, 1000ms, 2000ms, 2000ms};
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_GE(opened[i + 1] - opened[i], pauses[i] * 8 / 10) << i;
    EXPECT_LE(opened[i + 1] - opened[i], pauses[i] * 12 / 10) << i;
  }
  server.Heal();
  EXPECT_TRUE(server.RunUntil([&] { return server.told.resumed == 1; }));
}

TEST(ABrokenSocket, LosesAndDoublesNoMessage) {
  ServerStandIn server(Listener());
  ASSERT_TRUE(server.Connect());
  server.Cut();
  for (int i = 0; i < 5; ++i) {
    signal::MemberJoined joined;
    joined.event = {1, static_cast<uint64_t>(i)};
    joined.member.user_id = "user" + std::to_string(i);
    server.Say(joined);
    server.participant->Watch({{"user" + std::to_string(i), {}, true, {}}}, server.now());
    server.Run(700ms);
  }
  server.Heal();
  server.Run(5s);
  std::vector<std::string> users;
  for (const auto& message : server.told.messages)
    if (const auto* joined = std::get_if<signal::MemberJoined>(&message))
      users.push_back(joined->member.user_id);
  EXPECT_EQ(users, (std::vector<std::string>{"user0", "user1", "user2", "user3", "user4"}));
  const auto watches = server.Requests<signal::Watch>();
  ASSERT_GE(watches.size(), 5u);
  for (size_t i = 0; i < 5; ++i)
    EXPECT_EQ(watches[i].streams.at(0).user_id, "user" + std::to_string(i));
}

TEST(ASilentSocket, IsGivenUpAfterTwoPings) {
  ServerStandIn server(Listener());
  ASSERT_TRUE(server.Connect());
  server.deaf = true;
  server.opened.clear();
  const base::Time since = server.now();
  ASSERT_TRUE(server.RunUntil([&] { return !server.opened.empty(); }, 20s));
  EXPECT_LE(server.now() - since, 10s);
  EXPECT_GE(server.now() - since, 5s);
  EXPECT_EQ(server.closed.back(), signal::close::kSilent);
  server.deaf = false;
  EXPECT_TRUE(server.RunUntil([&] { return server.told.resumed == 1; }, 20s));
}

TEST(ARole, OfTheAudienceWithdrawsTheTracksAndHoldsForTheNextJoin) {
  StandInOptions options = Listener();
  options.config.audio.emplace();
  ServerStandIn server(options);
  ASSERT_TRUE(server.Connect());
  server.participant->SetRole(signal::Role::kAudience, server.now());
  server.Run(100ms);
  const auto roles = server.Requests<signal::SetRole>();
  ASSERT_EQ(roles.size(), 1u);
  EXPECT_EQ(roles[0].role, signal::Role::kAudience);
  server.ForgetSession();
  server.CloseSocket(1006);
  ASSERT_TRUE(server.RunUntil([&] { return server.told.joined == 2; }));
  const auto joins = server.Requests<signal::Join>();
  EXPECT_EQ(joins.at(1).role, signal::Role::kAudience);
  EXPECT_EQ(joins.at(1).tracks.at(0).published, false);
}

TEST(WhatChangesWhileJoining, IsToldAfterwards) {
  StandInOptions options = Listener();
  options.config.entry.role = signal::Role::kAudience;
  options.config.audio.emplace();
  ServerStandIn server(options);
  server.participant->SetTrack(signal::MediaKind::kAudio, false, false, server.now());
  server.on_join = [&] {
    server.participant->SetRole(signal::Role::kAnchor, server.now());
    server.participant->SetTrack(signal::MediaKind::kAudio, true, false, server.now());
  };
  ASSERT_TRUE(server.Connect());
  server.Run(100ms);
  EXPECT_EQ(server.Requests<signal::Join>().at(0).tracks.at(0).published, false);
  const auto roles = server.Requests<signal::SetRole>();
  ASSERT_EQ(roles.size(), 1u);
  EXPECT_EQ(roles[0].role, signal::Role::kAnchor);
  const auto published = server.Requests<signal::Publish>();
  ASSERT_EQ(published.size(), 1u);
  EXPECT_EQ(published[0].tracks.at(0).published, true);
}

TEST(ALostSession, IsJoinedAgainOnTheSameSocketWithTokenAndNewConnection) {
  ServerStandIn server(Listener());
  ASSERT_TRUE(server.Connect());
  server.participant->Watch({{"*", {}, {}, signal::VideoWish{true, 640, 360}}}, server.now());
  server.Run(1s);
  server.ForgetSession();
  server.CloseSocket(1006);
  ASSERT_TRUE(server.RunUntil([&] { return server.told.media_connected == 2; }));
  const auto joins = server.Requests<signal::Join>();
  ASSERT_EQ(joins.size(), 2u);
  EXPECT_EQ(joins[1].resume_token, "token1");
  EXPECT_NE(joins[1].offer, joins[0].offer);
  EXPECT_EQ(server.opened.size(), 2u);
  EXPECT_EQ(server.told.joined, 2);
  server.Run(1s);
  const auto watches = server.Requests<signal::Watch>();
  ASSERT_EQ(watches.size(), 2u) << "wishes hold over a lost session";
  EXPECT_EQ(watches[1].streams.at(0).video, (signal::VideoWish{true, 640, 360}));
}

TEST(ALostSession, OfWhoEnteredElsewhereEnds) {
  ServerStandIn server(Listener());
  ASSERT_TRUE(server.Connect());
  server.ForgetSession();
  server.join_failure = signal::Failure{signal::code::kEnteredElsewhere, "elsewhere", {}, {}};
  server.CloseSocket(1006);
  server.Run(1s);
  ASSERT_TRUE(server.told.end);
  EXPECT_EQ(server.told.end->reason, EndReason::kKicked);
}

TEST(Leaving, IsToldToTheServer) {
  ServerStandIn server(Listener());
  ASSERT_TRUE(server.Connect());
  server.participant->Leave(server.now());
  server.Run(1s);
  EXPECT_EQ(server.Requests<signal::Leave>().size(), 1u);
  ASSERT_TRUE(server.told.end);
  EXPECT_EQ(server.told.end->reason, EndReason::kLeft);
  EXPECT_EQ(server.participant->NextDeadline(), base::kNever);
}

TEST(Leaving, EndsAlsoWhenNobodyAnswers) {
  ServerStandIn server(Listener());
  ASSERT_TRUE(server.Connect());
  server.deaf = true;
  server.participant->Leave(server.now());
  server.Run(3s);
  ASSERT_TRUE(server.told.end);
  EXPECT_EQ(server.told.end->reason, EndReason::kLeft);
}

TEST(Leaving, WithoutASocketEndsAtOnce) {
  ServerStandIn server(Listener());
  ASSERT_TRUE(server.Connect());
  server.Cut();
  server.Run(100ms);
  server.participant->Leave(server.now());
  EXPECT_TRUE(server.told.end);
}

TEST(BeingKicked, Ends) {
  ServerStandIn server(Listener());
  ASSERT_TRUE(server.Connect());
  server.Say(signal::Kicked{{1, 2}, signal::KickReason::kBanned});
  server.Run(10ms);
  ASSERT_TRUE(server.told.end);
  EXPECT_EQ(server.told.end->reason, EndReason::kKicked);
  ASSERT_FALSE(server.told.messages.empty());
  EXPECT_TRUE(std::get_if<signal::Kicked>(&server.told.messages.back()));
}

TEST(Nonsense, EndsTheSocketButNotTheSession) {
  for (const char* frame :
       {"[]", "{\"type\":\"need\",\"seq\":99,\"pairs\":1}", "{\"type\":\"ack\",\"ack\":77}"}) {
    ServerStandIn server(Listener());
    ASSERT_TRUE(server.Connect());
    server.SayRaw(frame);
    server.Run(1s);
    ASSERT_FALSE(server.closed.empty()) << frame;
    EXPECT_EQ(server.closed[0], signal::close::kBadFrames) << frame;
    EXPECT_EQ(server.told.resumed, 1) << frame;
  }
}

TEST(UnknownMessages, AreCountedAndIgnored) {
  ServerStandIn server(Listener());
  ASSERT_TRUE(server.Connect());
  server.SayRaw("{\"type\":\"newer\",\"seq\":1}");
  server.SayRaw("{\"type\":\"newest\"}");
  server.SayRaw("{\"type\":\"need\",\"seq\":2,\"pairs\":1}");
  server.Run(100ms);
  EXPECT_TRUE(server.closed.empty());
  ASSERT_EQ(server.told.messages.size(), 1u);
}

TEST(ARefusedRequest, IsReported) {
  ServerStandIn server(Listener());
  ASSERT_TRUE(server.Connect());
  server.request_failure = signal::Failure{signal::code::kBadMember, "no", "streams[0]", {}};
  server.participant->Watch({{"bob", {}, true, {}}}, server.now());
  server.Run(100ms);
  ASSERT_EQ(server.told.failures.size(), 1u);
  EXPECT_EQ(server.told.failures[0].field, "streams[0]");
}

}  // namespace
}  // namespace plaza::client
