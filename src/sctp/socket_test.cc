// Data channels as their users see them.
#include "sctp/socket.h"

#include <gtest/gtest.h>

#include "sctp/internal/constants.h"
#include "sctp/testing/socket_pair.h"

namespace plaza::sctp {
namespace {

using namespace std::chrono_literals;
using testing::Endpoint;
using testing::SocketPair;

TEST(Socket, AChannelOpenedBeforeTheAssociationIsUpWorksAtOnce) {
  SocketPair pair({.up = {.delay = 50ms}, .down = {.delay = 50ms}});
  const auto channel = pair.client.socket->Open({.label = "early", .protocol = "p"}, pair.now());
  ASSERT_TRUE(channel);
  ASSERT_TRUE(pair.Send(pair.client, *channel, "hello"));
  EXPECT_EQ(pair.client.socket->BufferedAmount(*channel), 5u + 12 + 5 + 1);
  ASSERT_TRUE(pair.Connect());
  pair.Run(100ms);
  EXPECT_EQ(pair.server.opened[*channel].label, "early");
  EXPECT_EQ(pair.server.opened[*channel].protocol, "p");
  EXPECT_EQ(pair.server.messages[*channel], std::vector<std::string>{"hello"});
  EXPECT_EQ(pair.client.socket->BufferedAmount(*channel), 0u);
}

TEST(Socket, TheDtlsClientTakesEvenStreamsTheServerOddOnes) {
  SocketPair pair;
  ASSERT_TRUE(pair.Connect());
  for (uint16_t i = 0; i < 3; ++i) {
    EXPECT_EQ(pair.client.socket->Open({.label = "c"}, pair.now()).value(),
              ChannelId(static_cast<uint16_t>(2 * i)));
    EXPECT_EQ(pair.server.socket->Open({.label = "s"}, pair.now()).value(),
              ChannelId(static_cast<uint16_t>(2 * i + 1)));
  }
  pair.Run(1s);
  EXPECT_EQ(pair.client.opened.size(), 6u);
  EXPECT_EQ(pair.server.opened.size(), 6u);
}

TEST(Socket, KeepsTextBinaryAndEmptyMessagesApart) {
  SocketPair pair;
  ASSERT_TRUE(pair.Connect());
  const ChannelId channel = pair.Open({.label = "x"});
  const auto send = [&](MessageKind kind, std::string_view text) {
    ASSERT_TRUE(pair.client.socket->Send(channel, kind, base::AsBytes(text), pair.now()));
  };
  send(MessageKind::kText, "text");
  send(MessageKind::kBinary, "binary");
  send(MessageKind::kText, "");
  send(MessageKind::kBinary, "");
  pair.Run(1s);
  EXPECT_EQ(pair.server.messages[channel], (std::vector<std::string>{"text", "binary", "", ""}));
  EXPECT_EQ(pair.server.kinds[channel], (std::vector{MessageKind::kText, MessageKind::kBinary,
                                                     MessageKind::kText, MessageKind::kBinary}));
}

TEST(Socket, RefusesWhatBreaksARule) {
  SocketPair pair;
  ASSERT_TRUE(pair.Connect());
  const ChannelId channel = pair.Open({.label = "x"});
  const auto kind_of = [](const auto& result) { return result.error().kind; };
  EXPECT_EQ(kind_of(pair.Send(pair.client, ChannelId(8), "x")), base::ErrorKind::kNotFound);
  EXPECT_EQ(kind_of(pair.Send(pair.client, channel, std::string(64 * 1024 + 1, 'x'))),
            base::ErrorKind::kInvalidArgument);
  EXPECT_EQ(kind_of(pair.client.socket->Open({.label = std::string(kMaxLabelBytes + 1, 'x')},
                                             pair.now())),
            base::ErrorKind::kInvalidArgument);
  EXPECT_EQ(kind_of(pair.client.socket->Open(
                {.label = "x", .max_retransmits = 1, .max_lifetime = 1s}, pair.now())),
            base::ErrorKind::kInvalidArgument);
  pair.client.socket->Close(channel, pair.now());
  EXPECT_EQ(kind_of(pair.Send(pair.client, channel, "x")), base::ErrorKind::kNotFound);
}

TEST(Socket, TheSendBufferIsBoundedAndEmptiesAgain) {
  SocketPair pair({.up = {.rate = base::DataRate::KilobitsPerSecond(2000), .delay = 10ms},
                   .client = {.send_buffer = 100'000}});
  ASSERT_TRUE(pair.Connect());
  const ChannelId channel = pair.Open({.label = "x"});
  int sent = 0;
  base::Status status;
  while ((status = pair.Send(pair.client, channel, std::string(1000, 'x'))).ok()) ++sent;
  EXPECT_EQ(status.error().kind, base::ErrorKind::kResourceExhausted);
  EXPECT_NEAR(sent, 95, 5);
  pair.Run(5s);
  EXPECT_EQ(pair.server.messages[channel].size(), static_cast<size_t>(sent));
  EXPECT_TRUE(pair.Send(pair.client, channel, "again"));
}

TEST(Socket, ALargerMessageThanAgreedEndsTheAssociation) {
  SocketPair pair({.server = {.max_message_size = 1000}});
  ASSERT_TRUE(pair.Connect());
  const ChannelId channel = pair.Open({.label = "x"});
  ASSERT_TRUE(pair.Send(pair.client, channel, std::string(1000, 'x')));
  pair.Run(1s);
  EXPECT_EQ(pair.server.messages[channel].size(), 1u);
  ASSERT_TRUE(pair.Send(pair.client, channel, std::string(1001, 'x')));
  pair.Run(1s);
  EXPECT_EQ(pair.server.closed, 1);
  EXPECT_EQ(pair.client.closed, 1);
}

TEST(Socket, MoreChannelsThanAgreedAreRefusedAndClosed) {
  SocketPair pair({.server = {.max_channels = 2}});
  ASSERT_TRUE(pair.Connect());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(pair.client.socket->Open({.label = "x"}, pair.now()));
  EXPECT_TRUE(pair.RunUntil([&] { return !pair.client.closed_channels.empty(); }));
  EXPECT_EQ(pair.client.closed_channels, std::vector{ChannelId(4)});
  EXPECT_EQ(pair.server.opened.size(), 2u);
  // A closed one makes room.
  pair.client.socket->Close(ChannelId(0), pair.now());
  EXPECT_TRUE(pair.RunUntil([&] { return !pair.server.closed_channels.empty(); }));
  ASSERT_TRUE(pair.client.socket->Open({.label = "y"}, pair.now()));
  pair.Run(1s);
  EXPECT_EQ(pair.server.opened[ChannelId(0)].label, "y");
}

TEST(Socket, ChannelsRunOutWhenAllStreamsAreInUse) {
  SocketPair pair({.client = {.max_channels = 10'000}, .server = {.max_channels = 10'000}});
  ASSERT_TRUE(pair.Connect());
  int opened = 0;
  while (pair.client.socket->Open({.label = "x"}, pair.now())) ++opened;
  EXPECT_EQ(opened, internal::kMaxStreams / 2);
  pair.Run(5s);
  EXPECT_EQ(pair.server.opened.size(), static_cast<size_t>(opened));
}

TEST(Socket, ASlowChannelDoesNotHoldAnotherUp) {
  SocketPair pair({.up = {.delay = 20ms, .loss = 0.3}, .down = {.delay = 20ms}});
  ASSERT_TRUE(pair.Connect());
  const ChannelId bulk = pair.Open({.label = "bulk"});
  const ChannelId chat = pair.Open({.label = "chat"});
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(pair.Send(pair.client, bulk, std::string(30'000, 'x')));
  ASSERT_TRUE(pair.Send(pair.client, chat, "hello"));
  EXPECT_TRUE(pair.RunUntil([&] { return !pair.server.messages[chat].empty(); }));
  EXPECT_LT(pair.server.messages[bulk].size(), 10u);
}

TEST(Socket, ClosingOneChannelLeavesOthersAlone) {
  SocketPair pair;
  ASSERT_TRUE(pair.Connect());
  const ChannelId first = pair.Open({.label = "1"});
  const ChannelId second = pair.Open({.label = "2"});
  pair.server.socket->Close(first, pair.now());
  EXPECT_TRUE(pair.RunUntil([&] { return pair.client.closed_channels.size() == 1; }));
  EXPECT_EQ(pair.client.closed_channels, std::vector{first});
  EXPECT_EQ(pair.server.closed_channels, std::vector{first});
  ASSERT_TRUE(pair.Send(pair.client, second, "still here"));
  pair.Run(1s);
  EXPECT_EQ(pair.server.messages[second].size(), 1u);
}

TEST(Socket, AChannelClosedBeforeTheAssociationIsUpIsNeverHeardOf) {
  SocketPair pair;
  const auto channel = pair.client.socket->Open({.label = "x"}, pair.now());
  ASSERT_TRUE(channel);
  pair.client.socket->Close(*channel, pair.now());
  EXPECT_EQ(pair.client.closed_channels, std::vector{*channel});
  ASSERT_TRUE(pair.Connect());
  pair.Run(1s);
  EXPECT_TRUE(pair.server.opened.empty());
}

// The answer to the reset gets lost, and the other side uses the stream anew in between.
TEST(Socket, AStreamMayBeUsedAnewBeforeItsResetIsConfirmed) {
  SocketPair pair;
  ASSERT_TRUE(pair.Connect());
  const ChannelId channel = pair.Open({.label = "old"});
  ASSERT_TRUE(pair.Send(pair.server, channel, "first"));
  pair.Run(1s);
  pair.client.socket->Close(channel, pair.now());
  bool loses = false;
  pair.tap = [&](bool from_client, base::ByteView) { return from_client && loses; };
  // From when the client has heard the server's reset, its answer is lost.
  while (pair.client.closed_channels.empty()) {
    pair.RunUntil([&] {
      return !pair.client.packets.empty() || !pair.server.packets.empty() ||
             !pair.client.closed_channels.empty();
    });
    loses = !pair.client.closed_channels.empty();
    pair.Run(0s);
  }
  pair.Run(0s);
  loses = false;
  ASSERT_TRUE(pair.client.socket->Open({.label = "new"}, pair.now()));
  ASSERT_TRUE(pair.Send(pair.client, channel, "to the new one"));
  pair.Run(5s);
  EXPECT_EQ(pair.server.opened[channel].label, "new");
  EXPECT_EQ(pair.server.messages[channel], std::vector<std::string>{"to the new one"});
  EXPECT_EQ(pair.client.opened[channel].label, "new");
  ASSERT_TRUE(pair.Send(pair.server, channel, "back"));
  pair.Run(1s);
  EXPECT_EQ(pair.client.messages[channel], (std::vector<std::string>{"first", "back"}));
}

// A socket may be used from within what it tells.
TEST(Socket, MayBeCalledFromItsEvents) {
  class Echo final : public SocketObserver {
   public:
    explicit Echo(base::FakeClock& clock) : clock_(clock) {}
    void OnSctpPacket(base::ByteView packet) override {
      packets.emplace_back(packet.begin(), packet.end());
    }
    void OnSctpConnected() override {}
    void OnSctpClosed(const std::string&) override { ++closed; }
    void OnChannelOpened(ChannelId channel, const ChannelConfig&) override {
      ASSERT_TRUE(
          socket->Send(channel, MessageKind::kText, base::AsBytes("welcome"), clock_.Now()));
    }
    void OnChannelClosed(ChannelId) override { socket->Abort("done"); }
    void OnChannelMessage(ChannelId channel, MessageKind kind, base::ByteView message) override {
      ASSERT_TRUE(socket->Send(channel, kind, message, clock_.Now()));
      socket->Close(channel, clock_.Now());
    }
    Socket* socket = nullptr;
    std::vector<base::Bytes> packets;
    int closed = 0;

   private:
    base::FakeClock& clock_;
  };
  base::FakeClock clock;
  base::SeededRandom random(1);
  Echo echo(clock);
  Socket socket({}, random, echo);
  echo.socket = &socket;
  Endpoint client({.dtls_client = true}, 2);
  client.socket->Connect(clock.Now());
  const ChannelId channel = client.socket->Open({.label = "x"}, clock.Now()).value();
  ASSERT_TRUE(
      client.socket->Send(channel, MessageKind::kText, base::AsBytes("hello"), clock.Now()));
  for (int i = 0; i < 100; ++i) {
    for (const base::Bytes& packet : std::exchange(client.packets, {}))
      socket.HandlePacket(packet, clock.Now());
    for (const base::Bytes& packet : std::exchange(echo.packets, {}))
      client.socket->HandlePacket(packet, clock.Now());
    clock.Advance(50ms);
    socket.HandleTimeout(clock.Now());
    client.socket->HandleTimeout(clock.Now());
  }
  EXPECT_EQ(client.messages[channel], (std::vector<std::string>{"welcome", "hello"}));
  EXPECT_EQ(echo.closed, 1);
  EXPECT_EQ(client.closed, 1);
}

}  // namespace
}  // namespace plaza::sctp
