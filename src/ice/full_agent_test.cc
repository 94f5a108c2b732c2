// The full agent against a peer played by hand, one behaviour a test. Whole sessions are in
// session_test.cc.
#include "ice/full_agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "ice/stun_writer.h"
#include "ice/testing/fixtures.h"

namespace plaza::ice {
namespace {

using base::Bytes;
using base::Path;
using base::SocketAddress;
using base::TransportProtocol;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Credentials kOurs = {"oursufrag", "the password that we made up"};
const Credentials kTheirs = {"theirs", "the password of our peer"};
const Path kPath = MakePath("10.0.0.5:5000", "192.0.2.1:7000");

class FullAgentTest : public ::testing::Test {
 protected:
  explicit FullAgentTest(Role role = Role::kControlling)
      : agent_(role, kOurs, random_, observer_, now_) {
    EXPECT_TRUE(agent_.AddLocalAddress(kPath.local, now_).ok());
    agent_.SetRemoteCredentials(kTheirs, now_);
  }

  void AddRemote(const SocketAddress& address, uint16_t preference = 65535) {
    EXPECT_TRUE(
        agent_.AddRemoteCandidate(HostCandidate(address, TransportProtocol::kUdp, preference), now_)
            .ok());
  }
  /// Serves deadlines for `span` and gives what was sent.
  std::vector<Datagram> Pass(base::Duration span) {
    const base::Time end = now_ + span;
    for (int turns = 0; agent_.NextDeadline() <= end && turns < 10000; ++turns) {
      now_ = std::max(now_, agent_.NextDeadline());
      agent_.HandleTimeout(now_, sink_);
    }
    now_ = end;
    return sink_.Take();
  }
  /// The one check that is sent in the next moment.
  Datagram NextCheck(base::Duration within = milliseconds(0)) {
    auto sent = Pass(within);
    EXPECT_EQ(sent.size(), 1u);
    return sent.empty() ? Datagram{} : sent[0];
  }
  static StunMessage Read(const Datagram& datagram) {
    const auto message = StunMessage::Parse(datagram.bytes);
    EXPECT_TRUE(message);
    return message.value_or(StunMessage{});
  }
  void Deliver(const Bytes& bytes, const Path& path) {
    agent_.HandleStun(bytes, path, now_, sink_);
  }
  static Bytes Success(const Datagram& check, const std::string& pwd = kTheirs.pwd) {
    Bytes bytes(200);
    StunWriter writer(bytes, StunClass::kSuccess, Read(check).transaction);
    writer.XorMappedAddress(check.path.local);
    bytes.resize(writer.Finish(pwd));
    return bytes;
  }
  static Bytes Error(const Datagram& check, uint16_t code, const std::string& pwd) {
    Bytes bytes(200);
    StunWriter writer(bytes, StunClass::kError, Read(check).transaction);
    writer.ErrorCode(code, "no");
    bytes.resize(writer.Finish(pwd));
    return bytes;
  }
  static Bytes Request(bool nominate = false, const Credentials& to = kOurs,
                       std::optional<uint64_t> controlling = 1) {
    Bytes bytes(400);
    StunWriter writer(bytes, StunClass::kRequest, {7, 7, 7});
    writer.Username(to.ufrag, kTheirs.ufrag);
    writer.Priority(12345);
    if (controlling) writer.IceControlling(*controlling);
    if (nominate) writer.UseCandidate();
    bytes.resize(writer.Finish(to.pwd));
    return bytes;
  }
  void Answer(const Datagram& check) { Deliver(Success(check), check.path); }
  void Connect() {
    AddRemote(kPath.remote);
    for (int i = 0; i < 2; ++i) {
      const Datagram check = NextCheck(i * kPacing);
      ASSERT_EQ(check.path, kPath);
      EXPECT_EQ(Read(check).use_candidate, i == 1);
      Answer(check);
    }
    ASSERT_EQ(agent_.state(), AgentState::kConnected);
  }

  base::Time now_{seconds(1000)};
  base::SeededRandom random_{1};
  KeepingSink sink_;
  KeepingObserver observer_;
  FullAgent agent_;
};

class ControlledAgentTest : public FullAgentTest {
 protected:
  ControlledAgentTest() : FullAgentTest(Role::kControlled) {}
};

TEST_F(FullAgentTest, ItsCheckHasAllThatTheRfcWants) {
  AddRemote(kPath.remote);
  const Datagram check = NextCheck();
  EXPECT_EQ(check.path, kPath);
  const StunMessage message = Read(check);
  EXPECT_EQ(message.message_class, StunClass::kRequest);
  EXPECT_EQ(message.username, "theirs:oursufrag");
  EXPECT_EQ(message.priority, CandidatePriority(CandidateType::kPeerReflexive, 65535, 1));
  EXPECT_TRUE(message.ice_controlling);
  EXPECT_FALSE(message.use_candidate);
  EXPECT_TRUE(message.has_fingerprint);
  EXPECT_TRUE(message.CheckIntegrity(kTheirs.pwd));
}

TEST_F(FullAgentTest, RepeatsAnUnansweredCheckMoreAndMoreRarely) {
  AddRemote(kPath.remote);
  const base::Time start = now_;
  std::vector<int64_t> times;
  const TransactionId first = Read(NextCheck()).transaction;
  while (now_ < start + seconds(2)) {
    now_ = agent_.NextDeadline();
    agent_.HandleTimeout(now_, sink_);
    for (const Datagram& datagram : sink_.Take()) {
      EXPECT_EQ(Read(datagram).transaction, first);
      times.push_back(base::ToMillis(now_ - start));
    }
  }
  EXPECT_THAT(times, ElementsAre(250, 750, 1250, 1750, 2250));
}

TEST_F(FullAgentTest, UsesTheFirstPairThatWorksAndNominatesIt) {
  Connect();
  EXPECT_EQ(*agent_.selected_path(), kPath);
  EXPECT_THAT(observer_.selections, ElementsAre(kPath));
  EXPECT_THAT(observer_.paths, ElementsAre(kPath));
  // The checks of consent nominate as well, so that a lite peer follows when addresses change.
  const auto consent = Pass(seconds(6));
  ASSERT_FALSE(consent.empty());
  EXPECT_TRUE(Read(consent[0]).use_candidate);
}

TEST_F(FullAgentTest, WaitsALittleForABetterPairBeforeItNominates) {
  const SocketAddress better = Address("192.0.2.2:7000");
  AddRemote(better, 65535);
  AddRemote(kPath.remote, 100);
  const auto checks = Pass(kPacing);
  ASSERT_EQ(checks.size(), 2u);
  EXPECT_EQ(checks[0].path.remote, better);
  Answer(checks[1]);
  EXPECT_EQ(*agent_.selected_path(), kPath);
  for (const Datagram& datagram : Pass(kNominationPatience - milliseconds(1)))
    EXPECT_FALSE(Read(datagram).use_candidate);
  Answer(checks[0]);
  const Datagram nomination = NextCheck();
  EXPECT_TRUE(Read(nomination).use_candidate);
  EXPECT_EQ(nomination.path.remote, better);
  Answer(nomination);
  EXPECT_EQ(agent_.selected_path()->remote, better);
}

TEST_F(FullAgentTest, GivesUpANominationThatIsNotAnswered) {
  const SocketAddress other = Address("192.0.2.2:7000");
  AddRemote(kPath.remote, 65535);
  AddRemote(other, 100);
  const auto checks = Pass(kPacing);
  ASSERT_EQ(checks.size(), 2u);
  Answer(checks[0]);
  Answer(checks[1]);
  // The better pair works no longer, and the selection is silent.
  std::vector<Datagram> nominations_of_other;
  for (int i = 0; i < 200 && nominations_of_other.empty(); ++i)
    for (const Datagram& datagram : Pass(milliseconds(50)))
      if (datagram.path.remote == other && Read(datagram).use_candidate)
        nominations_of_other.push_back(datagram);
  ASSERT_FALSE(nominations_of_other.empty());
  Answer(nominations_of_other[0]);
  EXPECT_EQ(agent_.selected_path()->remote, other);
}

TEST_F(FullAgentTest, ForgedResponsesDoNothing) {
  AddRemote(kPath.remote);
  const Datagram check = NextCheck();
  Deliver(Success(check, "a password that is not theirs"), kPath);
  EXPECT_EQ(agent_.stats().wrong_integrity, 1u);
  Deliver(Success(check), MakePath("10.0.0.5:5000", "192.0.2.66:7000"));
  EXPECT_EQ(agent_.stats().unmatched_responses, 1u);
  Datagram other = check;
  other.bytes[10] ^= 1;  // another transaction; Parse() would refuse the fingerprint
  base::StoreU32(other.bytes.data() + other.bytes.size() - 8, 0x80220004);
  Deliver(Success(other), kPath);
  EXPECT_EQ(agent_.stats().unmatched_responses, 2u);
  Deliver(Error(check, 487, ""), kPath);
  EXPECT_EQ(agent_.role(), Role::kControlling);
  EXPECT_EQ(agent_.state(), AgentState::kChecking);
  EXPECT_THAT(observer_.paths, IsEmpty());
  Answer(check);
  EXPECT_EQ(agent_.state(), AgentState::kConnected);
}

TEST_F(FullAgentTest, TheSameResponseCountsOnce) {
  Connect();
  const auto consent = Pass(seconds(6));
  ASSERT_FALSE(consent.empty());
  Answer(consent[0]);
  const uint64_t accepted = agent_.stats().responses_accepted;
  Answer(consent[0]);
  EXPECT_EQ(agent_.stats().responses_accepted, accepted);
  EXPECT_EQ(agent_.stats().unmatched_responses, 1u);
}

TEST_F(FullAgentTest, AsksAgainAfter401ButNotAfter400) {
  AddRemote(kPath.remote);
  const Datagram check = NextCheck();
  Deliver(Error(check, 401, ""), kPath);
  EXPECT_FALSE(Pass(seconds(1)).empty());
  Deliver(Error(check, 400, ""), kPath);
  EXPECT_THAT(Pass(seconds(10)), IsEmpty());
  EXPECT_EQ(agent_.stats().error_responses, 2u);
}

TEST_F(FullAgentTest, YieldsItsRoleAndChecksAgain) {
  AddRemote(kPath.remote);
  const Datagram check = NextCheck();
  const uint64_t tie_breaker = *Read(check).ice_controlling;
  Deliver(Error(check, 487, kTheirs.pwd), kPath);
  EXPECT_EQ(agent_.role(), Role::kControlled);
  const Datagram again = NextCheck(kPacing);
  ASSERT_TRUE(Read(again).ice_controlled);
  EXPECT_NE(*Read(again).ice_controlled, tie_breaker);
}

TEST_F(FullAgentTest, TheLargerTieBreakerControls) {
  AddRemote(kPath.remote);
  Deliver(Request(false, kOurs, 0), kPath);
  auto sent = sink_.Take();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(Read(sent[0]).error_code, 487);
  EXPECT_EQ(agent_.role(), Role::kControlling);
  Deliver(Request(false, kOurs, UINT64_MAX), kPath);
  EXPECT_EQ(Read(sink_.Take().at(0)).message_class, StunClass::kSuccess);
  EXPECT_EQ(agent_.role(), Role::kControlled);
}

TEST_F(ControlledAgentTest, AnUnknownPeerIsCheckedInTurn) {
  const Path path = MakePath("10.0.0.5:5000", "203.0.113.9:4000");
  Deliver(Request(), path);
  EXPECT_EQ(Read(sink_.Take().at(0)).message_class, StunClass::kSuccess);
  EXPECT_THAT(observer_.paths, ElementsAre(path));
  EXPECT_EQ(agent_.state(), AgentState::kChecking);
  const Datagram check = NextCheck();
  EXPECT_EQ(check.path, path);
  Answer(check);
  EXPECT_EQ(agent_.state(), AgentState::kConnected);
}

TEST_F(ControlledAgentTest, FollowsTheNominationOfThePeer) {
  const SocketAddress other = Address("192.0.2.2:7000");
  AddRemote(kPath.remote);
  AddRemote(other, 5);
  const auto checks = Pass(kPacing);
  ASSERT_EQ(checks.size(), 2u);
  Answer(checks[0]);
  EXPECT_EQ(*agent_.selected_path(), kPath);
  // Nominated before it is known to work: selected when it is.
  Deliver(Request(true), checks[1].path);
  EXPECT_EQ(*agent_.selected_path(), kPath);
  Answer(checks[1]);
  EXPECT_EQ(agent_.selected_path()->remote, other);
  // One that is known to work: at once.
  Deliver(Request(true), kPath);
  EXPECT_EQ(*agent_.selected_path(), kPath);
  for (const Datagram& datagram : Pass(seconds(6)))
    EXPECT_FALSE(Read(datagram).message_class == StunClass::kRequest &&
                 Read(datagram).use_candidate);
}

TEST_F(ControlledAgentTest, ANominationOfBeforeTheSilenceIsForgotten) {
  const SocketAddress other = Address("192.0.2.2:7000");
  AddRemote(kPath.remote);
  AddRemote(other, 5);
  for (const Datagram& check : Pass(kPacing)) Answer(check);
  Deliver(Request(true), kPath);
  ASSERT_EQ(*agent_.selected_path(), kPath);
  Pass(kDisconnectedAfter);
  ASSERT_EQ(agent_.state(), AgentState::kDisconnected);
  std::map<SocketAddress, Datagram> checks;
  for (const Datagram& check : Pass(seconds(2))) checks[check.path.remote] = check;
  ASSERT_EQ(checks.size(), 2u);
  Answer(checks[other]);
  EXPECT_EQ(agent_.selected_path()->remote, other);
  Answer(checks[kPath.remote]);
  EXPECT_EQ(agent_.selected_path()->remote, other);
}

TEST_F(FullAgentTest, ChecksNoOtherPairOnceOneIsNominated) {
  AddRemote(Address("192.0.2.2:7000"), 5);
  Connect();
  AddRemote(Address("192.0.2.3:7000"));
  for (const Datagram& datagram : Pass(kDisconnectedAfter - milliseconds(1)))
    EXPECT_EQ(datagram.path, kPath);
  // But does when that one falls silent.
  std::set<SocketAddress> checked;
  for (const Datagram& datagram : Pass(seconds(2))) checked.insert(datagram.path.remote);
  EXPECT_EQ(checked.size(), 3u);
}

TEST_F(FullAgentTest, AfterARestartOldCredentialsServeTheSelectedPathOnly) {
  Connect();
  const Credentials next = {"oursagain", "the password of after the restart"};
  agent_.Restart(next, now_);
  agent_.SetRemoteCredentials({"theirsagain", "their password of after the restart"}, now_);
  Deliver(Request(false, kOurs, {}), kPath);
  const Datagram answer = sink_.Take().at(0);
  EXPECT_EQ(Read(answer).message_class, StunClass::kSuccess);
  EXPECT_TRUE(Read(answer).CheckIntegrity(kOurs.pwd));
  Deliver(Request(false, kOurs, {}), MakePath("10.0.0.5:5000", "203.0.113.9:4000"));
  EXPECT_EQ(Read(sink_.Take().at(0)).error_code, 401);
  // They begin no check of the new generation; consent is asked for with the old ones.
  const auto sent = Pass(seconds(6));
  ASSERT_FALSE(sent.empty());
  for (const Datagram& datagram : sent) EXPECT_EQ(Read(datagram).username, "theirs:oursufrag");
  Deliver(Request(false, next, {}), kPath);
  EXPECT_TRUE(Read(sink_.Take().at(0)).CheckIntegrity(next.pwd));
  EXPECT_EQ(Read(NextCheck()).username, "theirsagain:oursagain");
}

TEST_F(FullAgentTest, FailsWithoutAnswerAndStaysFailed) {
  AddRemote(kPath.remote);
  Deliver(Request(false, kOurs, {}), kPath);
  EXPECT_THAT(observer_.paths, ElementsAre(kPath));
  Pass(kConsentTimeout);
  EXPECT_EQ(agent_.state(), AgentState::kFailed);
  EXPECT_THAT(observer_.paths, IsEmpty());
  Deliver(Request(), kPath);
  EXPECT_THAT(Pass(seconds(10)), IsEmpty());
  EXPECT_EQ(agent_.state(), AgentState::kFailed);
}

TEST_F(FullAgentTest, ItsTimeBeginsWhenThePeerIsKnown) {
  Pass(seconds(25));
  agent_.SetRemoteCredentials(kTheirs, now_);
  AddRemote(kPath.remote);
  Pass(seconds(29));
  EXPECT_EQ(agent_.state(), AgentState::kChecking);
  Pass(seconds(1));
  EXPECT_EQ(agent_.state(), AgentState::kFailed);
}

TEST_F(FullAgentTest, DoesNotSendBeforeItKnowsThePeersCredentials) {
  agent_.Restart(kOurs, now_);
  AddRemote(kPath.remote);
  EXPECT_THAT(Pass(seconds(5)), IsEmpty());
  agent_.SetRemoteCredentials(kTheirs, now_);
  NextCheck();
}

TEST_F(FullAgentTest, UsesAConnectionWhenNoDatagramGetsThrough) {
  AddRemote(kPath.remote);
  const Path connection{Address("10.0.0.5:40000"), Address("192.0.2.1:7000"),
                        TransportProtocol::kTcp};
  agent_.AddConnection(connection, now_);
  const auto checks = Pass(kPacing);
  ASSERT_EQ(checks.size(), 2u);
  EXPECT_EQ(checks[0].path, kPath);
  ASSERT_EQ(checks[1].path, connection);
  EXPECT_LT(*Read(checks[1]).priority, *Read(checks[0]).priority);
  Answer(checks[1]);
  EXPECT_EQ(*agent_.selected_path(), connection);
  agent_.RemovePath(connection, now_);
  EXPECT_EQ(agent_.selected_path(), nullptr);
  EXPECT_EQ(agent_.state(), AgentState::kDisconnected);
}

TEST_F(FullAgentTest, ItsTablesAreBounded) {
  for (uint16_t port = 1; port <= 200; ++port) {
    SocketAddress address = kPath.remote;
    address.port = port;
    const auto added =
        agent_.AddRemoteCandidate(HostCandidate(address, TransportProtocol::kUdp, 1), now_);
    EXPECT_EQ(added.ok(), port <= kMaxRemoteCandidates);
    SocketAddress local = kPath.local;
    local.port = port;
    (void)agent_.AddLocalAddress(local, now_);
    Deliver(Request(false), {kPath.local, Address(("198.51.100.1:" + std::to_string(port)).c_str()),
                             TransportProtocol::kUdp});
  }
  EXPECT_LE(observer_.paths.size(), kMaxFullPaths);
  std::set<Path> checked;
  for (const Datagram& datagram : Pass(seconds(25)))
    if (Read(datagram).message_class == StunClass::kRequest) checked.insert(datagram.path);
  EXPECT_LE(checked.size(), 2 * kMaxPairs);
}

TEST_F(FullAgentTest, DoesNotPairAddressesOfDifferentFamilies) {
  AddRemote(Address("[2001:db8::1]:7000"));
  EXPECT_THAT(Pass(seconds(2)), IsEmpty());
}

TEST_F(FullAgentTest, SurvivesHostileBytes) {
  Connect();
  base::SeededRandom random(5);
  const Bytes right = Request(true);
  for (int round = 0; round < 20000; ++round) {
    Bytes bytes = right;
    for (uint64_t i = random.Below(4) + 1; i > 0; --i)
      bytes[random.Below(bytes.size() - 8)] = static_cast<uint8_t>(random.Next32());
    if (random.Below(4) == 0) bytes.resize(random.Below(bytes.size()));
    if (bytes == right) continue;
    Deliver(bytes, MakePath("10.0.0.5:5000", "203.0.113.9:4000"));
  }
  EXPECT_THAT(observer_.paths, ElementsAre(kPath));
  EXPECT_EQ(*agent_.selected_path(), kPath);
  EXPECT_GT(agent_.stats().malformed, 0u);
}

}  // namespace
}  // namespace plaza::ice
