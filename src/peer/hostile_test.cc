// Datagrams from strangers, damaged and forged ones: dropped, counted, without effect.
#include <gtest/gtest.h>

#include "peer/testing/media_source.h"
#include "peer/testing/peer_pair.h"

namespace plaza::peer {
namespace {

using namespace std::chrono_literals;
using rtp::Codec;
using testing::MediaSource;
using testing::PayloadTypeOf;
using testing::PeerPair;

base::Path PathFrom(const char* remote) {
  return {*base::SocketAddress::Parse(testing::kServerAddress),
          *base::SocketAddress::Parse(remote)};
}

class Hostile : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(pair.Negotiate(testing::CallSections()).ok());
    ASSERT_TRUE(pair.RunUntilConnected());
    audio = {10, PayloadTypeOf(*pair.client, 0, Codec::kOpus), "", "", ""};
  }
  void ExpectUnharmed() {
    const size_t before = pair.server_events.rtp.size();
    audio.Send(*pair.client, "still here", pair.now());
    pair.Run(10ms);
    EXPECT_EQ(pair.server_events.rtp.size(), before + 1);
    EXPECT_EQ(pair.server_events.closed, 0);
  }

  PeerPair pair;
  MediaSource audio;
};

TEST_F(Hostile, GarbageOnTheRightPathIsDropped) {
  base::SeededRandom random(3);
  for (int i = 0; i < 5000; ++i) {
    base::Bytes datagram(random.Below(200));
    random.Fill(datagram);
    pair.Inject(*pair.server, datagram, PathFrom("10.0.0.1:5000"));
  }
  EXPECT_TRUE(pair.server_events.rtp.empty());
  const Counters counters = pair.server->counters();
  EXPECT_GT(counters.dropped_unknown, 1000u);
  EXPECT_GT(counters.dropped_auth + counters.dropped_malformed, 500u);
  ExpectUnharmed();
}

TEST_F(Hostile, WhatIsNotStunFromAStrangeAddressIsDropped) {
  const uint8_t rtp[40] = {0x80, 111};
  const uint8_t dtls[40] = {22, 254, 253};
  pair.Inject(*pair.server, rtp, PathFrom("6.6.6.6:666"));
  pair.Inject(*pair.server, dtls, PathFrom("6.6.6.6:666"));
  EXPECT_EQ(pair.server->counters().dropped_path, 2u);
  ExpectUnharmed();
}

TEST_F(Hostile, DamagedPacketsAreDropped) {
  base::Bytes last;
  pair.tap = [&](bool from_client, base::ByteView datagram) {
    if (!from_client || datagram[0] < 128) return false;
    last.assign(datagram.begin(), datagram.end());
    return true;
  };
  audio.Send(*pair.client, "payload", pair.now());
  pair.Run(10ms);
  ASSERT_FALSE(last.empty());
  for (size_t i = 0; i < last.size(); ++i) {
    base::Bytes damaged = last;
    damaged[i] ^= 0x10;
    pair.Inject(*pair.server, damaged, PathFrom("10.0.0.1:5000"));
  }
  EXPECT_TRUE(pair.server_events.rtp.empty());
  EXPECT_TRUE(pair.server_events.rtcp.empty());
  pair.tap = nullptr;
  pair.Inject(*pair.server, last, PathFrom("10.0.0.1:5000"));
  EXPECT_EQ(pair.server_events.rtp.size(), 1u);
  pair.Inject(*pair.server, last, PathFrom("10.0.0.1:5000"));
  EXPECT_EQ(pair.server_events.rtp.size(), 1u);
  EXPECT_EQ(pair.server->counters().dropped_replayed, 1u);
  ExpectUnharmed();
}

TEST_F(Hostile, ManySsrcsDoNotGrowTheTables) {
  for (uint32_t ssrc = 100'000; ssrc < 103'000; ++ssrc) {
    MediaSource source = audio;
    source.ssrc = ssrc;
    source.mid = "0";
    source.Send(*pair.client, "x", pair.now());
    pair.Run(1ms);
  }
  // SRTP itself keeps no more streams than it has room for.
  EXPECT_GT(pair.server->counters().dropped_streams + pair.client->counters().send_dropped_protect,
            0u);
  EXPECT_EQ(pair.server_events.closed, 0);
}

TEST(HostileEarly, SrtpBeforeTheKeysIsDropped) {
  PeerPair pair;
  pair.tap = [](bool, base::ByteView datagram) { return datagram[0] >= 20 && datagram[0] <= 63; };
  ASSERT_TRUE(pair.Negotiate(testing::CallSections()).ok());
  pair.Run(1s);
  ASSERT_FALSE(pair.server_events.paths.empty());
  const uint8_t rtp[40] = {0x80, 111};
  pair.Inject(*pair.server, rtp, PathFrom("10.0.0.1:5000"));
  EXPECT_EQ(pair.server->counters().dropped_early, 1u);
  EXPECT_FALSE(pair.server->connected());
}

TEST(HostileEarly, DatagramsBeforeTheFirstOfferAreDropped) {
  PeerPair pair;
  base::SeededRandom random(3);
  for (int i = 0; i < 1000; ++i) {
    base::Bytes datagram(random.Below(100));
    random.Fill(datagram);
    pair.Inject(*pair.server, datagram, PathFrom("10.0.0.1:5000"));
  }
  EXPECT_EQ(pair.server_events.closed, 0);
  ASSERT_TRUE(pair.Negotiate(testing::CallSections()).ok());
  EXPECT_TRUE(pair.RunUntilConnected());
}

TEST(HostileLate, AfterTheEndEverythingIsDropped) {
  PeerPair pair;
  ASSERT_TRUE(pair.Negotiate(testing::CallSections()).ok());
  ASSERT_TRUE(pair.RunUntilConnected());
  pair.server->Close(pair.now());
  const uint8_t rtp[40] = {0x80, 111};
  pair.Inject(*pair.server, rtp, PathFrom("10.0.0.1:5000"));
  EXPECT_EQ(pair.server->counters().dropped_closed, 1u);
  pair.server->SendRtcp(rtp);
  EXPECT_EQ(pair.server->counters().send_dropped_early, 1u);
  EXPECT_FALSE(pair.server->Accept(pair.last_offer, {}, pair.now()).ok());
}

}  // namespace
}  // namespace plaza::peer
