// Handshakes of the real DTLS over good and bad networks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dtls/context.h"
#include "dtls/testing/link.h"
#include "dtls/testing/simulated_openssl.h"

namespace plaza::dtls {
namespace {

using ::testing::ElementsAre;
using testing::Endpoint;
using ::testing::HasSubstr;
using testing::Link;

class HandshakeTest : public ::testing::Test {
 protected:
  HandshakeTest() {
    const auto make = [this] {
      auto certificate = Certificate::Generate(clock_.WallNow());
      return Context::Create(*certificate).value().release();
    };
    client_context_.reset(make());
    server_context_.reset(make());
    client_config_ = {.role = Role::kClient,
                      .remote_fingerprints = {server_context_->local_fingerprint()}};
    server_config_ = {.role = Role::kServer,
                      .remote_fingerprints = {client_context_->local_fingerprint()}};
  }

  void Connect(base::Duration limit = std::chrono::seconds(60)) {
    MakeTransports();
    client_.transport->Start(clock_.Now());
    server_.transport->Start(clock_.Now());
    link_.Run(limit);
  }

  void MakeTransports() {
    client_.transport = client_context_->Create(client_config_, client_).value();
    server_.transport = server_context_->Create(server_config_, server_).value();
  }

  base::FakeClock clock_;
  testing::SimulatedOpenSsl openssl_{clock_, 1};
  std::unique_ptr<Context> client_context_;
  std::unique_ptr<Context> server_context_;
  TransportConfig client_config_;
  TransportConfig server_config_;
  Endpoint client_;
  Endpoint server_;
  Link link_{client_, server_, clock_};
};

TEST_F(HandshakeTest, BothSidesGetTheSameKeysCrosswise) {
  Connect();
  EXPECT_EQ(client_.connected, 1) << client_.failure;
  EXPECT_EQ(server_.connected, 1) << server_.failure;
  EXPECT_EQ(client_.keys.profile, SrtpProfile::kAeadAes128Gcm);
  EXPECT_EQ(server_.keys.profile, SrtpProfile::kAeadAes128Gcm);
  EXPECT_EQ(client_.keys.local.size(), 28u);
  EXPECT_EQ(client_.keys.local, server_.keys.remote);
  EXPECT_EQ(client_.keys.remote, server_.keys.local);
  EXPECT_NE(client_.keys.local, client_.keys.remote);
  EXPECT_EQ(client_.transport->NextDeadline(), base::kNever);
  EXPECT_EQ(server_.transport->NextDeadline(), base::kNever);
  EXPECT_EQ(server_.transport->stats().retransmissions, 0u);
}

TEST_F(HandshakeTest, TheServersPreferenceDecidesTheProfile) {
  client_config_.srtp_profiles = {SrtpProfile::kAes128CmSha1Tag80, SrtpProfile::kAeadAes128Gcm};
  Connect();
  EXPECT_EQ(client_.keys.profile, SrtpProfile::kAeadAes128Gcm);
}

TEST_F(HandshakeTest, EitherProfileAloneIsAgreed) {
  client_config_.srtp_profiles = {SrtpProfile::kAes128CmSha1Tag80};
  Connect();
  EXPECT_EQ(server_.keys.profile, SrtpProfile::kAes128CmSha1Tag80);
  EXPECT_EQ(server_.keys.local.size(), 30u);
  EXPECT_EQ(client_.keys.local, server_.keys.remote);
  EXPECT_EQ(client_.keys.remote, server_.keys.local);
}

TEST_F(HandshakeTest, FailsWithoutACommonProfile) {
  client_config_.srtp_profiles = {SrtpProfile::kAes128CmSha1Tag80};
  server_config_.srtp_profiles = {SrtpProfile::kAeadAes128Gcm};
  Connect();
  EXPECT_EQ(server_.failed + client_.failed, 2);
  EXPECT_EQ(server_.connected + client_.connected, 0);
  EXPECT_THAT(server_.failure, HasSubstr("SRTP profile"));
}

TEST_F(HandshakeTest, NoDatagramIsLargerThanTheLimit) {
  size_t largest = 0;
  link_.SetFate([&](base::ByteView datagram, bool) {
    largest = std::max(largest, datagram.size());
    return 1;
  });
  Connect();
  EXPECT_EQ(server_.connected, 1);
  EXPECT_LE(largest, kMaxDatagramSize);
}

TEST_F(HandshakeTest, ServerRefusesAClientWithAnotherCertificate) {
  server_config_.remote_fingerprints = {server_context_->local_fingerprint()};
  Connect();
  EXPECT_EQ(server_.connected, 0);
  EXPECT_EQ(server_.failed, 1);
  EXPECT_THAT(server_.failure, HasSubstr("fingerprint"));
  EXPECT_EQ(client_.failed, 1);
  EXPECT_THAT(client_.failure, HasSubstr("alert"));
}

TEST_F(HandshakeTest, ClientRefusesAServerWithAnotherCertificate) {
  client_config_.remote_fingerprints = {client_context_->local_fingerprint()};
  Connect();
  EXPECT_EQ(client_.connected, 0);
  EXPECT_THAT(client_.failure, HasSubstr("fingerprint"));
  EXPECT_EQ(server_.connected, 0);
}

TEST_F(HandshakeTest, OneMatchingFingerprintOfSeveralIsEnough) {
  server_config_.remote_fingerprints.insert(server_config_.remote_fingerprints.begin(),
                                            server_context_->local_fingerprint());
  Connect();
  EXPECT_EQ(server_.connected, 1);
}

TEST_F(HandshakeTest, RefusesAConfigThatNobodyCanMatch) {
  server_config_.remote_fingerprints.clear();
  EXPECT_FALSE(server_context_->Create(server_config_, server_).ok());
  client_config_.srtp_profiles.clear();
  EXPECT_FALSE(client_context_->Create(client_config_, client_).ok());
}

TEST_F(HandshakeTest, LostFlightsAreSentAgainOnTheFakeClock) {
  const base::Time begin = clock_.Now();
  int lost = 0;
  // The first datagram of each side is lost.
  bool client_lost = false;
  bool server_lost = false;
  link_.SetFate([&](base::ByteView, bool from_client) {
    if (std::exchange(from_client ? client_lost : server_lost, true)) return 1;
    ++lost;
    return 0;
  });
  Connect();
  EXPECT_EQ(lost, 2);
  EXPECT_EQ(server_.connected, 1);
  EXPECT_EQ(client_.connected, 1);
  // The hello comes 100 ms late, the server's flight another 100.
  EXPECT_GE(clock_.Now() - begin, 2 * kFirstRetransmission);
  EXPECT_LE(clock_.Now() - begin, 4 * kFirstRetransmission);
  EXPECT_GE(client_.transport->stats().retransmissions, 1u);
}

TEST_F(HandshakeTest, RecoversTheServersLostLastFlight) {
  bool lost = false;
  link_.SetFate([&](base::ByteView, bool from_client) {
    if (from_client || server_.connected == 0 || lost) return 1;
    lost = true;
    return 0;
  });
  MakeTransports();
  client_.transport->Start(clock_.Now());
  link_.Run();
  EXPECT_TRUE(lost);
  EXPECT_EQ(client_.connected, 1);
  EXPECT_EQ(client_.keys.local, server_.keys.remote);
}

TEST_F(HandshakeTest, GivesUpOnADeafPeerInBoundedTime) {
  link_.SetFate([](base::ByteView, bool) { return 0; });
  const base::Time begin = clock_.Now();
  Connect();
  EXPECT_EQ(client_.failed, 1);
  EXPECT_LE(clock_.Now() - begin, kHandshakeTimeout);
  EXPECT_EQ(server_.transport->state(), TransportState::kNew);
  EXPECT_EQ(server_.transport->NextDeadline(), base::kNever);
}

TEST_F(HandshakeTest, GivesUpOnAPeerThatFallsSilentMidway) {
  link_.SetFate([](base::ByteView, bool from_client) { return from_client ? 1 : 0; });
  Connect();
  clock_.Advance(kHandshakeTimeout);
  server_.transport->HandleTimeout(clock_.Now());
  EXPECT_EQ(server_.failed, 1);
  EXPECT_EQ(server_.connected, 0);
  EXPECT_EQ(server_.transport->NextDeadline(), base::kNever);
}

TEST_F(HandshakeTest, SucceedsOverNetworksThatLoseAndRepeat) {
  int connected = 0;
  constexpr int kRuns = 60;
  for (int run = 0; run < kRuns; ++run) {
    base::SeededRandom random(static_cast<uint64_t>(run));
    const double loss = run % 3 == 0 ? 0.05 : run % 3 == 1 ? 0.2 : 0.5;
    link_.SetFate([&](base::ByteView, bool) {
      if (random.Unit() < loss) return 0;
      return random.Unit() < 0.1 ? 2 : 1;
    });
    client_ = Endpoint();
    server_ = Endpoint();
    Connect();
    connected += client_.connected == 1 && server_.connected == 1;
    if (client_.connected == 1) {
      EXPECT_EQ(client_.keys.local, server_.keys.remote);
    }
  }
  EXPECT_GE(connected, kRuns - 1);
}

TEST(SimulatedHandshakeTest, TheSameSeedGivesTheSameDatagrams) {
  const auto record = [] {
    base::FakeClock clock;
    const testing::SimulatedOpenSsl openssl(clock, 7);
    const auto context = Context::Create(*Certificate::Generate(clock.WallNow()));
    Endpoint client;
    Endpoint server;
    const Fingerprint& own = context.value()->local_fingerprint();
    client.transport = context.value()
                           ->Create({.role = Role::kClient, .remote_fingerprints = {own}}, client)
                           .value();
    server.transport = context.value()->Create({.remote_fingerprints = {own}}, server).value();
    std::vector<base::Bytes> datagrams;
    Link link(client, server, clock);
    link.SetFate([&](base::ByteView datagram, bool) {
      datagrams.emplace_back(datagram.begin(), datagram.end());
      return 1;
    });
    client.transport->Start(clock.Now());
    link.Run();
    EXPECT_EQ(server.connected, 1);
    return datagrams;
  };
  const auto first = record();
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(first, record());
}

}  // namespace
}  // namespace plaza::dtls
