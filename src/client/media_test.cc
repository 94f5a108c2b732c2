// Media of a participant, sent and received, against a server in memory.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "client/testing/server_stand_in.h"
#include "client/vp8_pattern.h"
#include "rtp/header_writer.h"
#include "rtp/rtcp/keyframe_request.h"
#include "rtp/rtcp/nack.h"
#include "rtp/rtcp/reports.h"
#include "rtp/vp8.h"

namespace plaza::client {
namespace {

using namespace std::chrono_literals;
using testing::ServerStandIn;
using testing::StandInOptions;

constexpr uint16_t kAudioLine = 0, kVideoLine = 1, kSlotAudio = 2, kSlotVideo = 3;

StandInOptions Publisher(bool simulcast = false) {
  StandInOptions options;
  options.config.entry.user_id = "alice";
  options.config.audio = AudioPattern{};
  options.config.video = VideoPattern{};
  options.config.video->simulcast = simulcast;
  options.config.pairs = 2;
  options.up.delay = options.down.delay = 20ms;
  return options;
}

// What the server received on one line, in order.
std::vector<const rtp::Packet*> PacketsOf(const ServerStandIn& server, rtp::StreamKey key) {
  std::vector<const rtp::Packet*> packets;
  for (const auto& [stream, packet] : server.rtp)
    if (stream == key) packets.push_back(&packet);
  return packets;
}

base::DataRate RateOf(const std::vector<const rtp::Packet*>& packets, base::Duration span) {
  int64_t bytes = 0;
  for (const rtp::Packet* packet : packets) bytes += packet->payload_size;
  return base::DataRate::Of(bytes, span);
}

template <typename T, typename Parse>
std::vector<T> Feedback(const ServerStandIn& server, Parse parse) {
  std::vector<T> found;
  for (const base::Bytes& compound : server.rtcp) {
    rtp::rtcp::CompoundReader reader(compound);
    while (const auto element = reader.Next())
      if (const auto one = parse(*element)) found.push_back(*one);
  }
  return found;
}

void AskForKeyframe(ServerStandIn& server, uint32_t ssrc) {
  std::array<uint8_t, 64> room;
  rtp::rtcp::CompoundWriter writer(room);
  rtp::rtcp::WritePli(writer, {1, ssrc});
  server.peer().SendRtcp(writer.written());
}

TEST(SentAudio, IsFiftyPacketsASecondWithLevels) {
  ServerStandIn server(Publisher());
  ASSERT_TRUE(server.Connect());
  server.Run(10s);
  const auto packets = PacketsOf(server, {kAudioLine, 0});
  EXPECT_NEAR(static_cast<double>(packets.size()), 500, 5);
  EXPECT_NEAR(static_cast<double>(RateOf(packets, 10s).kbps()), 32, 1);
  for (size_t i = 1; i < packets.size(); ++i) {
    EXPECT_EQ(packets[i]->header.timestamp - packets[i - 1]->header.timestamp, 960u);
    EXPECT_EQ(static_cast<uint16_t>(packets[i]->header.sequence_number -
                                    packets[i - 1]->header.sequence_number),
              1);
    const auto level = rtp::ReadAudioLevel(*packets[i], server.peer().extensions());
    ASSERT_TRUE(level);
    EXPECT_EQ(level->level, 30);
    EXPECT_TRUE(level->voice);
  }
}

TEST(SentVideo, HasItsBitrateAndIsVp8) {
  ServerStandIn server(Publisher());
  ASSERT_TRUE(server.Connect());
  server.Run(10s);
  const auto packets = PacketsOf(server, {kVideoLine, 0});
  EXPECT_NEAR(static_cast<double>(RateOf(packets, 10s).kbps()), 600, 40);
  std::map<uint32_t, base::Bytes> frames;
  int keyframes = 0;
  for (const rtp::Packet* packet : packets) {
    EXPECT_LE(packet->payload_size, 1150);
    EXPECT_EQ(packet->codec, rtp::Codec::kVp8);
    const auto payload = rtp::ParseVp8(packet->payload());
    ASSERT_TRUE(payload);
    keyframes += payload->keyframe ? 1 : 0;
    if (payload->keyframe) {
      EXPECT_EQ(payload->width, 640);
      EXPECT_EQ(payload->height, 360);
    }
    const auto data = packet->payload().subspan(payload->size);
    frames[packet->header.timestamp].insert(frames[packet->header.timestamp].end(), data.begin(),
                                            data.end());
  }
  EXPECT_NEAR(static_cast<double>(frames.size()), 300, 3);
  EXPECT_GE(keyframes, 1);
  for (const auto& [timestamp, frame] : frames)
    EXPECT_EQ(CheckVp8Frame(frame), FrameCheck::kIntact);
}

TEST(SentVideo, InSimulcastHasThreeLayersKnownByTheirRids) {
  ServerStandIn server(Publisher(true));
  ASSERT_TRUE(server.Connect());
  server.Run(10s);
  std::vector<int64_t> rates;
  for (uint8_t layer = 0; layer < 3; ++layer) {
    const auto packets = PacketsOf(server, {kVideoLine, layer});
    ASSERT_FALSE(packets.empty());
    rates.push_back(RateOf(packets, 10s).kbps());
    const auto first = rtp::ParseVp8(packets[0]->payload());
    ASSERT_TRUE(first && first->keyframe);
    EXPECT_EQ(first->width, 640 >> (2 - layer));
  }
  EXPECT_LT(rates[0], rates[1]);
  EXPECT_LT(rates[1], rates[2]);
  EXPECT_NEAR(static_cast<double>(rates[0] + rates[1] + rates[2]), 600, 50);
  const auto tracks = server.Requests<signal::Join>().at(0).tracks;
  ASSERT_EQ(tracks.size(), 2u);
  ASSERT_TRUE(tracks[1].layers);
  EXPECT_EQ(tracks[1].layers->at(2), (signal::Layer{"f", 640, 360}));
}

TEST(SentVideo, AnswersAKeyframeRequestInTheLayerThatIsAsked) {
  ServerStandIn server(Publisher(true));
  ASSERT_TRUE(server.Connect());
  server.Run(2s);
  const uint32_t ssrc = PacketsOf(server, {kVideoLine, 1}).at(0)->header.ssrc;
  server.rtp.clear();
  AskForKeyframe(server, ssrc);
  server.Run(150ms);
  std::map<int, int> keyframes;
  for (const auto& [stream, packet] : server.rtp) {
    const auto payload = rtp::ParseVp8(packet.payload());
    if (stream.media == kVideoLine && payload && payload->keyframe) ++keyframes[stream.encoding];
  }
  EXPECT_EQ(keyframes, (std::map<int, int>{{1, 1}}));
  EXPECT_EQ(server.participant->statistics().video.keyframe_requests_received, 1u);
}

TEST(SentVideo, AnswersNacksWithRtx) {
  for (const bool simulcast : {false, true}) {
    ServerStandIn server(Publisher(simulcast));
    ASSERT_TRUE(server.Connect());
    server.Run(1s);
    const auto last = *PacketsOf(server, {kVideoLine, 0}).back();
    const uint16_t wanted[] = {static_cast<uint16_t>(last.header.sequence_number - 1),
                               last.header.sequence_number};
    std::array<uint8_t, 64> room;
    rtp::rtcp::CompoundWriter writer(room);
    rtp::rtcp::WriteNack(writer, 1, last.header.ssrc, wanted);
    server.peer().SendRtcp(writer.written());
    server.rtp.clear();
    server.Run(100ms);
    std::set<uint16_t> recovered;
    for (const rtp::Packet* packet : PacketsOf(server, {kVideoLine, 0})) {
      if (!packet->recovered) continue;
      recovered.insert(packet->header.sequence_number);
      if (packet->header.sequence_number == wanted[1]) {
        EXPECT_TRUE(std::equal(packet->payload().begin(), packet->payload().end(),
                               last.payload().begin(), last.payload().end()));
      }
    }
    EXPECT_EQ(recovered, std::set<uint16_t>(std::begin(wanted), std::end(wanted)));
    const auto sent = server.participant->statistics().video;
    EXPECT_EQ(sent.nacks_received, 2u);
    EXPECT_EQ(sent.resent, 2u);
  }
}

TEST(SentTracks, SendNothingWhileMutedAndTheServerIsTold) {
  ServerStandIn server(Publisher());
  ASSERT_TRUE(server.Connect());
  server.Run(1s);
  server.participant->SetTrack(signal::MediaKind::kVideo, true, true, server.now());
  server.Run(100ms);
  server.rtp.clear();
  server.Run(2s);
  EXPECT_TRUE(PacketsOf(server, {kVideoLine, 0}).empty());
  EXPECT_FALSE(PacketsOf(server, {kAudioLine, 0}).empty());
  const auto published = server.Requests<signal::Publish>();
  ASSERT_EQ(published.size(), 1u);
  EXPECT_EQ(published[0].tracks.at(0).muted, true);
  server.participant->SetTrack(signal::MediaKind::kVideo, true, false, server.now());
  server.Run(100ms);
  const auto packets = PacketsOf(server, {kVideoLine, 0});
  ASSERT_FALSE(packets.empty());
  EXPECT_TRUE(rtp::ParseVp8(packets[0]->payload())->keyframe);
}

TEST(SentTracks, AreReportedOn) {
  ServerStandIn server(Publisher());
  ASSERT_TRUE(server.Connect());
  server.Run(3500ms);
  const auto reports = Feedback<rtp::rtcp::SenderReport>(server, rtp::rtcp::ParseSenderReport);
  std::map<uint32_t, int> by_ssrc;
  for (const auto& report : reports) ++by_ssrc[report.sender_ssrc];
  ASSERT_EQ(by_ssrc.size(), 2u);
  for (const auto& [ssrc, count] : by_ssrc) EXPECT_EQ(count, 3);
}

// Sends generated video into the first slot, as a server does.
class SlotSender {
 public:
  explicit SlotSender(ServerStandIn& server) : server_(server) {}

  void SendFrame(bool keyframe, size_t packets = 3) {
    const base::Bytes frame = MakeVp8Frame({number_++, keyframe, 320, 180, 100 * packets});
    for (size_t i = 0; i < packets; ++i) {
      rtp::Vp8Descriptor descriptor;
      descriptor.start_of_partition = i == 0;
      base::Bytes payload(6);
      payload.resize(rtp::WriteVp8Descriptor(descriptor, payload));
      payload.insert(payload.end(), frame.begin() + static_cast<ptrdiff_t>(100 * i),
                     frame.begin() + static_cast<ptrdiff_t>(100 * (i + 1)));
      sent_.push_back({sequence_number_++, number_ * 3000, i + 1 == packets, payload});
      Send(sent_.back(), {});
    }
  }
  void Resend(uint16_t sequence_number) {
    for (const Sent& sent : sent_)
      if (sent.sequence_number == sequence_number) Send(sent, sequence_number);
  }

 private:
  struct Sent {
    uint16_t sequence_number;
    uint32_t timestamp;
    bool marker;
    base::Bytes payload;
  };
  void Send(const Sent& sent, std::optional<uint16_t> original) {
    const sdp::NegotiatedSection& section = server_.peer().sections()[kSlotVideo];
    const sdp::NegotiatedCodec& codec = *section.FindCodec("VP8");
    rtp::RtpHeader header;
    header.payload_type = original ? *codec.rtx_payload_type : codec.payload_type;
    header.ssrc = original ? *section.local->rtx_ssrc : section.local->ssrc;
    header.sequence_number = original ? rtx_sequence_number_++ : sent.sequence_number;
    header.timestamp = sent.timestamp;
    header.marker = sent.marker;
    std::array<uint8_t, rtp::kMaxHeaderSize> room;
    rtp::HeaderWriter elements;
    elements.AddTransportCc(server_.peer().extensions().IdOf(rtp::Extension::kTransportCc));
    const auto written = elements.Write(header, room);
    rtp::OutgoingRtp packet;
    packet.header = written->bytes;
    packet.payload = sent.payload;
    packet.original_sequence_number = original;
    packet.transport_cc_offset = written->transport_cc_offset;
    server_.peer().SendRtp(packet, server_.now());
  }

  ServerStandIn& server_;
  uint32_t number_ = 0;
  uint16_t sequence_number_ = 100;
  uint16_t rtx_sequence_number_ = 100;
  std::vector<Sent> sent_;
};

ReceiveCounters VideoFrom(ServerStandIn& server, const std::string& user) {
  for (const SourceStatistics& source : server.participant->statistics().sources)
    if (source.user_id == user) return source.video;
  return {};
}

void Occupy(ServerStandIn& server, std::optional<std::string> user) {
  server.Say(signal::Slots{{{0, std::move(user), signal::StreamType::kMain, true, true}}});
  server.Run(50ms);
}

TEST(ReceivedVideo, IsCountedByUserAsSlotsChangeHands) {
  ServerStandIn server(Publisher());
  ASSERT_TRUE(server.Connect());
  SlotSender slot(server);
  Occupy(server, "bob");
  slot.SendFrame(true);
  for (int i = 0; i < 9; ++i) slot.SendFrame(false);
  server.Run(100ms);
  Occupy(server, "carol");
  slot.SendFrame(true);
  slot.SendFrame(false, 5);
  server.Run(100ms);
  const ReceiveCounters bob = VideoFrom(server, "bob");
  EXPECT_EQ(bob.packets, 30u);
  EXPECT_EQ(bob.frames, 10u);
  EXPECT_EQ(bob.keyframes, 1u);
  EXPECT_EQ(bob.lost, 0);
  EXPECT_EQ(bob.damaged_frames, 0u);
  const ReceiveCounters carol = VideoFrom(server, "carol");
  EXPECT_EQ(carol.packets, 8u);
  EXPECT_EQ(carol.frames, 2u);
}

TEST(ReceivedVideo, LostPacketsAreAskedForAndCompleteTheirFrames) {
  ServerStandIn server(Publisher());
  ASSERT_TRUE(server.Connect());
  SlotSender slot(server);
  Occupy(server, "bob");
  slot.SendFrame(true);
  int datagram = 0;
  server.down_tap = [&](base::ByteView) { return ++datagram == 2; };
  slot.SendFrame(false);
  server.down_tap = nullptr;
  slot.SendFrame(false);
  server.Run(100ms);
  const auto nacks = Feedback<rtp::rtcp::Nack>(server, rtp::rtcp::ParseNack);
  ASSERT_GE(nacks.size(), 1u);
  EXPECT_EQ(nacks[0].media_ssrc, 1000u + kSlotVideo);
  EXPECT_EQ(VideoFrom(server, "bob").frames, 2u);
  EXPECT_EQ(VideoFrom(server, "bob").lost, 1);
  slot.Resend(104);
  server.Run(100ms);
  const ReceiveCounters bob = VideoFrom(server, "bob");
  EXPECT_EQ(bob.frames, 3u);
  EXPECT_EQ(bob.lost, 0);
  EXPECT_EQ(bob.recovered, 1u);
  EXPECT_GE(bob.nacked, 1u);
}

TEST(ReceivedVideo, IsWholeOverABadNetworkAsLongAsTheServerAnswers) {
  for (const double loss : {0.0, 0.05, 0.2, 0.5}) {
    StandInOptions options = Publisher();
    options.down = {.delay = 50ms, .jitter = 20ms, .loss = loss, .reorder = 0.1, .duplicate = 0.1};
    options.up = options.down;
    ServerStandIn server(options);
    ASSERT_TRUE(server.Connect());
    SlotSender slot(server);
    Occupy(server, "bob");
    size_t seen = 0;
    const auto answer_nacks = [&] {
      const auto nacks = Feedback<rtp::rtcp::Nack>(server, rtp::rtcp::ParseNack);
      for (; seen < nacks.size(); ++seen)
        if (nacks[seen].media_ssrc == 1000u + kSlotVideo)
          nacks[seen].ForEach([&](uint16_t number) { slot.Resend(number); });
    };
    constexpr int kFrames = 300;
    for (int i = 0; i < kFrames; ++i) {
      slot.SendFrame(i == 0);
      server.Run(33ms);
      answer_nacks();
    }
    // The end is not seen as a gap: something must follow it.
    for (int i = 0; i < 60; ++i) {
      server.Run(33ms);
      answer_nacks();
    }
    const ReceiveCounters bob = VideoFrom(server, "bob");
    const double share = static_cast<double>(bob.frames) / kFrames;
    RecordProperty("frames at loss " + std::to_string(loss), std::to_string(share));
    EXPECT_GE(share, loss < 0.3 ? 0.98 : 0.85) << loss;
    EXPECT_EQ(bob.damaged_frames, 0u);
  }
}

TEST(ReceivedVideo, WithoutAKeyframeIsAskedForOneNowAndThen) {
  ServerStandIn server(Publisher());
  ASSERT_TRUE(server.Connect());
  SlotSender slot(server);
  for (int i = 0; i < 20; ++i) {
    slot.SendFrame(false);
    server.Run(100ms);
  }
  const size_t asked = Feedback<rtp::rtcp::Pli>(server, rtp::rtcp::ParsePli).size();
  EXPECT_GE(asked, 1u);
  EXPECT_LE(asked, 4u);
}

TEST(ReceivedVideo, IsReportedOnEverySecond) {
  ServerStandIn server(Publisher());
  ASSERT_TRUE(server.Connect());
  SlotSender slot(server);
  for (int i = 0; i < 35; ++i) {
    slot.SendFrame(i == 0);
    server.Run(100ms);
  }
  const auto reports = Feedback<rtp::rtcp::ReceiverReport>(server, rtp::rtcp::ParseReceiverReport);
  ASSERT_GE(reports.size(), 3u);
}

TEST(MoreSlots, AreOfferedWhenTheServerNeedsThem) {
  ServerStandIn server(Publisher());
  server.needed_pairs = 5;
  ASSERT_TRUE(server.Connect());
  ASSERT_TRUE(server.RunUntil([&] { return server.peer().sections().size() == 12; }));
  server.Say(signal::Need{8});
  ASSERT_TRUE(server.RunUntil([&] { return server.peer().sections().size() == 18; }));
  EXPECT_EQ(server.Requests<signal::Offer>().size(), 2u);
  server.Run(5s);
  EXPECT_EQ(server.Requests<signal::Offer>().size(), 2u);
  EXPECT_EQ(server.participant->statistics().connections, 1u);
}

TEST(AFailedConnection, IsMadeAnewWhenTheServerSaysSo) {
  ServerStandIn server(Publisher());
  ASSERT_TRUE(server.Connect());
  server.Say(signal::MediaFailed{"consent"});
  ASSERT_TRUE(server.RunUntil([&] { return server.told.media_connected == 2; }));
  EXPECT_EQ(server.participant->statistics().connections, 2u);
  server.rtp.clear();
  server.Run(1s);
  EXPECT_FALSE(PacketsOf(server, {kVideoLine, 0}).empty());
}

TEST(AFailedConnection, GetsNewPathsByAnIceRestart) {
  ServerStandIn server(Publisher());
  ASSERT_TRUE(server.Connect());
  server.Run(1s);
  server.CutMedia(true);
  ASSERT_TRUE(server.RunUntil([&] { return !server.Requests<signal::Offer>().empty(); }, 30s));
  server.CutMedia(false);
  server.rtp.clear();
  ASSERT_TRUE(server.RunUntil([&] { return !server.rtp.empty(); }, 30s));
  EXPECT_EQ(server.participant->statistics().connections, 1u) << "DTLS and SRTP go on";
}

TEST(AFailedConnection, IsMadeAnewWhenItIsDead) {
  ServerStandIn server(Publisher());
  ASSERT_TRUE(server.Connect());
  server.peer().Close(server.now());
  ASSERT_TRUE(server.RunUntil([&] { return server.told.media_connected == 2; }, 60s));
}

TEST(AFailedConnection, IsNotMadeAnewByWhoLeaves) {
  ServerStandIn server(Publisher());
  ASSERT_TRUE(server.Connect());
  server.participant->Leave(server.now());
  server.Say(signal::MediaFailed{"DTLS: closed by the other side"});
  server.Run(5s);
  EXPECT_EQ(server.participant->statistics().connections, 1u);
  EXPECT_EQ(server.told.end->reason, EndReason::kLeft);
}

TEST(PacketMode, CountsWithoutPuttingFramesTogether) {
  StandInOptions options = Publisher();
  options.config.receive = ReceiveMode::kPackets;
  ServerStandIn server(options);
  ASSERT_TRUE(server.Connect());
  SlotSender slot(server);
  Occupy(server, "bob");
  slot.SendFrame(true);
  server.Run(100ms);
  EXPECT_EQ(VideoFrom(server, "bob").packets, 3u);
  EXPECT_EQ(VideoFrom(server, "bob").frames, 0u);
}

}  // namespace
}  // namespace plaza::client
