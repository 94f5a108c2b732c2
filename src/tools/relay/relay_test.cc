// Relays over real loopback sockets.
#include <gtest/gtest.h>

#include "net/http_client.h"
#include "net/http_server.h"
#include "tools/relay/conditions.h"
#include "tools/relay/tcp_relay.h"
#include "tools/relay/udp_relay.h"

namespace plaza::tools {
namespace {

using base::IpAddress;
using namespace std::chrono_literals;

const base::SocketAddress kAny{IpAddress::V4(127, 0, 0, 1), 0};

TEST(Conditions, AreReadByName) {
  netsim::LinkConditions conditions;
  ASSERT_TRUE(ApplyConditions(conditions, "loss=0.25  delay=100 rate=800").ok());
  EXPECT_EQ(conditions.loss, 0.25);
  EXPECT_EQ(conditions.delay, 100ms);
  EXPECT_EQ(conditions.rate.kbps(), 800);
  EXPECT_FALSE(ApplyConditions(conditions, "loss=2").ok());
  EXPECT_FALSE(ApplyConditions(conditions, "speed=2").ok());
  EXPECT_FALSE(ApplyConditions(conditions, "loss").ok());
}

class UdpRelayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ = *net::UdpSocket::Bind(loop_, kAny, pool_, [this](auto batch) {
      for (const auto& datagram : batch) {
        seen_ = datagram.path.remote;
        server_->Send({server_->local(), seen_}, datagram.buffer.view());
      }
    });
    relay_ = *UdpRelay::Listen(loop_, kAny, server_->local(), 1);
    client_ = *net::UdpSocket::Bind(loop_, kAny, pool_,
                                    [this](auto batch) { received_ += batch.size(); });
  }
  void Send(int count) {
    for (int i = 0; i < count; ++i)
      client_->Send({client_->local(), relay_->local()}, base::AsBytes("ping"));
  }

  net::EventLoop loop_;
  base::PacketPool pool_;
  std::unique_ptr<net::UdpSocket> server_, client_;
  std::unique_ptr<UdpRelay> relay_;
  size_t received_ = 0;
  base::SocketAddress seen_;  // where the server saw the latest datagram come from
};

TEST_F(UdpRelayTest, CarriesBothWays) {
  Send(10);
  EXPECT_TRUE(loop_.RunUntil([&] { return received_ == 10; }, 5s));
}

TEST_F(UdpRelayTest, LosesWhatItIsTold) {
  relay_->SetUp({.loss = 1});
  Send(10);
  ASSERT_TRUE(loop_.RunUntil([&] { return relay_->up_stats().lost_random == 10; }, 5s));
  relay_->SetUp({});
  Send(1);
  EXPECT_TRUE(loop_.RunUntil([&] { return received_ == 1; }, 5s));
}

TEST_F(UdpRelayTest, ForgettingGivesAClientAnotherPort) {
  Send(1);
  ASSERT_TRUE(loop_.RunUntil([&] { return received_ == 1; }, 5s));
  const base::SocketAddress before = seen_;
  ASSERT_TRUE(relay_->Forget().ok());
  server_->Send({server_->local(), before}, base::AsBytes("too late"));
  Send(1);
  ASSERT_TRUE(loop_.RunUntil([&] { return received_ == 2; }, 5s));
  EXPECT_NE(seen_, before);
}

class TcpRelayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_.Route({.path = "/big", .handler = [](net::HttpRequest, net::Responder responder) {
                     responder.Send(net::HttpResponse::Text(200, std::string(1'000'000, 'x')));
                   }});
    ASSERT_TRUE(server_.Start().ok());
    relay_ = *TcpRelay::Listen(loop_, kAny, server_.local(), 1);
  }
  using Size = std::shared_ptr<std::optional<int64_t>>;
  // The body's size to come, or -1 for a failure.
  Size Begin() {
    auto size = std::make_shared<std::optional<int64_t>>();
    net::HttpCall call;
    call.url = "http://" + relay_->local().ToString() + "/big";
    net::Fetch(loop_, std::move(call), [size](base::Result<net::HttpResponse> response) {
      *size = response.ok() ? static_cast<int64_t>(response->body.size()) : -1;
    });
    return size;
  }
  int64_t Finish(const Size& size) {
    EXPECT_TRUE(loop_.RunUntil([&] { return size->has_value(); }, 20s));
    return size->value_or(-1);
  }
  int64_t Get() { return Finish(Begin()); }

  net::EventLoop loop_;
  net::HttpServer server_{loop_, {.address = kAny}};
  std::unique_ptr<TcpRelay> relay_;
};

TEST_F(TcpRelayTest, CarriesAStreamWholeOverALossyLink) {
  relay_->SetDown({.delay = 2ms, .loss = 0.02});
  EXPECT_EQ(Get(), 1'000'000);
}

TEST_F(TcpRelayTest, WhileCutConnectionsFailAndHealedTheyWork) {
  relay_->SetCut(true);
  EXPECT_EQ(Get(), -1);
  relay_->SetCut(false);
  EXPECT_EQ(Get(), 1'000'000);
}

TEST_F(TcpRelayTest, WhatIsStalledWaitsAndArrivesWhole) {
  relay_->SetStalled(true);
  const Size size = Begin();
  ASSERT_TRUE(loop_.RunUntil([&] { return relay_->connections() == 1; }, 5s));
  EXPECT_FALSE(loop_.RunUntil([&] { return size->has_value(); }, 50ms));
  relay_->SetStalled(false);
  EXPECT_EQ(Finish(size), 1'000'000);
}

TEST_F(TcpRelayTest, ForgottenConnectionsStaySilentAndNewOnesWork) {
  relay_->SetStalled(true);
  const Size before = Begin();
  ASSERT_TRUE(loop_.RunUntil([&] { return relay_->connections() == 1; }, 5s));
  relay_->Forget();
  relay_->SetStalled(false);
  EXPECT_EQ(Get(), 1'000'000);
  EXPECT_FALSE(before->has_value());
}

}  // namespace
}  // namespace plaza::tools
