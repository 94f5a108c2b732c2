// Whole ICE sessions over a simulated network: full against lite, full against full.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ice/full_agent.h"
#include "ice/lite_agent.h"
#include "ice/testing/network.h"

namespace plaza::ice {
namespace {

using base::SocketAddress;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

const SocketAddress kServer = Address("192.0.2.1:7000");
const SocketAddress kHome = Address("10.0.0.5:5000");
const SocketAddress kMobile = Address("10.9.9.9:6000");

Candidate CandidateAt(const SocketAddress& address, uint16_t preference = 65535) {
  return HostCandidate(address, base::TransportProtocol::kUdp, preference);
}

bool SamePath(const Agent& a, const Agent& b) {
  return a.selected_path() != nullptr && b.selected_path() != nullptr &&
         a.selected_path()->local == b.selected_path()->remote &&
         a.selected_path()->remote == b.selected_path()->local;
}

/// A client behind nothing and a lite server.
class ClientAndServer {
 public:
  explicit ClientAndServer(uint64_t seed = 1, const LinkConditions& conditions = {},
                           Role role = Role::kControlling)
      : network(seed, conditions),
        random(seed),
        client(role, MakeCredentials(random), random, client_events, network.now()),
        server(MakeCredentials(random), server_events, network.now()) {
    network.Attach(kServer, &server);
    AddClientAddress(kHome);
    Exchange();
    EXPECT_TRUE(client.AddRemoteCandidate(CandidateAt(kServer), network.now()).ok());
  }

  void AddClientAddress(const SocketAddress& address) {
    network.Attach(address, &client);
    EXPECT_TRUE(client.AddLocalAddress(address, network.now()).ok());
  }
  void RemoveClientAddress(const SocketAddress& address) {
    network.Attach(address, nullptr);
    client.RemoveLocalAddress(address, network.now());
  }
  void Exchange() {
    server.SetRemoteCredentials(client.local_credentials(), network.now());
    client.SetRemoteCredentials(server.local_credentials(), network.now());
  }
  void Restart() {
    client.Restart(MakeCredentials(random), network.now());
    server.Restart(MakeCredentials(random), network.now());
    Exchange();
    EXPECT_TRUE(client.AddRemoteCandidate(CandidateAt(kServer), network.now()).ok());
  }
  bool Connected() const {
    return client.state() == AgentState::kConnected && server.state() == AgentState::kConnected &&
           SamePath(client, server);
  }
  bool Connect(base::Duration limit = seconds(1)) {
    return network.RunUntil([&] { return Connected(); }, limit);
  }

  Network network;
  base::SeededRandom random;
  KeepingObserver client_events, server_events;
  FullAgent client;
  LiteAgent server;
};

/// Two full agents.
class TwoClients {
 public:
  TwoClients(uint64_t seed, const LinkConditions& conditions, Role role_a = Role::kControlling,
             Role role_b = Role::kControlled)
      : network(seed, conditions),
        random(seed),
        a(role_a, MakeCredentials(random), random, a_events, network.now()),
        b(role_b, MakeCredentials(random), random, b_events, network.now()) {
    network.Attach(kHome, &a);
    network.Attach(kMobile, &b);
    EXPECT_TRUE(a.AddLocalAddress(kHome, network.now()).ok());
    EXPECT_TRUE(b.AddLocalAddress(kMobile, network.now()).ok());
    Exchange();
  }
  void Exchange() {
    a.SetRemoteCredentials(b.local_credentials(), network.now());
    b.SetRemoteCredentials(a.local_credentials(), network.now());
    EXPECT_TRUE(a.AddRemoteCandidate(CandidateAt(kMobile), network.now()).ok());
    EXPECT_TRUE(b.AddRemoteCandidate(CandidateAt(kHome), network.now()).ok());
  }
  void Restart() {
    a.Restart(MakeCredentials(random), network.now());
    b.Restart(MakeCredentials(random), network.now());
    Exchange();
  }
  bool Connected() const {
    return a.state() == AgentState::kConnected && b.state() == AgentState::kConnected &&
           SamePath(a, b);
  }

  Network network;
  base::SeededRandom random;
  KeepingObserver a_events, b_events;
  FullAgent a, b;
};

TEST(Session, ConnectsInOneRoundTrip) {
  ClientAndServer call;
  EXPECT_TRUE(call.Connect(milliseconds(20)));
  EXPECT_EQ(call.network.now() - base::Time(seconds(1000)), milliseconds(20));
  EXPECT_THAT(call.client_events.states, ElementsAre(AgentState::kConnected));
  EXPECT_THAT(call.client_events.selections, ElementsAre(base::Path{kHome, kServer}));
  EXPECT_THAT(call.server_events.selections, ElementsAre(base::Path{kServer, kHome}));
}

TEST(Session, StaysConnectedWithFewMessages) {
  ClientAndServer call;
  ASSERT_TRUE(call.Connect());
  call.network.Run(seconds(5));
  call.network.sent.clear();
  call.network.Run(seconds(600));
  EXPECT_TRUE(call.Connected());
  EXPECT_THAT(call.server_events.states, ElementsAre(AgentState::kConnected));
  EXPECT_THAT(call.client_events.states, ElementsAre(AgentState::kConnected));
  // A check and its answer every 4 to 6 seconds.
  EXPECT_GE(call.network.sent.size(), 200u);
  EXPECT_LE(call.network.sent.size(), 300u);
}

TEST(Session, PrefersTheFirstAddressButWorksWithAnyThatWorks) {
  ClientAndServer both;
  both.AddClientAddress(kMobile);
  both.network.Run(seconds(2));
  EXPECT_TRUE(both.Connected());
  EXPECT_EQ(both.client.selected_path()->local, kHome);

  ClientAndServer blocked;
  blocked.network.Block(
      [](const SocketAddress& from, const SocketAddress&) { return from == kHome; });
  blocked.AddClientAddress(kMobile);
  EXPECT_TRUE(blocked.Connect());
  EXPECT_EQ(blocked.client.selected_path()->local, kMobile);
  blocked.network.Run(seconds(2));
  EXPECT_TRUE(blocked.Connected());
}

TEST(Session, ChecksArePaced) {
  ClientAndServer call;
  call.network.Block([](const SocketAddress&, const SocketAddress&) { return true; });
  for (uint16_t port = 1; port <= 30; ++port) {
    SocketAddress address = kServer;
    address.port = port;
    ASSERT_TRUE(call.client.AddRemoteCandidate(CandidateAt(address), call.network.now()).ok());
  }
  call.network.Run(seconds(10));
  const auto& sent = call.network.sent;
  for (size_t i = 1; i < sent.size(); ++i) EXPECT_GE(sent[i].first - sent[i - 1].first, kPacing);
  EXPECT_GE(sent.size(), 150u);
}

TEST(Session, TakesCandidatesAndCredentialsInAnyOrder) {
  Network network(1);
  base::SeededRandom random(1);
  KeepingObserver a_events, b_events;
  FullAgent a(Role::kControlling, MakeCredentials(random), random, a_events, network.now());
  FullAgent b(Role::kControlled, MakeCredentials(random), random, b_events, network.now());
  network.Attach(kHome, &a);
  network.Attach(kMobile, &b);
  ASSERT_TRUE(a.AddRemoteCandidate(CandidateAt(kMobile), network.now()).ok());
  ASSERT_TRUE(a.AddLocalAddress(kHome, network.now()).ok());
  ASSERT_TRUE(b.AddLocalAddress(kMobile, network.now()).ok());
  a.SetRemoteCredentials(b.local_credentials(), network.now());
  // b neither knows where a is nor who: it learns the address from a's check, and answers it.
  network.Run(seconds(2));
  EXPECT_EQ(a.state(), AgentState::kConnected);
  EXPECT_EQ(b.state(), AgentState::kChecking);
  b.SetRemoteCredentials(a.local_credentials(), network.now());
  network.Run(seconds(1));
  EXPECT_EQ(b.state(), AgentState::kConnected);
  EXPECT_TRUE(SamePath(a, b));
}

TEST(Session, CandidatesThatAreNotUsableDoNoHarm) {
  ClientAndServer call;
  for (const char* text :
       {"1 1 udp 1 printer.local 50000 typ host", "1 1 tcp 1 192.0.2.1 7000 typ host",
        "1 1 udp 1 192.0.2.9 7000 typ host ufrag other"}) {
    const auto candidate = ParseCandidate(text);
    ASSERT_TRUE(candidate.ok());
    EXPECT_TRUE(call.client.AddRemoteCandidate(*candidate, call.network.now()).ok());
  }
  EXPECT_TRUE(call.Connect());
  call.network.Run(seconds(3));
  for (const auto& [when, datagram] : call.network.sent)
    EXPECT_TRUE(datagram.path.remote == kServer || datagram.path.local == kServer);
}

TEST(Session, AControlledClientTakesControlOfALiteServer) {
  ClientAndServer call(1, {}, Role::kControlled);
  EXPECT_TRUE(call.Connect());
  EXPECT_EQ(call.client.role(), Role::kControlling);
  EXPECT_EQ(call.server.stats().role_conflicts, 1u);
}

TEST(Session, RoleConflictsAreSolved) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    for (const Role role : {Role::kControlling, Role::kControlled}) {
      const LinkConditions conditions = {.loss = 0.1, .jitter = milliseconds(50)};
      TwoClients call(seed, conditions, role, role);
      EXPECT_TRUE(call.network.RunUntil(
          [&] { return call.Connected() && call.a.role() != call.b.role(); }, seconds(20)))
          << seed;
    }
  }
}

TEST(Session, SilenceDisconnectsThenFailsBothEnds) {
  ClientAndServer call;
  ASSERT_TRUE(call.Connect());
  call.network.Run(seconds(20));
  call.network.Block([](const SocketAddress&, const SocketAddress&) { return true; });
  call.network.Run(kDisconnectedAfter);
  EXPECT_EQ(call.client.state(), AgentState::kDisconnected);
  EXPECT_EQ(call.server.state(), AgentState::kDisconnected);
  call.network.Run(kConsentTimeout - kDisconnectedAfter);
  EXPECT_EQ(call.client.state(), AgentState::kFailed);
  EXPECT_EQ(call.server.state(), AgentState::kFailed);
  EXPECT_EQ(call.client.selected_path(), nullptr);
  EXPECT_TRUE(call.client_events.paths.empty());
  EXPECT_EQ(call.client.NextDeadline(), base::kNever);
  call.network.sent.clear();
  call.network.Run(seconds(60));
  EXPECT_TRUE(call.network.sent.empty());
}

TEST(Session, OneWaySilenceTakesAwayConsent) {
  ClientAndServer call;
  ASSERT_TRUE(call.Connect());
  // The server's answers are lost: the client's requests go on keeping the server's end.
  call.network.Block(
      [](const SocketAddress& from, const SocketAddress&) { return from == kServer; });
  call.network.Run(kConsentTimeout + seconds(1));
  EXPECT_EQ(call.client.state(), AgentState::kFailed);
  EXPECT_NE(call.server.state(), AgentState::kFailed);
}

TEST(Session, ComesBackAfterACut) {
  ClientAndServer call;
  ASSERT_TRUE(call.Connect());
  call.network.Block([](const SocketAddress&, const SocketAddress&) { return true; });
  call.network.Run(seconds(20));
  call.network.Block({});
  EXPECT_TRUE(call.Connect(seconds(2)));
  EXPECT_THAT(
      call.client_events.states,
      ElementsAre(AgentState::kConnected, AgentState::kDisconnected, AgentState::kConnected));
  EXPECT_EQ(call.client_events.selections.size(), 1u);
}

TEST(Session, FollowsAChangeOfAddressTranslation) {
  ClientAndServer call;
  const SocketAddress before = Address("198.51.100.7:1000"), after = Address("198.51.100.7:2000");
  call.network.Translate(kHome, before);
  ASSERT_TRUE(call.network.RunUntil([&] { return call.server.state() == AgentState::kConnected; },
                                    seconds(1)));
  call.network.Run(seconds(1));
  EXPECT_EQ(call.server.selected_path()->remote, before);
  call.network.Translate(kHome, after);
  call.network.Run(seconds(7));
  EXPECT_EQ(call.server.selected_path()->remote, after);
  call.network.Run(seconds(60));
  EXPECT_EQ(call.server_events.paths.size(), 1u);  // the old one died
  EXPECT_THAT(call.client_events.states, ElementsAre(AgentState::kConnected));
  EXPECT_THAT(call.server_events.states, ElementsAre(AgentState::kConnected));
}

TEST(Session, FollowsAChangeOfTheClientsAddress) {
  ClientAndServer call;
  ASSERT_TRUE(call.Connect());
  call.network.Run(seconds(100));
  call.RemoveClientAddress(kHome);
  EXPECT_EQ(call.client.state(), AgentState::kDisconnected);
  EXPECT_EQ(call.client.selected_path(), nullptr);
  call.AddClientAddress(kMobile);
  EXPECT_TRUE(call.Connect(milliseconds(500)));
  EXPECT_EQ(call.server.selected_path()->remote, kMobile);
  EXPECT_THAT(call.server_events.states, ElementsAre(AgentState::kConnected));
  EXPECT_THAT(call.client_events.paths, ElementsAre(base::Path{kMobile, kServer}));
}

TEST(Session, FallsOverToAnotherPairThatWorks) {
  ClientAndServer call;
  call.AddClientAddress(kMobile);
  ASSERT_TRUE(call.Connect());
  call.network.Run(seconds(10));
  ASSERT_EQ(call.client.selected_path()->local, kHome);
  call.network.Block([](const SocketAddress& from, const SocketAddress& to) {
    return from == kHome || to == kHome;
  });
  call.network.Run(kDisconnectedAfter + seconds(1));
  EXPECT_TRUE(call.Connected());
  EXPECT_EQ(call.client.selected_path()->local, kMobile);
  EXPECT_THAT(call.client_events.states, Not(Contains(AgentState::kFailed)));
}

TEST(Session, ARestartKeepsTheOldPathUntilTheNewOneWorks) {
  ClientAndServer call;
  ASSERT_TRUE(call.Connect());
  call.network.Run(seconds(3));
  // The server restarts; the client does not know it for a while.
  const Credentials next = MakeCredentials(call.random);
  call.server.Restart(next, call.network.now());
  call.network.Run(seconds(60));
  EXPECT_TRUE(call.Connected());
  call.client.Restart(MakeCredentials(call.random), call.network.now());
  call.network.Run(seconds(60));
  EXPECT_TRUE(call.Connected());
  call.Exchange();
  ASSERT_TRUE(call.client.AddRemoteCandidate(CandidateAt(kServer), call.network.now()).ok());
  call.network.Run(seconds(60));
  EXPECT_TRUE(call.Connected());
  EXPECT_EQ(call.server.stats().wrong_username, 0u);
  for (const auto* events : {&call.client_events, &call.server_events}) {
    EXPECT_THAT(events->states, ElementsAre(AgentState::kConnected));
    EXPECT_EQ(events->selections.size(), 1u);
  }
}

TEST(Session, ARestartMovesToANewAddress) {
  ClientAndServer call;
  ASSERT_TRUE(call.Connect());
  call.AddClientAddress(kMobile);
  call.network.Block([](const SocketAddress& from, const SocketAddress& to) {
    return from == kHome || to == kHome;
  });
  call.Restart();
  EXPECT_TRUE(call.network.RunUntil(
      [&] { return call.Connected() && call.client.selected_path()->local == kMobile; },
      seconds(1)));
  EXPECT_THAT(call.client_events.states, ElementsAre(AgentState::kConnected));
}

TEST(Session, ARestartLeadsOutOfFailure) {
  ClientAndServer call;
  ASSERT_TRUE(call.Connect());
  call.network.Block([](const SocketAddress&, const SocketAddress&) { return true; });
  call.network.Run(seconds(60));
  ASSERT_EQ(call.client.state(), AgentState::kFailed);
  call.network.Block({});
  call.Restart();
  EXPECT_TRUE(call.Connect());
}

TEST(Session, TwoFullAgentsRestart) {
  TwoClients call(1, {});
  ASSERT_TRUE(call.network.RunUntil([&] { return call.Connected(); }, seconds(1)));
  call.network.Run(seconds(3));
  for (int i = 0; i < 5; ++i) {
    call.Restart();
    call.network.Run(seconds(40));
    EXPECT_TRUE(call.Connected());
  }
  EXPECT_THAT(call.a_events.states, ElementsAre(AgentState::kConnected));
  EXPECT_THAT(call.b_events.states, ElementsAre(AgentState::kConnected));
}

class SessionUnderLoss : public ::testing::TestWithParam<double> {
 protected:
  LinkConditions conditions_{.loss = GetParam(),
                             .duplication = 0.1,
                             .delay = milliseconds(100),
                             .jitter = milliseconds(100)};
  static constexpr uint64_t kSeeds = 100;
};

TEST_P(SessionUnderLoss, FullAndLiteConnectStayAndRestart) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    ClientAndServer call(seed, conditions_);
    call.AddClientAddress(kMobile);
    ASSERT_TRUE(call.Connect(seconds(30))) << seed;
    call.network.Run(seconds(60));
    EXPECT_THAT(call.client_events.states, Not(Contains(AgentState::kFailed))) << seed;
    call.Restart();
    call.network.Run(seconds(60));
    ASSERT_TRUE(call.Connect(seconds(30))) << seed;
    EXPECT_THAT(call.client_events.states, Not(Contains(AgentState::kFailed))) << seed;
    EXPECT_THAT(call.server_events.states, Not(Contains(AgentState::kFailed))) << seed;
  }
}

TEST_P(SessionUnderLoss, TwoFullAgentsConnectStayAndRestart) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    TwoClients call(seed, conditions_);
    const auto connected = [&] { return call.Connected(); };
    ASSERT_TRUE(call.network.RunUntil(connected, seconds(30))) << seed;
    call.network.Run(seconds(60));
    call.Restart();
    call.network.Run(seconds(60));
    ASSERT_TRUE(call.network.RunUntil(connected, seconds(30))) << seed;
    EXPECT_THAT(call.a_events.states, Not(Contains(AgentState::kFailed))) << seed;
    EXPECT_THAT(call.b_events.states, Not(Contains(AgentState::kFailed))) << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(LossRates, SessionUnderLoss, ::testing::Values(0.0, 0.05, 0.2, 0.5),
                         [](const auto& rate) {
                           return std::to_string(static_cast<int>(rate.param * 100)) + "Percent";
                         });

}  // namespace
}  // namespace plaza::ice
