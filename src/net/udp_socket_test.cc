// UDP over the loopback interface: real sockets, no waiting but for the loop's events.
#include "net/udp_socket.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace plaza::net {
namespace {

using namespace std::chrono_literals;
using base::SocketAddress;

SocketAddress At(std::string_view text) { return *SocketAddress::Parse(text); }

struct Receiver {
  Receiver(EventLoop& loop, std::string_view address, UdpOptions options = {},
           size_t pool_limit = 4096)
      : pool(pool_limit) {
    auto bound = UdpSocket::Bind(
        loop, At(address), pool,
        [this](std::span<ReceivedDatagram> batch) {
          for (auto& datagram : batch) received.push_back(datagram);
        },
        options);
    EXPECT_TRUE(bound.ok());
    socket = std::move(*bound);
  }
  std::vector<std::string> Texts() const {
    std::vector<std::string> texts;
    for (const auto& d : received) texts.emplace_back(base::AsText(d.buffer.view()));
    return texts;
  }

  base::PacketPool pool;
  std::vector<ReceivedDatagram> received;
  std::unique_ptr<UdpSocket> socket;
};

class UdpSocketTest : public ::testing::Test {
 protected:
  base::Path To(const Receiver& from, const Receiver& to) {
    return {from.socket->local(), to.socket->local(), base::TransportProtocol::kUdp};
  }
  void Send(Receiver& from, const Receiver& to, std::string_view text) {
    from.socket->Send(To(from, to), base::AsBytes(text));
  }
  bool WaitFor(const Receiver& receiver, size_t count) {
    return loop_.RunUntil([&] { return receiver.received.size() >= count; }, 5s);
  }

  EventLoop loop_;
};

TEST_F(UdpSocketTest, DeliversDatagramWithBothAddressesAndTime) {
  Receiver a(loop_, "127.0.0.1:0"), b(loop_, "127.0.0.1:0");
  const base::Time before = loop_.Now();
  Send(a, b, "hello");
  ASSERT_TRUE(WaitFor(b, 1));
  EXPECT_EQ(b.Texts()[0], "hello");
  EXPECT_EQ(b.received[0].path.remote, a.socket->local());
  EXPECT_EQ(b.received[0].path.local, b.socket->local());
  EXPECT_GE(b.received[0].arrival, before);
  EXPECT_LE(b.received[0].arrival, loop_.Now());
  EXPECT_EQ(b.socket->counters().received_bytes, 5u);
}

TEST_F(UdpSocketTest, NothingLeavesBeforeTheEndOfTheTurn) {
  Receiver a(loop_, "127.0.0.1:0"), b(loop_, "127.0.0.1:0");
  Send(a, b, "1");
  EXPECT_EQ(a.socket->counters().send_calls, 0u);
  a.socket->Flush();
  EXPECT_EQ(a.socket->counters().sent_packets, 1u);
  EXPECT_TRUE(WaitFor(b, 1));
}

// Sizes in order of sending; runs are of equal sizes with a shorter end.
class UdpRuns : public UdpSocketTest,
                public ::testing::WithParamInterface<std::pair<bool, bool>> {};

TEST_P(UdpRuns, KeepOrderSizesAndContentsPerReceiver) {
  const auto [gso, gro] = GetParam();
  UdpOptions sender_options, receiver_options;
  sender_options.gso = gso;
  receiver_options.gro = gro;
  Receiver a(loop_, "127.0.0.1:0", sender_options);
  std::vector<std::unique_ptr<Receiver>> receivers;
  for (int i = 0; i < 5; ++i)
    receivers.push_back(std::make_unique<Receiver>(loop_, "127.0.0.1:0", receiver_options));

  const std::vector<size_t> sizes = {1200, 1200, 1200, 700, 1200, 1201, 1201, 50, 50, 1500, 1, 1};
  std::vector<std::string> expected;
  for (size_t i = 0; i < sizes.size(); ++i) {
    expected.emplace_back(sizes[i], static_cast<char>('a' + i));
    for (auto& r : receivers) Send(a, *r, expected.back());
  }
  a.socket->Flush();
  EXPECT_EQ(a.socket->counters().send_calls, 1u);
  EXPECT_EQ(a.socket->counters().sent_packets, sizes.size() * receivers.size());
  // 1200 1200 1200 700 | 1200 | 1201 1201 50 | 50 | 1500 1 | 1
  EXPECT_EQ(a.socket->counters().sent_messages, receivers.size() * (gso ? 6 : sizes.size()));
  for (auto& r : receivers) {
    ASSERT_TRUE(WaitFor(*r, sizes.size()));
    EXPECT_EQ(r->Texts(), expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Offloads, UdpRuns,
                         ::testing::Values(std::pair(false, false), std::pair(false, true),
                                           std::pair(true, false), std::pair(true, true)),
                         [](const auto& test) {
                           return std::string(test.param.first ? "Gso" : "NoGso") +
                                  (test.param.second ? "Gro" : "NoGro");
                         });

TEST_F(UdpSocketTest, LongRunsAreCutAtTheKernelsLimits) {
  Receiver a(loop_, "127.0.0.1:0"), b(loop_, "127.0.0.1:0");
  std::vector<std::string> expected;
  for (int i = 0; i < 300; ++i) {
    expected.push_back(std::to_string(1000 + i));  // 64 segments a run
    Send(a, b, expected.back());
  }
  for (int i = 0; i < 100; ++i) {
    expected.push_back(std::string(1396, 'x') +
                       std::to_string(1000 + i));  // 46 fit into 65,000 bytes
    Send(a, b, expected.back());
  }
  ASSERT_TRUE(WaitFor(b, 400));
  EXPECT_EQ(b.Texts(), expected);
  EXPECT_EQ(a.socket->counters().dropped_send_error, 0u);
  EXPECT_EQ(a.socket->counters().sent_messages, 5u + 3u);
}

TEST_F(UdpSocketTest, MoreThanOneBatchInATurnLeavesEarlyAndKeepsOrder) {
  UdpOptions options;
  options.send_batch_bytes = 70'000;
  Receiver a(loop_, "127.0.0.1:0", options), b(loop_, "127.0.0.1:0");
  std::vector<std::string> expected;
  for (int i = 0; i < 500; ++i) {
    expected.push_back(std::string(1000, 'x') + std::to_string(i));
    Send(a, b, expected.back());
  }
  ASSERT_TRUE(WaitFor(b, 500));
  EXPECT_EQ(b.Texts(), expected);
  EXPECT_EQ(a.socket->counters().dropped_batch_full, 0u);
}

TEST_F(UdpSocketTest, DiscardedDatagramsAreNotSent) {
  Receiver a(loop_, "127.0.0.1:0"), b(loop_, "127.0.0.1:0");
  auto room = a.socket->Begin(To(a, b), 1200);
  EXPECT_EQ(room.size(), 1200u);
  a.socket->Commit(0);
  Send(a, b, "real");
  ASSERT_TRUE(WaitFor(b, 1));
  EXPECT_EQ(b.Texts(), std::vector<std::string>{"real"});
}

TEST_F(UdpSocketTest, PathsThatTheSocketCannotServeAreCounted) {
  Receiver a(loop_, "127.0.0.1:0");
  base::Path path{a.socket->local(), At("[::1]:9"), base::TransportProtocol::kUdp};
  EXPECT_TRUE(a.socket->Begin(path, 10).empty());
  a.socket->Commit(0);
  path.remote = At("127.0.0.1:0");
  EXPECT_TRUE(a.socket->Begin(path, 10).empty());
  a.socket->Commit(0);
  path = {a.socket->local(), a.socket->local(), base::TransportProtocol::kTcp};
  EXPECT_TRUE(a.socket->Begin(path, 10).empty());
  a.socket->Commit(0);
  EXPECT_EQ(a.socket->counters().dropped_bad_path, 3u);
}

TEST_F(UdpSocketTest, OneRefusedDestinationDoesNotHoldBackTheOthers) {
  Receiver a(loop_, "127.0.0.1:0"), b(loop_, "127.0.0.1:0");
  base::Path nowhere{a.socket->local(), At("255.255.255.255:9"), base::TransportProtocol::kUdp};
  a.socket->Send(nowhere, base::AsBytes("x"));
  Send(a, b, "1");
  a.socket->Send(nowhere, base::AsBytes("y"));
  Send(a, b, "2");
  ASSERT_TRUE(WaitFor(b, 2));
  EXPECT_EQ(a.socket->counters().dropped_send_error, 2u);
}

TEST_F(UdpSocketTest, WildcardTellsAndKeepsTheLocalAddress) {
  for (const char* wildcard : {"0.0.0.0:0", "[::]:0"}) {
    Receiver server(loop_, wildcard), client(loop_, "127.0.0.1:0");
    // 127.0.0.9 is on loopback too; the answer must come from there.
    base::Path path{client.socket->local(),
                    {*base::IpAddress::Parse("127.0.0.9"), server.socket->local().port},
                    base::TransportProtocol::kUdp};
    client.socket->Send(path, base::AsBytes("ping"));
    ASSERT_TRUE(WaitFor(server, 1));
    EXPECT_EQ(server.received[0].path.local, path.remote) << wildcard;
    server.socket->Send(server.received[0].path, base::AsBytes("pong"));
    server.socket->Send(server.received[0].path, base::AsBytes("pung"));
    ASSERT_TRUE(WaitFor(client, 2));
    EXPECT_EQ(client.received[0].path.remote, path.remote) << wildcard;
    EXPECT_EQ(client.Texts(), (std::vector<std::string>{"pong", "pung"}));
  }
}

TEST_F(UdpSocketTest, Ipv6Loopback) {
  Receiver server(loop_, "[::]:0"), client(loop_, "[::1]:0");
  base::Path path{client.socket->local(),
                  {client.socket->local().ip, server.socket->local().port},
                  base::TransportProtocol::kUdp};
  client.socket->Send(path, base::AsBytes("ping"));
  ASSERT_TRUE(WaitFor(server, 1));
  EXPECT_EQ(server.received[0].path.local, path.remote);
  EXPECT_EQ(server.received[0].path.remote, client.socket->local());
}

TEST_F(UdpSocketTest, OversizedDatagramsAreDroppedAndCounted) {
  for (bool gro : {false, true}) {
    UdpOptions options;
    options.gro = gro;
    options.gso = false;
    Receiver a(loop_, "127.0.0.1:0", options), b(loop_, "127.0.0.1:0", options);
    Send(a, b, std::string(1501, 'x'));
    Send(a, b, std::string(60000, 'x'));
    Send(a, b, "fits");
    ASSERT_TRUE(WaitFor(b, 1));
    EXPECT_EQ(b.Texts(), std::vector<std::string>{"fits"});
    EXPECT_EQ(b.socket->counters().dropped_oversized, 2u);
  }
}

TEST_F(UdpSocketTest, ExhaustedPoolDropsAndRecovers) {
  UdpOptions options;
  options.gro = false;
  Receiver a(loop_, "127.0.0.1:0"), b(loop_, "127.0.0.1:0", options, 3);
  for (int i = 0; i < 8; ++i) Send(a, b, std::to_string(i));
  ASSERT_TRUE(loop_.RunUntil([&] { return b.socket->counters().received_packets == 8; }, 5s));
  EXPECT_EQ(b.Texts(), (std::vector<std::string>{"0", "1", "2"}));
  EXPECT_EQ(b.socket->counters().dropped_no_buffer, 5u);
  b.received.clear();
  Send(a, b, "again");
  ASSERT_TRUE(WaitFor(b, 1));
  EXPECT_EQ(b.Texts(), std::vector<std::string>{"again"});
}

TEST_F(UdpSocketTest, BuffersOutliveBatchAndSocket) {
  auto a = std::make_unique<Receiver>(loop_, "127.0.0.1:0");
  auto b = std::make_unique<Receiver>(loop_, "127.0.0.1:0");
  Send(*a, *b, "first");
  ASSERT_TRUE(WaitFor(*b, 1));
  base::PacketBuffer kept = b->received[0].buffer;
  Send(*a, *b, "second");
  ASSERT_TRUE(WaitFor(*b, 2));
  b.reset();
  EXPECT_EQ(base::AsText(kept.view()), "first");
}

TEST_F(UdpSocketTest, PortInUseIsOneLineThatNamesTheAddress) {
  Receiver a(loop_, "127.0.0.1:0");
  base::PacketPool pool;
  auto second = UdpSocket::Bind(loop_, a.socket->local(), pool, [](auto) {});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().kind, base::ErrorKind::kAlreadyExists);
  EXPECT_EQ(second.error().message, "UDP " + a.socket->local().ToString() + ": the port is in use");

  auto foreign = UdpSocket::Bind(loop_, At("192.0.2.1:0"), pool, [](auto) {});
  ASSERT_FALSE(foreign.ok());
  EXPECT_EQ(foreign.error().message, "UDP 192.0.2.1:0: not an address of this machine");
}

TEST_F(UdpSocketTest, MayBeDestroyedInItsReceiveCallback) {
  Receiver a(loop_, "127.0.0.1:0");
  base::PacketPool pool;
  std::unique_ptr<UdpSocket> victim;
  bool gone = false;
  auto bound = UdpSocket::Bind(loop_, At("127.0.0.1:0"), pool, [&](std::span<ReceivedDatagram>) {
    victim.reset();
    gone = true;
  });
  victim = std::move(*bound);
  a.socket->Send({a.socket->local(), victim->local()}, base::AsBytes("x"));
  EXPECT_TRUE(loop_.RunUntil([&] { return gone; }, 5s));
}

}  // namespace
}  // namespace plaza::net
