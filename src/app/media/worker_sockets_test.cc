// The sockets of a worker over the loopback interface.
#include "app/media/worker_sockets.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "net/testing/raw_client.h"

namespace plaza::app {
namespace {

using namespace std::chrono_literals;
using base::SocketAddress;
using base::TransportProtocol;

SocketAddress At(const char* text) { return *SocketAddress::Parse(text); }

class WorkerSocketsTest : public ::testing::Test, protected net::FramedTcp::Owner {
 protected:
  base::Status Open(std::vector<SocketAddress> addresses, size_t max_connections = 10) {
    net::FramedTcpOptions tcp;
    tcp.max_connections = max_connections;
    auto opened = WorkerSockets::Open(loop_, addresses, pool_, *this, tcp);
    if (!opened) return opened.error();
    sockets_ = std::move(*opened);
    return {};
  }
  bool Receives(size_t count) {
    return loop_.RunUntil([&] { return paths_.size() >= count; }, 5s);
  }

  bool Admit(base::ByteView) override { return true; }
  void OnDatagrams(std::span<net::ReceivedDatagram> datagrams) override {
    for (const auto& datagram : datagrams) paths_.push_back(datagram.path);
  }
  void OnConnectionClosed(const base::Path&) override {}

  net::EventLoop loop_;
  base::PacketPool pool_;
  std::unique_ptr<WorkerSockets> sockets_;
  std::vector<base::Path> paths_;
};

TEST_F(WorkerSocketsTest, AFreePortIsTheSameForUdpAndTcp) {
  ASSERT_TRUE(Open({At("127.0.0.1:0")}).ok());
  net::RawClient client(loop_, sockets_->local()[0]);
  client.Send(std::string("\0\1x", 3));
  ASSERT_TRUE(Receives(1));
  EXPECT_EQ(paths_[0].protocol, TransportProtocol::kTcp);
  sockets_->Send(paths_[0], base::AsBytes("y"));
  EXPECT_TRUE(client.WaitFor(std::string("\0\1y", 3)));
  sockets_->Drop(paths_[0]);
  EXPECT_TRUE(client.WaitForClose());
}

TEST_F(WorkerSocketsTest, EachDatagramLeavesByTheSocketOfItsPath) {
  ASSERT_TRUE(Open({At("127.0.0.1:0"), At("[::1]:0")}).ok());
  const SocketAddress v4 = sockets_->local()[0], v6 = sockets_->local()[1];
  sockets_->Send({v4, v4, TransportProtocol::kUdp}, base::AsBytes("a"));
  sockets_->Send({v6, v6, TransportProtocol::kUdp}, base::AsBytes("b"));
  sockets_->Send({At("127.0.0.9:1"), v4, TransportProtocol::kUdp}, base::AsBytes("nobody's"));
  ASSERT_TRUE(Receives(2));
  EXPECT_EQ(paths_.size(), 2u);
  EXPECT_NE(paths_[0].local.ip.is_v4(), paths_[1].local.ip.is_v4());
}

TEST_F(WorkerSocketsTest, AnIpv6WildcardCarriesBothFamilies) {
  ASSERT_TRUE(Open({At("[::]:0")}).ok());
  const uint16_t port = sockets_->local()[0].port;
  for (const char* host : {"127.0.0.1", "::1"}) {
    const SocketAddress address{*base::IpAddress::Parse(host), port};
    sockets_->Send({address, address, TransportProtocol::kUdp}, base::AsBytes("x"));
  }
  ASSERT_TRUE(Receives(2));
}

TEST_F(WorkerSocketsTest, WithoutConnectionsThereIsNoTcp) {
  ASSERT_TRUE(Open({At("127.0.0.1:0")}, 0).ok());
  const SocketAddress local = sockets_->local()[0];
  sockets_->Send({local, local, TransportProtocol::kTcp}, base::AsBytes("x"));
  EXPECT_TRUE(net::FramedTcp::Listen(loop_, local, pool_, *this).ok());
}

TEST_F(WorkerSocketsTest, ABusyPortIsAnError) {
  ASSERT_TRUE(Open({At("127.0.0.1:0")}).ok());
  const auto first = std::move(sockets_);
  EXPECT_FALSE(Open({first->local()[0]}).ok());
}

}  // namespace
}  // namespace plaza::app
