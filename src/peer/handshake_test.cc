// Two peers find each other, on good networks and on bad ones.
#include <gtest/gtest.h>

#include "dtls/certificate.h"
#include "dtls/context.h"
#include "dtls/testing/simulated_openssl.h"
#include "peer/testing/peer_pair.h"

namespace plaza::peer {
namespace {

using namespace std::chrono_literals;
using testing::CallSections;
using testing::PairOptions;
using testing::PeerPair;

netsim::LinkConditions BadNetwork(double loss) {
  netsim::LinkConditions conditions;
  conditions.delay = 100ms;  // each way
  conditions.jitter = 20ms;
  conditions.loss = loss;
  conditions.reorder = 0.1;
  conditions.reorder_delay = 50ms;
  conditions.duplicate = 0.1;
  return conditions;
}

struct Case {
  double loss;
  base::Duration limit;  ///< by when the slowest of all seeds is connected
};

class Handshake : public ::testing::TestWithParam<Case> {};

TEST_P(Handshake, CompletesInBoundedTime) {
  base::Duration slowest{};
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    PeerPair pair(
        {.up = BadNetwork(GetParam().loss), .down = BadNetwork(GetParam().loss), .seed = seed});
    const base::Time start = pair.now();
    ASSERT_TRUE(pair.Negotiate(CallSections()).ok());
    ASSERT_TRUE(pair.RunUntilConnected(GetParam().limit))
        << "seed " << seed << " client " << pair.client_events.close_reason << " server "
        << pair.server_events.close_reason;
    slowest = std::max(slowest, pair.now() - start);
    EXPECT_EQ(pair.client_events.connected, 1);
    EXPECT_EQ(pair.server_events.connected, 1);
    EXPECT_EQ(pair.server_events.paths.size(), 1u);
  }
  RecordProperty("slowest_ms", static_cast<int>(base::ToMillis(slowest)));
}

INSTANTIATE_TEST_SUITE_P(Loss, Handshake,
                         ::testing::Values(Case{0, 1500ms}, Case{0.05, 5s}, Case{0.2, 10s},
                                           Case{0.5, 30s}));

class RealHandshake : public ::testing::TestWithParam<Case> {};

TEST_P(RealHandshake, CompletesInBoundedTime) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    base::FakeClock wall;
    auto server = dtls::Context::Create(*dtls::Certificate::Generate(wall.WallNow()));
    auto client = dtls::Context::Create(*dtls::Certificate::Generate(wall.WallNow()));
    ASSERT_TRUE(server.ok() && client.ok());
    PairOptions options{
        .up = BadNetwork(GetParam().loss), .down = BadNetwork(GetParam().loss), .seed = seed};
    options.client_dtls = client->get();
    options.server_dtls = server->get();
    PeerPair pair(options);
    const dtls::testing::SimulatedOpenSsl simulated(pair.clock, seed);
    ASSERT_TRUE(pair.Negotiate(CallSections()).ok());
    EXPECT_TRUE(pair.RunUntilConnected(GetParam().limit))
        << "seed " << seed << " client " << pair.client_events.close_reason << " server "
        << pair.server_events.close_reason;
  }
}

INSTANTIATE_TEST_SUITE_P(Loss, RealHandshake,
                         ::testing::Values(Case{0, 2s}, Case{0.05, 8s}, Case{0.2, 15s},
                                           Case{0.5, 30s}));

TEST(Connection, OnAGoodNetworkTakesAFewRoundTrips) {
  PeerPair pair({.up = {.delay = 10ms}, .down = {.delay = 10ms}});
  ASSERT_TRUE(pair.Negotiate(CallSections()).ok());
  EXPECT_TRUE(pair.RunUntilConnected(200ms));
  ASSERT_TRUE(pair.server->selected_path());
  EXPECT_EQ(pair.server->selected_path()->remote.ToString(), "10.0.0.1:5000");
}

TEST(Connection, AWrongFingerprintIsRefused) {
  dtls::testing::StandInFactory other(99);
  PeerPair pair;
  const std::string offer = pair.client->Offer(CallSections(), pair.now());
  std::string forged = offer;
  const std::string ours = dtls::testing::StandInFactory(1 * 4 + 3).local_fingerprint().ToString();
  const std::string theirs = other.local_fingerprint().ToString();
  for (size_t at = forged.find(ours); at != std::string::npos; at = forged.find(ours, at))
    forged.replace(at, ours.size(), theirs);
  ASSERT_NE(forged, offer);
  const auto answer = pair.server->Accept(forged, {}, pair.now());
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  ASSERT_TRUE(pair.client->ApplyAnswer(*answer, pair.now()).ok());
  pair.Run(40s);
  EXPECT_EQ(pair.server_events.connected, 0);
  EXPECT_EQ(pair.server_events.closed, 1);
  EXPECT_NE(pair.server_events.close_reason.find("DTLS"), std::string::npos)
      << pair.server_events.close_reason;
}

TEST(Connection, RealDtlsRefusesAWrongCertificate) {
  base::FakeClock wall;
  auto server = dtls::Context::Create(*dtls::Certificate::Generate(wall.WallNow()));
  auto client = dtls::Context::Create(*dtls::Certificate::Generate(wall.WallNow()));
  auto impostor = dtls::Context::Create(*dtls::Certificate::Generate(wall.WallNow()));
  PairOptions options;
  options.client_dtls = client->get();
  options.server_dtls = server->get();
  PeerPair pair(options);
  const dtls::testing::SimulatedOpenSsl simulated(pair.clock, 1);
  std::string offer = pair.client->Offer(CallSections(), pair.now());
  const std::string ours = (*client)->local_fingerprint().ToString();
  const std::string theirs = (*impostor)->local_fingerprint().ToString();
  for (size_t at = offer.find(ours); at != std::string::npos; at = offer.find(ours, at))
    offer.replace(at, ours.size(), theirs);
  const auto answer = pair.server->Accept(offer, {}, pair.now());
  ASSERT_TRUE(answer.ok());
  ASSERT_TRUE(pair.client->ApplyAnswer(*answer, pair.now()).ok());
  pair.Run(40s);
  EXPECT_EQ(pair.server_events.connected, 0);
  EXPECT_EQ(pair.server_events.closed, 1);
}

TEST(Connection, NobodyAnsweringIsAnEnd) {
  PeerPair pair({.up = {.loss = 1}});
  ASSERT_TRUE(pair.Negotiate(CallSections()).ok());
  pair.Run(60s);
  EXPECT_EQ(pair.client_events.closed, 1);
  EXPECT_EQ(pair.server_events.closed, 1);
  EXPECT_EQ(pair.server->NextDeadline(), base::kNever);
}

TEST(Connection, LostConsentIsAnEnd) {
  PeerPair pair;
  ASSERT_TRUE(pair.Negotiate(CallSections()).ok());
  ASSERT_TRUE(pair.RunUntilConnected());
  pair.Run(60s);
  EXPECT_EQ(pair.server_events.closed, 0);
  EXPECT_EQ(pair.client_events.closed, 0);
  pair.Block("10.0.0.1:5000");
  pair.Run(60s);
  EXPECT_EQ(pair.server_events.closed, 1);
  EXPECT_EQ(pair.client_events.closed, 1);
  EXPECT_TRUE(pair.server_events.paths.empty() || !pair.server->connected());
}

TEST(Connection, CloseTellsTheOtherSide) {
  PeerPair pair;
  ASSERT_TRUE(pair.Negotiate(CallSections()).ok());
  ASSERT_TRUE(pair.RunUntilConnected());
  pair.client->Close(pair.now());
  pair.Run(1s);
  EXPECT_EQ(pair.client_events.closed, 0);
  EXPECT_EQ(pair.server_events.closed, 1);
  EXPECT_FALSE(pair.server->connected());
  EXPECT_FALSE(pair.client->connected());
}

TEST(Paths, TheCallMovesWhenItsPathDies) {
  PairOptions options{.up = {.delay = 20ms}, .down = {.delay = 20ms}};
  options.client_addresses = {"10.0.0.1:5000", "10.0.0.2:5000"};
  PeerPair pair(options);
  ASSERT_TRUE(pair.Negotiate(CallSections()).ok());
  ASSERT_TRUE(pair.RunUntilConnected());
  pair.Run(5s);
  const std::string first = pair.server->selected_path()->remote.ToString();
  pair.Block(first);
  const auto moved = [&] {
    const base::Path* path = pair.server->selected_path();
    return path && path->remote.ToString() != first;
  };
  EXPECT_TRUE(pair.RunUntil(moved, 40s));
  EXPECT_EQ(pair.server_events.closed, 0);
  EXPECT_EQ(pair.client_events.closed, 0);
}

TEST(Paths, ANewMappingOfTheNatIsFollowed) {
  PeerPair pair({.up = {.delay = 20ms}, .down = {.delay = 20ms}});
  ASSERT_TRUE(pair.Negotiate(CallSections()).ok());
  ASSERT_TRUE(pair.RunUntilConnected());
  pair.Rebind("10.0.0.1:5000", "10.9.9.9:1234");
  const auto moved = [&] {
    const base::Path* path = pair.server->selected_path();
    return path && path->remote.ToString() == "10.9.9.9:1234";
  };
  EXPECT_TRUE(pair.RunUntil(moved, 40s));
  pair.Run(40s);
  EXPECT_TRUE(moved());
  EXPECT_EQ(pair.server_events.closed, 0);
  EXPECT_EQ(pair.client_events.closed, 0);
}

TEST(Paths, AClientThatAnswersFromItsNewAddressIsFollowedAtOnce) {
  PeerPair pair({.up = {.delay = 20ms}, .down = {.delay = 20ms}});
  ASSERT_TRUE(pair.Negotiate(CallSections()).ok());
  ASSERT_TRUE(pair.RunUntilConnected());
  pair.Run(1s);
  pair.Rebind("10.0.0.1:5000", "10.9.9.9:1234");
  const base::SocketAddress seen_as = *base::SocketAddress::Parse("10.9.9.9:1234");
  base::Path path = *pair.server->selected_path();
  path.remote = seen_as;
  pair.server->AskPath(path, pair.now());
  EXPECT_NE(pair.server->selected_path()->remote, seen_as);
  pair.Run(50ms);
  EXPECT_EQ(pair.server->selected_path()->remote, seen_as);
}

}  // namespace
}  // namespace plaza::peer
