// The lite agent against hand-made requests, one behaviour a test. Whole sessions against the full
// agent are in session_test.cc.
#include "ice/lite_agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ice/stun_writer.h"
#include "ice/testing/fixtures.h"

namespace plaza::ice {
namespace {

using base::Bytes;
using base::Path;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Credentials kLocal = {"serverufrag1", "the password of the server"};
const Credentials kPeer = {"peer", "the password of the peer"};
const Credentials kNewLocal = {"serverufrag2", "the server's next password"};
const Path kA = MakePath("192.0.2.1:7000", "198.51.100.7:1111");
const Path kB = MakePath("192.0.2.1:7000", "198.51.100.7:2222");
const Path kC = MakePath("192.0.2.1:7000", "[2001:db8::7]:3333");

struct Request {
  std::string ufrag = kLocal.ufrag;
  std::string pwd = kLocal.pwd;
  bool use_candidate = false;
  uint32_t priority = 100;
  bool controlled = false;
  bool unknown = false;

  Bytes Write() const {
    Bytes bytes(kMaxStunSize);
    StunWriter writer(bytes, StunClass::kRequest, {1, 2, 3});
    if (!ufrag.empty()) writer.Username(ufrag, "peer");
    writer.Priority(priority);
    if (controlled) {
      writer.IceControlled(UINT64_MAX);
    } else {
      writer.IceControlling(1);
    }
    if (use_candidate) writer.UseCandidate();
    if (unknown) writer.Attribute(static_cast<StunAttribute>(0x7ff1), {});
    bytes.resize(writer.Finish(pwd));
    return bytes;
  }
};

class LiteAgentTest : public ::testing::Test {
 protected:
  /// The answer to `request`, and its bytes in answer_.
  std::optional<StunMessage> Ask(const Request& request, const Path& path) {
    return AskBytes(request.Write(), path);
  }
  std::optional<StunMessage> AskBytes(const Bytes& request, const Path& path) {
    agent_.HandleStun(request, path, now_, sink_);
    auto sent = sink_.Take();
    if (sent.empty()) return std::nullopt;
    EXPECT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].path, path);
    answer_ = sent[0].bytes;
    return StunMessage::Parse(answer_);
  }
  void Check(const Path& path) { EXPECT_TRUE(Ask({}, path)); }
  void Nominate(const Path& path, uint32_t priority = 100) {
    EXPECT_TRUE(Ask({.use_candidate = true, .priority = priority}, path));
  }
  /// Lets time pass, with every deadline served.
  void Pass(base::Duration span) {
    const base::Time end = now_ + span;
    while (agent_.NextDeadline() <= end) {
      ASSERT_GT(agent_.NextDeadline(), now_) << "a deadline that does not move on";
      now_ = agent_.NextDeadline();
      agent_.HandleTimeout(now_, sink_);
    }
    now_ = end;
  }
  Path Selected() const { return agent_.selected_path() ? *agent_.selected_path() : Path{}; }

  base::Time now_{seconds(1000)};
  KeepingSink sink_;
  KeepingObserver observer_;
  LiteAgent agent_{kLocal, observer_, now_};
  Bytes answer_;
};

TEST_F(LiteAgentTest, AnswersWithTheAddressThatItSees) {
  for (const Path& path : {kA, kC}) {
    const auto answer = Ask({}, path);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->message_class, StunClass::kSuccess);
    EXPECT_EQ(answer->transaction, (TransactionId{1, 2, 3}));
    EXPECT_EQ(answer->mapped_address, path.remote);
    EXPECT_TRUE(answer->CheckIntegrity(kLocal.pwd));
    EXPECT_TRUE(answer->has_fingerprint);
  }
  EXPECT_EQ(agent_.stats().requests_accepted, 2u);
}

// The peer's answer to our question.
Bytes Answer(const TransactionId& transaction, const std::string& pwd) {
  Bytes bytes(kMaxStunSize);
  StunWriter writer(bytes, StunClass::kSuccess, transaction);
  writer.XorMappedAddress(kA.local);
  bytes.resize(writer.Finish(pwd));
  return bytes;
}

TEST_F(LiteAgentTest, APathWhereThePeerAnswersIsSelected) {
  agent_.SetRemoteCredentials(kPeer, now_);
  Nominate(kA);
  agent_.AskPath(kB, {7}, sink_);
  const auto sent = sink_.Take();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].path, kB);
  const auto question = StunMessage::Parse(sent[0].bytes);
  ASSERT_TRUE(question);
  EXPECT_EQ(question->username, kPeer.ufrag + ":" + kLocal.ufrag);
  EXPECT_TRUE(question->CheckIntegrity(kPeer.pwd));
  EXPECT_TRUE(question->ice_controlled);
  EXPECT_FALSE(question->use_candidate);
  EXPECT_EQ(Selected(), kA) << "a question proves nothing";
  AskBytes(Answer({7}, kPeer.pwd), kB);
  EXPECT_EQ(Selected(), kB);
  EXPECT_THAT(observer_.paths, ElementsAre(kA, kB));
  AskBytes(Answer({7}, kPeer.pwd), kB);
  EXPECT_EQ(agent_.stats().unmatched_responses, 1u) << "answered already";
}

TEST_F(LiteAgentTest, AnAnswerThatProvesNothingChangesNothing) {
  agent_.SetRemoteCredentials(kPeer, now_);
  Nominate(kA);
  agent_.AskPath(kB, {7}, sink_);
  sink_.Take();
  AskBytes(Answer({7}, kLocal.pwd), kB);
  AskBytes(Answer({7}, kPeer.pwd), kC);
  AskBytes(Answer({8}, kPeer.pwd), kB);
  EXPECT_EQ(Selected(), kA);
  EXPECT_THAT(observer_.paths, ElementsAre(kA));
  EXPECT_EQ(agent_.stats().wrong_integrity, 1u);
  EXPECT_EQ(agent_.stats().unmatched_responses, 2u);
}

TEST_F(LiteAgentTest, FirstPathIsUsedAtOnce) {
  EXPECT_EQ(agent_.state(), AgentState::kChecking);
  EXPECT_EQ(agent_.selected_path(), nullptr);
  Check(kA);
  Check(kB);
  EXPECT_EQ(Selected(), kA);
  EXPECT_EQ(agent_.state(), AgentState::kConnected);
  EXPECT_THAT(observer_.states, ElementsAre(AgentState::kConnected));
  EXPECT_THAT(observer_.paths, ElementsAre(kA, kB));
  EXPECT_THAT(observer_.selections, ElementsAre(kA));
}

TEST_F(LiteAgentTest, NominationSelectsAndTheLatestWins) {
  Check(kA);
  Nominate(kB);
  EXPECT_EQ(Selected(), kB);
  Nominate(kC);
  EXPECT_EQ(Selected(), kC);
  Check(kA);
  EXPECT_EQ(Selected(), kC);
  EXPECT_THAT(observer_.selections, ElementsAre(kA, kB, kC));
}

TEST_F(LiteAgentTest, OfSeveralNominatedAtOnceTheHighestPriorityWins) {
  Nominate(kA, 100);
  Pass(milliseconds(50));
  Nominate(kB, 300);
  Pass(milliseconds(50));
  Nominate(kC, 200);
  EXPECT_EQ(Selected(), kB);
  // Later it is a change of mind.
  Pass(kNominationSettling);
  Nominate(kC, 200);
  EXPECT_EQ(Selected(), kC);
}

TEST_F(LiteAgentTest, RequestsWithoutCredentialsGet400) {
  // Without integrity; made long, so that the answer may leave.
  Bytes bytes(200);
  StunWriter writer(bytes, StunClass::kRequest, {1, 2, 3});
  writer.Username(kLocal.ufrag, "peer");
  writer.Attribute(StunAttribute::kSoftware, base::AsBytes("a client with a long name"));
  bytes.resize(writer.Finish(""));
  const auto answer = AskBytes(bytes, kA);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error_code, 400);
  EXPECT_FALSE(answer->has_integrity);
  EXPECT_EQ(Ask({.ufrag = ""}, kA)->error_code, 400);
  EXPECT_EQ(agent_.stats().unauthenticated, 2u);
  EXPECT_EQ(agent_.selected_path(), nullptr);
}

TEST_F(LiteAgentTest, WrongUsernameOrIntegrityGets401) {
  const auto wrong_name = Ask({.ufrag = "serverufrag"}, kA);
  ASSERT_TRUE(wrong_name);
  EXPECT_EQ(wrong_name->message_class, StunClass::kError);
  EXPECT_EQ(wrong_name->error_code, 401);
  EXPECT_EQ(agent_.stats().wrong_username, 1u);
  EXPECT_EQ(Ask({.pwd = "another password, as long"}, kA)->error_code, 401);
  EXPECT_EQ(agent_.stats().wrong_integrity, 1u);
  EXPECT_THAT(observer_.paths, IsEmpty());
}

TEST_F(LiteAgentTest, NeverAnswersTheUnprovenWithMoreThanTheySent) {
  const Bytes bare = {0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  EXPECT_FALSE(AskBytes(bare, kA));
  EXPECT_EQ(agent_.stats().amplification_avoided, 1u);
  for (const Request& request :
       {Request{.ufrag = ""}, Request{.pwd = ""}, Request{.ufrag = "x"}, Request{.pwd = "wrong"}}) {
    const size_t asked = request.Write().size();
    EXPECT_TRUE(!Ask(request, kA) || answer_.size() <= asked);
  }
}

TEST_F(LiteAgentTest, UnknownRequiredAttributesGet420WithTheirTypes) {
  const auto answer = Ask({.unknown = true}, kA);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error_code, 420);
  EXPECT_TRUE(answer->CheckIntegrity(kLocal.pwd));
  const std::string text(answer_.begin(), answer_.end());
  EXPECT_NE(text.find(std::string("\0\x0a\0\x02\x7f\xf1\0\0", 8)), std::string::npos);
  EXPECT_EQ(agent_.selected_path(), nullptr);
  // Nobody learns what we know without proof.
  EXPECT_EQ(Ask({.pwd = "wrong", .unknown = true}, kA)->error_code, 401);
}

TEST_F(LiteAgentTest, APeerThatThinksItIsControlledGets487) {
  const auto answer = Ask({.controlled = true}, kA);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error_code, 487);
  EXPECT_TRUE(answer->CheckIntegrity(kLocal.pwd));
  EXPECT_EQ(agent_.stats().role_conflicts, 1u);
  EXPECT_EQ(agent_.selected_path(), nullptr);
}

TEST_F(LiteAgentTest, IndicationsAndResponsesAreNotAnswered) {
  for (const StunClass each : {StunClass::kIndication, StunClass::kSuccess, StunClass::kError}) {
    Bytes bytes(200);
    StunWriter writer(bytes, each, {});
    bytes.resize(writer.Finish(kLocal.pwd));
    EXPECT_FALSE(AskBytes(bytes, kA));
  }
  EXPECT_EQ(agent_.stats().unmatched_responses, 2u);
  EXPECT_EQ(agent_.selected_path(), nullptr);
}

TEST_F(LiteAgentTest, MalformedDatagramsAreDroppedAndCounted) {
  Bytes bytes = Request{}.Write();
  bytes[25] ^= 1;
  EXPECT_FALSE(AskBytes(bytes, kA));
  EXPECT_FALSE(AskBytes({}, kA));
  EXPECT_EQ(agent_.stats().malformed, 2u);
}

TEST_F(LiteAgentTest, FailsWhenNobodyCallsIn) {
  Pass(kConsentTimeout - milliseconds(1));
  EXPECT_EQ(agent_.state(), AgentState::kChecking);
  Pass(milliseconds(1));
  EXPECT_EQ(agent_.state(), AgentState::kFailed);
  EXPECT_EQ(agent_.NextDeadline(), base::kNever);
}

TEST_F(LiteAgentTest, SilenceDisconnectsThenFails) {
  Nominate(kA);
  Pass(kDisconnectedAfter);
  EXPECT_EQ(agent_.state(), AgentState::kDisconnected);
  EXPECT_EQ(Selected(), kA);
  Pass(kConsentTimeout - kDisconnectedAfter);
  EXPECT_EQ(agent_.selected_path(), nullptr);
  EXPECT_THAT(observer_.paths, IsEmpty());
  EXPECT_THAT(observer_.states,
              ElementsAre(AgentState::kConnected, AgentState::kDisconnected, AgentState::kFailed));
}

TEST_F(LiteAgentTest, ChecksKeepAPathAliveAndReviveIt) {
  for (int i = 0; i < 20; ++i) {
    Check(kA);
    Pass(seconds(6));
  }
  EXPECT_THAT(observer_.states, ElementsAre(AgentState::kConnected));
  Pass(seconds(10));
  Check(kA);
  EXPECT_EQ(agent_.state(), AgentState::kConnected);
  Pass(seconds(60));
  EXPECT_EQ(agent_.state(), AgentState::kFailed);
  Check(kB);
  EXPECT_EQ(agent_.state(), AgentState::kConnected);
  EXPECT_EQ(Selected(), kB);
}

TEST_F(LiteAgentTest, UnauthenticatedRequestsKeepNothingAlive) {
  Nominate(kA);
  for (int i = 0; i < 10; ++i) {
    Pass(seconds(3));
    Ask({.pwd = "wrong"}, kA);
  }
  EXPECT_EQ(agent_.state(), AgentState::kFailed);
}

TEST_F(LiteAgentTest, ASilentPathYieldsToOneThatIsNot) {
  Nominate(kA);
  Check(kB);
  Pass(seconds(5));
  Check(kB);
  Pass(kDisconnectedAfter - seconds(5));
  EXPECT_EQ(Selected(), kB);
  EXPECT_EQ(agent_.state(), AgentState::kConnected);
  EXPECT_THAT(observer_.states, ElementsAre(AgentState::kConnected));
}

TEST_F(LiteAgentTest, ARemovedPathIsReplacedByTheBestOfTheRest) {
  Nominate(kA);
  Nominate(kB);
  Check(kC);
  Nominate(kA);
  agent_.RemovePath(kA, now_);
  EXPECT_EQ(Selected(), kB);  // nominated once, kC never
  agent_.RemovePath(kB, now_);
  EXPECT_EQ(Selected(), kC);
  EXPECT_EQ(agent_.state(), AgentState::kConnected);
  agent_.RemovePath(kC, now_);
  EXPECT_EQ(agent_.state(), AgentState::kDisconnected);
  EXPECT_THAT(observer_.paths, IsEmpty());
  agent_.RemovePath(kC, now_);  // not known any more
  Pass(kConsentTimeout);
  EXPECT_EQ(agent_.state(), AgentState::kFailed);
}

TEST_F(LiteAgentTest, KeepsABoundedNumberOfPathsAndNeverDropsTheSelected) {
  Nominate(kA);
  for (uint16_t port = 1; port <= 40; ++port) {
    Pass(milliseconds(10));
    Path path = kB;
    path.remote.port = port;
    Check(path);
  }
  EXPECT_EQ(observer_.paths.size(), kMaxLitePaths);
  EXPECT_EQ(Selected(), kA);
  EXPECT_EQ(observer_.paths.front(), kA);
  EXPECT_EQ(observer_.paths.back().remote.port, 40);
  EXPECT_EQ(agent_.stats().paths_evicted, 41 - kMaxLitePaths);
}

TEST_F(LiteAgentTest, AfterARestartOldCredentialsLastUntilTheNewOnesAreUsed) {
  Nominate(kA);
  agent_.Restart(kNewLocal, now_);
  agent_.SetRemoteCredentials({"peer2", "the peer's next password"}, now_);
  EXPECT_EQ(agent_.local_credentials(), kNewLocal);
  EXPECT_EQ(Selected(), kA);
  EXPECT_TRUE(Ask({}, kA)->CheckIntegrity(kLocal.pwd));
  EXPECT_EQ(Ask({}, kB)->error_code, 401);  // no new paths with them
  const Request with_new = {.ufrag = kNewLocal.ufrag, .pwd = kNewLocal.pwd};
  EXPECT_TRUE(Ask(with_new, kB)->CheckIntegrity(kNewLocal.pwd));
  EXPECT_EQ(Ask({}, kA)->error_code, 401);
  EXPECT_EQ(Selected(), kA);  // until the peer nominates
  EXPECT_EQ(agent_.state(), AgentState::kConnected);
}

TEST_F(LiteAgentTest, ANominationAfterTheRestartOutdoesTheOneBefore) {
  agent_.Restart(kNewLocal, now_);
  Nominate(kA, 1000);  // unknown path: refused
  EXPECT_EQ(agent_.selected_path(), nullptr);
  const Request first = {
      .ufrag = kNewLocal.ufrag, .pwd = kNewLocal.pwd, .use_candidate = true, .priority = 1000};
  Ask(first, kA);
  const Credentials third = {"serverufrag3", "the third password, or so"};
  agent_.Restart(third, now_);
  const Request second = {
      .ufrag = third.ufrag, .pwd = third.pwd, .use_candidate = true, .priority = 1};
  Ask(second, kB);
  EXPECT_EQ(Selected(), kB);
}

TEST_F(LiteAgentTest, ARestartLeadsOutOfFailure) {
  Nominate(kA);
  Pass(seconds(40));
  ASSERT_EQ(agent_.state(), AgentState::kFailed);
  agent_.Restart(kNewLocal, now_);
  EXPECT_EQ(agent_.state(), AgentState::kDisconnected);
  Ask({.ufrag = kNewLocal.ufrag, .pwd = kNewLocal.pwd}, kB);
  EXPECT_EQ(agent_.state(), AgentState::kConnected);
}

TEST_F(LiteAgentTest, SurvivesMessagesThatAreRightButForOneByte) {
  const Bytes right = Request{.use_candidate = true}.Write();
  for (size_t i = 0; i < right.size() - 8; ++i) {  // all but the fingerprint
    for (const int change : {1, 0x80, 0xff}) {
      Bytes wrong = right;
      wrong[i] ^= static_cast<uint8_t>(change);
      agent_.HandleStun(wrong, kA, now_, sink_);
    }
  }
  EXPECT_EQ(agent_.stats().requests_accepted, 0u);
  EXPECT_THAT(observer_.paths, IsEmpty());
}

}  // namespace
}  // namespace plaza::ice
