// Data channels between two peers.
#include <gtest/gtest.h>

#include "dtls/certificate.h"
#include "dtls/context.h"
#include "dtls/testing/simulated_openssl.h"
#include "peer/testing/peer_pair.h"

namespace plaza::peer {
namespace {

using namespace std::chrono_literals;
using sctp::ChannelId;
using sctp::MessageKind;
using testing::CallSections;
using testing::PairOptions;
using testing::PeerPair;
using Texts = std::vector<std::string>;

std::vector<sdp::OfferedSection> WithData(std::vector<sdp::OfferedSection> sections = {}) {
  sections.push_back({sdp::MediaKind::kApplication, "data"});
  return sections;
}

base::Status Send(PeerPair& pair, Peer& from, ChannelId channel, std::string_view text) {
  return from.SendMessage(channel, MessageKind::kBinary, base::AsBytes(text), pair.now());
}

TEST(DataChannels, CarryMessagesBothWaysBesideMedia) {
  PeerPair pair;
  ASSERT_TRUE(pair.Negotiate(WithData(CallSections())));
  const auto channel = pair.client->OpenChannel({.label = "chat"}, pair.now());
  ASSERT_TRUE(channel);
  EXPECT_EQ(*channel, ChannelId(0));
  ASSERT_TRUE(Send(pair, *pair.client, *channel, "sent before the transport was up"));
  ASSERT_TRUE(pair.RunUntilConnected());
  pair.Run(1s);
  EXPECT_EQ(pair.server_events.channels.at(*channel).label, "chat");
  EXPECT_EQ(pair.server_events.messages, Texts{"sent before the transport was up"});
  ASSERT_TRUE(Send(pair, *pair.server, *channel, "hello"));
  const auto ours = pair.server->OpenChannel({.label = "server's"}, pair.now());
  ASSERT_TRUE(ours);
  EXPECT_EQ(*ours, ChannelId(1));
  pair.Run(1s);
  EXPECT_EQ(pair.client_events.messages, Texts{"hello"});
  EXPECT_EQ(pair.client_events.channels.size(), 2u);
  EXPECT_EQ(pair.client->data_stats().messages_received, 3u);  // an ACK, an OPEN, "hello"
}

TEST(DataChannels, AreAddedByALaterOffer) {
  PeerPair pair;
  ASSERT_TRUE(pair.Negotiate(CallSections()));
  ASSERT_TRUE(pair.RunUntilConnected());
  EXPECT_EQ(pair.client->OpenChannel({.label = "x"}, pair.now()).error().kind,
            base::ErrorKind::kFailedPrecondition);
  ASSERT_TRUE(pair.Negotiate(WithData(CallSections())));
  ASSERT_TRUE(pair.client->OpenChannel({.label = "x"}, pair.now()));
  pair.Run(1s);
  EXPECT_EQ(pair.server_events.channels.size(), 1u);
  // A further negotiation, with new paths, leaves them as they are.
  ASSERT_TRUE(pair.Negotiate(WithData(CallSections()), true));
  ASSERT_TRUE(Send(pair, *pair.client, ChannelId(0), "still the same"));
  pair.Run(2s);
  EXPECT_EQ(pair.server_events.messages, Texts{"still the same"});
}

TEST(DataChannels, AloneMakeAConnection) {
  PeerPair pair;
  ASSERT_TRUE(pair.Negotiate(WithData()));
  ASSERT_TRUE(pair.client->OpenChannel({.label = "x"}, pair.now()));
  ASSERT_TRUE(pair.RunUntilConnected());
  pair.Run(1s);
  EXPECT_EQ(pair.server_events.channels.size(), 1u);
}

TEST(DataChannels, AreRejectedByWhoDoesNotTakeThem) {
  PeerPair pair({.server_data = false});
  ASSERT_TRUE(pair.Negotiate(WithData(CallSections())));
  EXPECT_FALSE(pair.client->sections()[4].accepted);
  EXPECT_FALSE(pair.client->OpenChannel({.label = "x"}, pair.now()).ok());
  EXPECT_TRUE(pair.RunUntilConnected());
}

TEST(DataChannels, CloseOnBothSides) {
  PeerPair pair;
  ASSERT_TRUE(pair.Negotiate(WithData()));
  const ChannelId channel = pair.client->OpenChannel({.label = "x"}, pair.now()).value();
  ASSERT_TRUE(pair.RunUntil([&] { return pair.server_events.channels.size() == 1; }, 10s));
  pair.server->CloseChannel(channel, pair.now());
  EXPECT_TRUE(pair.RunUntil(
      [&] { return pair.client_events.channels.empty() && pair.server_events.channels.empty(); },
      10s));
  EXPECT_FALSE(Send(pair, *pair.client, channel, "x").ok());
}

TEST(DataChannels, EndWithTheirAssociationAndLeaveMediaAlone) {
  sdp::Capabilities small = sdp::DefaultCapabilities();
  small.max_message_size = 100;
  PeerPair pair({.server_capabilities = small});
  ASSERT_TRUE(pair.Negotiate(WithData(CallSections())));
  const ChannelId channel = pair.client->OpenChannel({.label = "x"}, pair.now()).value();
  EXPECT_EQ(Send(pair, *pair.client, channel, std::string(101, 'x')).error().kind,
            base::ErrorKind::kInvalidArgument);
  ASSERT_TRUE(pair.RunUntil([&] { return pair.server_events.channels.size() == 1; }, 10s));
  // The path dies for SCTP alone.
  pair.tap = [](bool, base::ByteView datagram) { return datagram[0] >= 20 && datagram[0] <= 63; };
  ASSERT_TRUE(Send(pair, *pair.client, channel, "anybody?"));
  EXPECT_TRUE(pair.RunUntil([&] { return pair.client_events.channels.empty(); }, 120s));
  EXPECT_TRUE(pair.client->connected());
  EXPECT_FALSE(Send(pair, *pair.client, channel, "x").ok());
}

TEST(DataChannels, WorkOverTheRealDtlsAndABadNetwork) {
  const netsim::LinkConditions bad{.delay = 50ms, .loss = 0.05, .reorder = 0.05, .duplicate = 0.05};
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const base::FakeClock wall;
    const auto context = dtls::Context::Create(*dtls::Certificate::Generate(wall.WallNow()));
    ASSERT_TRUE(context.ok());
    PairOptions options{.up = bad, .down = bad, .seed = seed};
    options.client_dtls = options.server_dtls = context->get();
    PeerPair pair(options);
    const dtls::testing::SimulatedOpenSsl simulated(pair.clock, seed);
    ASSERT_TRUE(pair.Negotiate(WithData()));
    const ChannelId channel = pair.client->OpenChannel({.label = "x"}, pair.now()).value();
    ASSERT_TRUE(pair.RunUntilConnected());
    Texts sent;
    for (size_t i = 0; i < 50; ++i) {
      sent.push_back(std::to_string(i) + std::string(i % 7 * 1000, 'x'));
      ASSERT_TRUE(Send(pair, *pair.client, channel, sent.back()));
      pair.Run(10ms);
    }
    EXPECT_TRUE(
        pair.RunUntil([&] { return pair.server_events.messages.size() == sent.size(); }, 60s));
    EXPECT_EQ(pair.server_events.messages, sent);
  }
}

}  // namespace
}  // namespace plaza::peer
