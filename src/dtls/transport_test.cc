// The life of both kinds of transport: data, closing, hostile input.
#include <gtest/gtest.h>

#include "base/random.h"
#include "dtls/context.h"
#include "dtls/testing/link.h"
#include "dtls/testing/simulated_openssl.h"
#include "dtls/testing/stand_in.h"

namespace plaza::dtls {
namespace {

using testing::Endpoint;
using testing::Link;

enum class Kind { kOpenSsl, kStandIn };

class TransportTest : public ::testing::TestWithParam<Kind> {
 protected:
  TransportTest() : client_factory_(MakeFactory(1)), server_factory_(MakeFactory(2)) {
    client_.transport =
        client_factory_
            ->Create({.role = Role::kClient,
                      .remote_fingerprints = {server_factory_->local_fingerprint()}},
                     client_)
            .value();
    server_.transport =
        server_factory_
            ->Create({.remote_fingerprints = {client_factory_->local_fingerprint()}}, server_)
            .value();
  }

  std::unique_ptr<TransportFactory> MakeFactory(uint64_t seed) {
    if (GetParam() == Kind::kStandIn) return std::make_unique<testing::StandInFactory>(seed);
    return Context::Create(*Certificate::Generate(clock_.WallNow())).value();
  }

  void Connect() {
    client_.transport->Start(clock_.Now());
    link_.Run();
    ASSERT_EQ(client_.connected, 1) << client_.failure;
    ASSERT_EQ(server_.connected, 1) << server_.failure;
  }

  base::FakeClock clock_;
  testing::SimulatedOpenSsl openssl_{clock_, 3};
  std::unique_ptr<TransportFactory> client_factory_;
  std::unique_ptr<TransportFactory> server_factory_;
  Endpoint client_;
  Endpoint server_;
  Link link_{client_, server_, clock_};
};

INSTANTIATE_TEST_SUITE_P(Kinds, TransportTest, ::testing::Values(Kind::kOpenSsl, Kind::kStandIn),
                         [](const auto& kind) {
                           return kind.param == Kind::kOpenSsl ? "OpenSsl" : "StandIn";
                         });

TEST_P(TransportTest, AgreesOnKeysCrosswise) {
  Connect();
  EXPECT_EQ(client_.keys.profile, server_.keys.profile);
  EXPECT_EQ(client_.keys.local.size(), 28u);
  EXPECT_EQ(client_.keys.local, server_.keys.remote);
  EXPECT_EQ(client_.keys.remote, server_.keys.local);
  EXPECT_NE(client_.keys.local, client_.keys.remote);
}

TEST_P(TransportTest, ConnectsInSpiteOfLoss) {
  base::SeededRandom random(4);
  link_.SetFate([&](base::ByteView, bool) { return random.Unit() < 0.4 ? 0 : 1; });
  Connect();
  EXPECT_EQ(client_.keys.local, server_.keys.remote);
}

TEST_P(TransportTest, FailsWhenNobodyAnswers) {
  link_.SetFate([](base::ByteView, bool) { return 0; });
  client_.transport->Start(clock_.Now());
  link_.Run();
  EXPECT_EQ(client_.failed, 1);
  EXPECT_EQ(client_.transport->state(), TransportState::kFailed);
  EXPECT_EQ(client_.transport->NextDeadline(), base::kNever);
}

TEST_P(TransportTest, FailsOnAnotherCertificateThanAnnounced) {
  const auto impostor = MakeFactory(3);
  client_.transport = impostor
                          ->Create({.role = Role::kClient,
                                    .remote_fingerprints = {server_factory_->local_fingerprint()}},
                                   client_)
                          .value();
  client_.transport->Start(clock_.Now());
  link_.Run();
  EXPECT_EQ(server_.failed, 1);
  EXPECT_EQ(server_.connected, 0);
}

TEST_P(TransportTest, CarriesDataBothWays) {
  Connect();
  const std::string largest(kMaxDataSize, 'x');
  EXPECT_TRUE(client_.transport->SendData(base::AsBytes("ping")).ok());
  EXPECT_TRUE(client_.transport->SendData(base::AsBytes(largest)).ok());
  EXPECT_TRUE(server_.transport->SendData(base::AsBytes("pong")).ok());
  for (const auto& datagram : client_.sent) EXPECT_LE(datagram.size(), kMaxDatagramSize);
  link_.Carry();
  EXPECT_EQ(server_.received, (std::vector<std::string>{"ping", largest}));
  EXPECT_EQ(client_.received, std::vector<std::string>{"pong"});
}

TEST_P(TransportTest, RefusesDataThatItCannotSend) {
  EXPECT_FALSE(client_.transport->SendData(base::AsBytes("early")).ok());
  Connect();
  EXPECT_FALSE(client_.transport->SendData(base::Bytes(kMaxDataSize + 1)).ok());
  EXPECT_FALSE(client_.transport->SendData({}).ok());
  client_.transport->Close();
  EXPECT_FALSE(client_.transport->SendData(base::AsBytes("late")).ok());
}

TEST_P(TransportTest, CloseIsHeardOnceByTheOtherSide) {
  Connect();
  server_.transport->Close();
  EXPECT_EQ(server_.transport->state(), TransportState::kClosed);
  link_.Carry();
  EXPECT_EQ(client_.closed, 1);
  EXPECT_EQ(client_.transport->state(), TransportState::kClosed);
  EXPECT_EQ(server_.closed, 0);
  client_.transport->Close();
  server_.transport->Close();
  link_.Carry();
  EXPECT_EQ(client_.closed + client_.failed + server_.closed + server_.failed, 1);
}

TEST_P(TransportTest, ClosingBeforeTheHandshakeIsQuiet) {
  client_.transport->Start(clock_.Now());
  client_.transport->Close();
  EXPECT_EQ(client_.transport->NextDeadline(), base::kNever);
  client_.transport->HandleTimeout(clock_.Now());
  client_.transport->Start(clock_.Now());
  EXPECT_EQ(client_.transport->state(), TransportState::kClosed);
  EXPECT_EQ(client_.closed + client_.failed, 0);
}

TEST_P(TransportTest, MayBeUsedFromItsOwnEvents) {
  // Answers and then closes from within the event.
  class Responder final : public TransportObserver {
   public:
    void OnDtlsDatagram(base::ByteView datagram) override { end.OnDtlsDatagram(datagram); }
    void OnDtlsConnected(const SrtpKeys& keys) override { end.OnDtlsConnected(keys); }
    void OnDtlsData(base::ByteView data) override {
      EXPECT_TRUE(end.transport->SendData(data).ok());
      end.transport->Close();
    }
    void OnDtlsClosed() override { end.OnDtlsClosed(); }
    void OnDtlsFailed(const std::string& reason) override { end.OnDtlsFailed(reason); }
    Endpoint& end;
    explicit Responder(Endpoint& e) : end(e) {}
  };
  Responder responder(server_);
  server_.transport =
      server_factory_
          ->Create({.remote_fingerprints = {client_factory_->local_fingerprint()}}, responder)
          .value();
  Connect();
  EXPECT_TRUE(client_.transport->SendData(base::AsBytes("echo")).ok());
  link_.Carry();
  EXPECT_EQ(client_.received, std::vector<std::string>{"echo"});
  EXPECT_EQ(client_.closed, 1);
}

TEST_P(TransportTest, CountsAndDropsWhatIsNotDtls) {
  const std::vector<base::Bytes> garbage = {
      {}, {22}, base::Bytes(13, 22), base::Bytes(1500, 0x80), base::Bytes(40, 23)};
  for (const auto& datagram : garbage) server_.transport->HandleDatagram(datagram, clock_.Now());
  EXPECT_EQ(server_.transport->stats().dropped_datagrams, garbage.size());
  EXPECT_EQ(server_.transport->state(), TransportState::kNew);
  Connect();
  for (const auto& datagram : garbage) server_.transport->HandleDatagram(datagram, clock_.Now());
  EXPECT_EQ(server_.transport->stats().dropped_datagrams, 2 * garbage.size());
  EXPECT_EQ(server_.transport->state(), TransportState::kConnected);
}

TEST_P(TransportTest, SurvivesDamagedDatagramsOnceConnected) {
  if (GetParam() == Kind::kStandIn) GTEST_SKIP() << "it protects nothing";
  Connect();
  base::SeededRandom random(6);
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(client_.transport->SendData(base::AsBytes("payload")).ok());
    base::Bytes datagram = client_.sent.back();
    client_.sent.clear();
    datagram[random.Below(datagram.size())] ^= static_cast<uint8_t>(1 + random.Below(255));
    server_.transport->HandleDatagram(datagram, clock_.Now());
  }
  EXPECT_TRUE(server_.received.empty());
  EXPECT_TRUE(client_.transport->SendData(base::AsBytes("intact")).ok());
  link_.Carry();
  EXPECT_EQ(server_.received, std::vector<std::string>{"intact"});
}

TEST_P(TransportTest, AServerIsNotStartedAndAClientDoesNotListenBeforeItsStart) {
  server_.transport->Start(clock_.Now());
  EXPECT_EQ(server_.transport->state(), TransportState::kNew);
  EXPECT_TRUE(server_.sent.empty());
  client_.transport->HandleDatagram(base::Bytes(20, 22), clock_.Now());
  EXPECT_EQ(client_.transport->state(), TransportState::kNew);
  EXPECT_EQ(client_.transport->stats().dropped_datagrams, 1u);
}

}  // namespace
}  // namespace plaza::dtls
