// Packets between two connected peers.
#include <gtest/gtest.h>

#include "peer/testing/media_source.h"
#include "peer/testing/peer_pair.h"
#include "rtp/extension_reader.h"
#include "rtp/rtcp/keyframe_request.h"
#include "rtp/rtcp/remb.h"
#include "rtp/rtcp/reports.h"

namespace plaza::peer {
namespace {

using namespace std::chrono_literals;
using rtp::Codec;
using rtp::StreamKey;
using testing::MediaSource;
using testing::PayloadTypeOf;
using testing::PeerPair;

class Media : public ::testing::Test {
 protected:
  void Connect(std::vector<sdp::OfferedSection> sections = testing::CallSections()) {
    ASSERT_TRUE(pair.Negotiate(std::move(sections)).ok());
    ASSERT_TRUE(pair.RunUntilConnected());
  }
  MediaSource Video(uint32_t ssrc) {
    return {ssrc, PayloadTypeOf(*pair.client, 1, Codec::kVp8), "", "", ""};
  }
  void Send(MediaSource& source, std::string_view payload, std::optional<uint16_t> original = {}) {
    source.Send(*pair.client, payload, pair.now(), original);
    pair.Run(100ms);
  }

  PeerPair pair{{.up = {.delay = 10ms}, .down = {.delay = 10ms}}};
};

TEST_F(Media, FlowsBothWaysByTheAnnouncedSsrcs) {
  Connect();
  MediaSource audio{10, PayloadTypeOf(*pair.client, 0, Codec::kOpus), "", "", ""};
  Send(audio, "hello");
  ASSERT_EQ(pair.server_events.rtp.size(), 1u);
  const auto& [key, packet] = pair.server_events.rtp[0];
  EXPECT_EQ(key, (StreamKey{0, 0}));
  EXPECT_EQ(packet.codec, Codec::kOpus);
  EXPECT_EQ(base::AsText(packet.payload()), "hello");
  EXPECT_EQ(packet.header.sequence_number, 1);
  EXPECT_FALSE(packet.recovered);
  EXPECT_LE(packet.arrival, pair.now());

  MediaSource slot{1003, PayloadTypeOf(*pair.server, 3, Codec::kH264), "", "", ""};
  slot.Send(*pair.server, "picture", pair.now());
  pair.Run(100ms);
  ASSERT_EQ(pair.client_events.rtp.size(), 1u);
  EXPECT_EQ(pair.client_events.rtp[0].first, (StreamKey{3, 0}));
  EXPECT_EQ(pair.client_events.rtp[0].second.codec, Codec::kH264);
  EXPECT_EQ(pair.client->counters().rtp_received, 1u);
  EXPECT_EQ(pair.server->counters().rtp_sent, 1u);
}

TEST_F(Media, PacketsCarryTheirSendTimeAndNumber) {
  Connect();
  MediaSource video = Video(11);
  Send(video, "a");
  Send(video, "b");
  ASSERT_EQ(pair.server_events.rtp.size(), 2u);
  const auto& map = pair.server->extensions();
  const auto number = [&](size_t i) {
    return rtp::ReadTransportSequenceNumber(pair.server_events.rtp[i].second, map);
  };
  EXPECT_EQ(*number(1), *number(0) + 1);
  EXPECT_NE(rtp::ReadAbsSendTime(pair.server_events.rtp[1].second, map),
            rtp::ReadAbsSendTime(pair.server_events.rtp[0].second, map));
}

TEST_F(Media, SimulcastEncodingsAreKnownByMidAndRid) {
  Connect(testing::SimulcastSections());
  uint32_t ssrc = 100;
  for (const char* rid : {"h", "l", "m"}) {
    MediaSource encoding = Video(ssrc++);
    encoding.mid = "1";
    encoding.rid = rid;
    Send(encoding, rid);
    // Once known, the SSRC is enough.
    encoding.mid = encoding.rid = "";
    Send(encoding, rid);
  }
  ASSERT_EQ(pair.server_events.rtp.size(), 6u);
  const uint8_t expected[] = {2, 2, 0, 0, 1, 1};
  for (size_t i = 0; i < 6; ++i)
    EXPECT_EQ(pair.server_events.rtp[i].first, (StreamKey{1, expected[i]})) << i;
}

TEST_F(Media, RetransmissionsComeAsTheOriginal) {
  Connect();
  MediaSource video = Video(11);
  Send(video, "first");
  MediaSource rtx{12, PayloadTypeOf(*pair.client, 1, Codec::kVp8, true), "", "", ""};
  Send(rtx, "second", 7);
  ASSERT_EQ(pair.server_events.rtp.size(), 2u);
  const rtp::Packet& packet = pair.server_events.rtp[1].second;
  EXPECT_TRUE(packet.recovered);
  EXPECT_EQ(packet.header.ssrc, 11u);
  EXPECT_EQ(packet.header.sequence_number, 7);
  EXPECT_EQ(packet.header.payload_type, video.payload_type);
  EXPECT_EQ(packet.codec, Codec::kVp8);
  EXPECT_EQ(base::AsText(packet.payload()), "second");
  EXPECT_EQ(pair.server->counters().rtx_received, 1u);
}

TEST_F(Media, ARewrittenDescriptorGoesBeforeThePayloadAlsoInRetransmissions) {
  Connect();
  MediaSource video = Video(11);
  video.payload_prefix = "descriptor ";
  Send(video, "frame");
  MediaSource rtx{12, PayloadTypeOf(*pair.client, 1, Codec::kVp8, true), "", "", ""};
  rtx.payload_prefix = "descriptor ";
  Send(rtx, "again", 7);
  ASSERT_EQ(pair.server_events.rtp.size(), 2u);
  EXPECT_EQ(base::AsText(pair.server_events.rtp[0].second.payload()), "descriptor frame");
  EXPECT_EQ(base::AsText(pair.server_events.rtp[1].second.payload()), "descriptor again");
}

TEST_F(Media, RetransmissionsOfASimulcastEncodingAreKnownByTheRepairedRid) {
  Connect(testing::SimulcastSections());
  MediaSource video = Video(100);
  video.mid = "1";
  video.rid = "m";
  Send(video, "x");
  MediaSource rtx{200, PayloadTypeOf(*pair.client, 1, Codec::kVp8, true), "1", "", "m"};
  Send(rtx, "y", 9);
  ASSERT_EQ(pair.server_events.rtp.size(), 2u);
  EXPECT_EQ(pair.server_events.rtp[1].first, (StreamKey{1, 1}));
  EXPECT_EQ(pair.server_events.rtp[1].second.header.ssrc, 100u);
}

TEST_F(Media, ProbesOnTheRetransmissionStreamEndHere) {
  Connect();
  MediaSource video = Video(11);
  Send(video, "x");
  MediaSource rtx{12, PayloadTypeOf(*pair.client, 1, Codec::kVp8, true), "", "", ""};
  Send(rtx, "");  // no payload, not even the original's number
  EXPECT_EQ(pair.server_events.rtp.size(), 1u);
  EXPECT_EQ(pair.server->counters().padding_received, 1u);
}

TEST_F(Media, UnknownStreamsAndPayloadTypesAreDroppedAndCounted) {
  Connect(testing::SimulcastSections());
  MediaSource nobody = Video(500);
  Send(nobody, "no mid, no rid");
  nobody.mid = "9";
  Send(nobody, "no such mid");
  nobody.mid = "1";
  nobody.rid = "z";
  Send(nobody, "no such rid");
  MediaSource audio{10, 77, "", "", ""};
  Send(audio, "no such payload type");
  EXPECT_TRUE(pair.server_events.rtp.empty());
  EXPECT_EQ(pair.server->counters().dropped_unknown_stream, 3u);
  EXPECT_EQ(pair.server->counters().dropped_unknown_payload, 1u);
}

TEST_F(Media, SentTooEarlyIsDroppedAndCounted) {
  ASSERT_TRUE(pair.Negotiate(testing::CallSections()).ok());
  MediaSource video = Video(11);
  video.Send(*pair.client, "too early", pair.now());
  const uint8_t rtcp[8] = {0x80, 201, 0, 1};
  pair.client->SendRtcp(rtcp);
  EXPECT_EQ(pair.client->counters().send_dropped_early, 2u);
}

TEST_F(Media, RtcpReachesTheObserver) {
  Connect();
  std::array<uint8_t, 100> room;
  rtp::rtcp::CompoundWriter writer(room);
  rtp::rtcp::WriteReceiverReport(writer, 1);
  rtp::rtcp::WritePli(writer, {1, 11});
  pair.server->SendRtcp(writer.written());
  pair.Run(50ms);
  ASSERT_EQ(pair.client_events.rtcp.size(), 1u);
  EXPECT_TRUE(std::ranges::equal(pair.client_events.rtcp[0], writer.written()));
}

TEST_F(Media, TransportFeedbackTellsTheTargetRate) {
  Connect();
  MediaSource video = Video(11);
  const std::string payload(1000, 'x');
  for (int i = 0; i < 600; ++i) {
    video.Send(*pair.client, payload, pair.now());
    pair.Run(10ms);
  }
  EXPECT_EQ(pair.server_events.rtp.size(), 600u);
  EXPECT_GT(pair.server->counters().rtcp_sent, 30u);
  ASSERT_FALSE(pair.client_events.targets.empty());
  EXPECT_GT(pair.client_events.targets.back().kbps(), 500);
}

TEST_F(Media, PacketsThatDidNotLeaveTakeNoNumber) {
  Connect();
  MediaSource video = Video(11);
  Send(video, "a");
  video.next_sequence_number = 1;
  Send(video, "SRTP refuses to use a sequence number twice");
  Send(video, "b");
  EXPECT_EQ(pair.client->counters().send_dropped_protect, 1u);
  ASSERT_EQ(pair.server_events.rtp.size(), 2u);
  const auto& map = pair.server->extensions();
  EXPECT_EQ(*rtp::ReadTransportSequenceNumber(pair.server_events.rtp[1].second, map),
            *rtp::ReadTransportSequenceNumber(pair.server_events.rtp[0].second, map) + 1);
}

TEST_F(Media, RembTellsTheTargetRateWhereThereIsNoFeedback) {
  Connect();
  std::array<uint8_t, 100> room;
  rtp::rtcp::CompoundWriter writer(room);
  const uint32_t about[] = {1003};
  rtp::rtcp::WriteRemb(writer, 1, base::DataRate::KilobitsPerSecond(300), about);
  pair.client->SendRtcp(writer.written());
  pair.Run(50ms);
  ASSERT_FALSE(pair.server_events.targets.empty());
  EXPECT_NEAR(static_cast<double>(pair.server_events.targets.back().kbps()), 300, 5);
}

TEST(MediaOnABadNetwork, ArrivesInItsShareAndUnchanged) {
  for (const double loss : {0.05, 0.2, 0.5}) {
    netsim::LinkConditions bad{
        .delay = 100ms, .jitter = 30ms, .loss = loss, .reorder = 0.1, .duplicate = 0.1};
    PeerPair pair({.up = bad, .down = bad});
    ASSERT_TRUE(pair.Negotiate(testing::CallSections()).ok());
    ASSERT_TRUE(pair.RunUntilConnected());
    MediaSource audio{10, PayloadTypeOf(*pair.client, 0, Codec::kOpus), "", "", ""};
    for (int i = 0; i < 500; ++i) {
      audio.Send(*pair.client, "sound " + std::to_string(audio.next_sequence_number), pair.now());
      pair.Run(20ms);
    }
    pair.Run(1s);
    EXPECT_NEAR(static_cast<double>(pair.server_events.rtp.size()) / 500, 1 - loss, 0.07);
    for (const auto& [key, packet] : pair.server_events.rtp)
      EXPECT_EQ(base::AsText(packet.payload()),
                "sound " + std::to_string(packet.header.sequence_number));
    EXPECT_GT(pair.server->counters().dropped_replayed, 0u) << "duplicates";
  }
}

}  // namespace
}  // namespace plaza::peer
