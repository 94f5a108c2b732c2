// Offers after the first: more m-lines, ICE restarts, and what is refused.
#include <gtest/gtest.h>

#include "peer/testing/media_source.h"
#include "peer/testing/peer_pair.h"
#include "sdp/testing/offers.h"

namespace plaza::peer {
namespace {

using namespace std::chrono_literals;
using rtp::Codec;
using testing::CallSections;
using testing::MediaSource;
using testing::PayloadTypeOf;
using testing::PeerPair;

TEST(Negotiation, SectionsShowWhatIsAgreedOnBothSides) {
  PeerPair pair;
  ASSERT_TRUE(pair.Negotiate(CallSections()).ok());
  ASSERT_EQ(pair.server->sections().size(), 4u);
  const sdp::NegotiatedSection& slot = pair.server->sections()[3];
  EXPECT_EQ(slot.direction, sdp::Direction::kSendOnly);
  EXPECT_EQ(slot.local->ssrc, 1003u);
  EXPECT_EQ(CodecOf(slot.codecs[0]), Codec::kH264);
  EXPECT_EQ(pair.client->sections()[3].remote->ssrc, 1003u);
  EXPECT_NE(pair.server->extensions().IdOf(rtp::Extension::kTransportCc), 0);
  EXPECT_EQ(pair.server->extensions().IdOf(rtp::Extension::kMid),
            pair.client->extensions().IdOf(rtp::Extension::kMid));
}

TEST(Negotiation, LaterOffersAddSlotsAndKeepStreams) {
  PeerPair pair;
  ASSERT_TRUE(pair.Negotiate(CallSections()).ok());
  ASSERT_TRUE(pair.RunUntilConnected());
  auto sections = CallSections();
  sections.push_back({sdp::MediaKind::kVideo, "4", sdp::Direction::kRecvOnly, {}, {}});
  const std::string offer = pair.client->Offer(sections, pair.now());
  std::vector<std::string> asked;
  const auto streams =
      [&](const sdp::NegotiatedSection& section) -> std::optional<sdp::LocalStream> {
    asked.push_back(section.mid);
    return sdp::LocalStream{5000u + section.index, {}, "slot", "t", "server"};
  };
  const auto answer = pair.server->Accept(offer, streams, pair.now());
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  ASSERT_TRUE(pair.client->ApplyAnswer(*answer, pair.now()).ok());
  EXPECT_EQ(asked, std::vector<std::string>{"4"});
  EXPECT_EQ(pair.server->sections()[3].local->ssrc, 1003u);
  EXPECT_EQ(pair.server->sections()[4].local->ssrc, 5004u);
  EXPECT_NE(answer->find("o=- "), std::string::npos);

  MediaSource slot{5004, PayloadTypeOf(*pair.server, 4, Codec::kVp8), "", "", ""};
  slot.Send(*pair.server, "new", pair.now());
  pair.Run(10ms);
  ASSERT_EQ(pair.client_events.rtp.size(), 1u);
  EXPECT_EQ(pair.client_events.rtp[0].first.media, 4);
  EXPECT_EQ(pair.server_events.connected, 1);
}

TEST(Negotiation, ASlotThatWasInactiveKeepsItsStream) {
  PeerPair pair;
  ASSERT_TRUE(pair.Negotiate(CallSections()).ok());
  auto paused = CallSections();
  paused[3].direction = sdp::Direction::kInactive;
  ASSERT_TRUE(pair.Negotiate(paused).ok());
  EXPECT_FALSE(pair.server->sections()[3].local);
  const auto none = [](const sdp::NegotiatedSection&) { return std::optional<sdp::LocalStream>(); };
  const auto answer =
      pair.server->Accept(pair.client->Offer(CallSections(), pair.now()), none, pair.now());
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(pair.server->sections()[3].local->ssrc, 1003u);
}

TEST(Negotiation, WhatWasLearnedOfStreamsOutlivesALaterOffer) {
  PeerPair pair;
  auto sections = testing::SimulcastSections();
  ASSERT_TRUE(pair.Negotiate(sections).ok());
  ASSERT_TRUE(pair.RunUntilConnected());
  MediaSource video{100, PayloadTypeOf(*pair.client, 1, Codec::kVp8), "1", "m", ""};
  video.Send(*pair.client, "a", pair.now());
  pair.Run(10ms);
  sections.push_back({sdp::MediaKind::kVideo, "4", sdp::Direction::kRecvOnly, {}, {}});
  ASSERT_TRUE(pair.Negotiate(sections).ok());
  video.mid = video.rid = "";
  video.Send(*pair.client, "b", pair.now());
  pair.Run(10ms);
  EXPECT_EQ(pair.server_events.rtp.size(), 2u);
}

TEST(Negotiation, AnIceRestartChangesCredentialsAndKeepsMediaFlowing) {
  PeerPair pair({.up = {.delay = 20ms}, .down = {.delay = 20ms}});
  ASSERT_TRUE(pair.Negotiate(CallSections()).ok());
  ASSERT_TRUE(pair.RunUntilConnected());
  pair.Run(1s);
  const std::string before = pair.server->local_ufrag();
  const std::string client_before = pair.client->local_ufrag();
  ASSERT_TRUE(pair.Negotiate(CallSections(), true).ok());
  EXPECT_NE(pair.server->local_ufrag(), before);
  EXPECT_NE(pair.client->local_ufrag(), client_before);
  MediaSource audio{10, PayloadTypeOf(*pair.client, 0, Codec::kOpus), "", "", ""};
  for (int i = 0; i < 100; ++i) {
    audio.Send(*pair.client, "x", pair.now());
    pair.Run(20ms);
  }
  pair.Run(60s);
  EXPECT_EQ(pair.server_events.rtp.size(), 100u);
  EXPECT_EQ(pair.server_events.connected, 1) << "DTLS goes on";
  EXPECT_EQ(pair.server_events.closed, 0);
  EXPECT_EQ(pair.client_events.closed, 0);
}

TEST(Negotiation, AnIceRestartFindsANewPathWhenTheOldOneIsDead) {
  testing::PairOptions options;
  options.client_addresses = {"10.0.0.1:5000", "10.0.0.2:5000"};
  PeerPair pair(options);
  ASSERT_TRUE(pair.Negotiate(CallSections()).ok());
  ASSERT_TRUE(pair.RunUntilConnected());
  pair.Run(3s);
  const std::string first = pair.server->selected_path()->remote.ToString();
  pair.Block(first);
  pair.Run(1s);
  ASSERT_TRUE(pair.Negotiate(CallSections(), true).ok());
  MediaSource audio{10, PayloadTypeOf(*pair.client, 0, Codec::kOpus), "", "", ""};
  const base::Time start = pair.now();
  while (pair.server_events.rtp.empty() && pair.now() - start < 3s) {
    audio.Send(*pair.client, "x", pair.now());
    pair.Run(20ms);
  }
  EXPECT_FALSE(pair.server_events.rtp.empty());
}

TEST(Negotiation, AnotherCertificateNeedsAnotherPeer) {
  PeerPair pair;
  ASSERT_TRUE(pair.Negotiate(CallSections()).ok());
  PeerPair reloaded({.seed = 2});
  const auto answer =
      pair.server->Accept(reloaded.client->Offer(CallSections(), pair.now()), {}, pair.now());
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, base::ErrorKind::kFailedPrecondition);
}

TEST(Negotiation, BadOffersChangeNothing) {
  PeerPair pair;
  ASSERT_TRUE(pair.Negotiate(CallSections()).ok());
  ASSERT_TRUE(pair.RunUntilConnected());
  const std::string ufrag = pair.server->local_ufrag();
  EXPECT_FALSE(pair.server->Accept("nonsense", {}, pair.now()).ok());
  std::string short_offer = pair.client->Offer({CallSections()[0]}, pair.now());
  const auto answer = pair.server->Accept(short_offer, {}, pair.now());
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().message, "a later offer must repeat the m-lines of the earlier ones");
  EXPECT_EQ(pair.server->sections().size(), 4u);
  EXPECT_EQ(pair.server->local_ufrag(), ufrag);
  EXPECT_TRUE(pair.server->connected());
}

TEST(Negotiation, AnswersWithoutOffersAreRefused) {
  PeerPair pair;
  EXPECT_FALSE(pair.client->ApplyAnswer("v=0", pair.now()).ok());
  pair.client->Offer(CallSections(), pair.now());
  EXPECT_FALSE(pair.client->ApplyAnswer("v=0", pair.now()).ok());
  EXPECT_TRUE(pair.Negotiate(CallSections()).ok()) << "a good one is still taken";
}

TEST(Negotiation, OffersOfBrowsersAreAnswered) {
  for (const char* offer : {sdp::testing::kChromiumOffer, sdp::testing::kChromiumSimulcastOffer,
                            sdp::testing::kFirefoxOffer}) {
    PeerPair pair;
    const auto answer = pair.server->Accept(offer, {}, pair.now());
    EXPECT_TRUE(answer.ok()) << answer.error().message;
    EXPECT_NE(answer->find("a=ice-ufrag:" + pair.server->local_ufrag()), std::string::npos);
    EXPECT_NE(answer->find("a=candidate:"), std::string::npos);
    EXPECT_NE(answer->find("a=ice-lite"), std::string::npos);
  }
}

}  // namespace
}  // namespace plaza::peer
