// A client of the graph: publishes sources and receives in slots, over a path that loses packets.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "rtp/nack_generator.h"
#include "rtp/ntp.h"
#include "rtp/rtcp/keyframe_request.h"
#include "rtp/rtcp/nack.h"
#include "rtp/rtcp/reports.h"
#include "rtp/rtx.h"
#include "sfu/graph.h"
#include "sfu/testing/fake_transport.h"
#include "sfu/testing/simulation.h"
#include "sfu/testing/test_source.h"

namespace plaza::sfu::testing {

inline constexpr uint8_t kPayloadTypeOpus = 111;
inline constexpr uint8_t kPayloadTypeVp8 = 97;
inline constexpr uint8_t kPayloadTypeH264 = 102;
inline constexpr uint8_t kRtxOffset = 16;  // an RTX payload type is its media's plus this

/// The stream that came in one half of a slot.
struct ReceivedStream {
  HalfConfig config;
  rtp::MediaKind kind{};
  rtp::SequenceUnwrapper unwrapper;
  rtp::NackGenerator nack;
  std::map<int64_t, rtp::Packet> packets;  ///< by unwrapped sequence number
  std::vector<rtp::Packet> arrived;        ///< in order of arrival
  std::vector<rtp::rtcp::SenderReport> reports;
  std::vector<base::Time> report_times;
  int duplicates = 0;
  int rtx = 0;
};

class TestClient {
 public:
  TestClient(Simulation& simulation, Graph& graph, PeerId id, GroupId group)
      : simulation_(simulation),
        graph_(graph),
        id_(id),
        transport_(static_cast<uint8_t>(id.value() % 6)) {
    transport_.on_rtp = [this](rtp::Packet packet) {
      ExpectAssigned(packet);
      down.Send(simulation_, [this, packet = std::move(packet)] { OnRtp(packet); });
    };
    transport_.on_rtcp = [this](base::Bytes bytes) {
      down.Send(simulation_, [this, bytes = std::move(bytes)] { OnRtcp(bytes); });
    };
    observer_ = graph.AddPeer(id, group, transport_, 7).value();
    observer_->OnConnected(simulation.now());
  }

  PeerId id() const { return id_; }
  FakeTransport& transport() { return transport_; }
  rtp::PacketTransportObserver& observer() { return *observer_; }
  /// After this the client only swallows what is still on its way.
  void Leave() {
    left_ = true;
    graph_.RemovePeer(id_);
  }

  // Publishing.
  TestSource& AddSource(uint16_t media, TestSource::Options options) {
    options.extensions = transport_.extensions();
    auto& sources = sources_[media];
    options.encoding = static_cast<uint8_t>(sources.size());
    sources.push_back(std::make_unique<TestSource>(options));
    return *sources.back();
  }
  TestSource& source(uint16_t media, size_t encoding = 0) { return *sources_[media][encoding]; }
  /// One frame of this source now, or of all encodings of an m-line.
  void SendFrame(uint16_t media, uint8_t encoding) {
    for (auto& packet : source(media, encoding).NextFrame(simulation_.now())) {
      SendUp(media, encoding, packet);
    }
  }
  void SendFrames(uint16_t media) {
    for (uint8_t i = 0; i < sources_[media].size(); ++i) SendFrame(media, i);
  }
  void SendUp(uint16_t media, uint8_t encoding, rtp::Packet packet) {
    up.Send(simulation_, [this, media, encoding, packet = std::move(packet)]() mutable {
      if (left_) return;
      packet.arrival = simulation_.now();
      observer_->OnRtp({media, encoding}, packet);
    });
  }
  /// The wall clock of this publisher, as its reports tell it.
  rtp::NtpTime Ntp() const {
    return rtp::ToNtp(base::WallTime(simulation_.now().time_since_epoch() + clock_offset));
  }
  void SendSenderReport(uint16_t media, uint8_t encoding) {
    const TestSource& from = source(media, encoding);
    uint8_t bytes[100];
    rtp::rtcp::CompoundWriter writer(bytes);
    rtp::rtcp::WriteSenderReport(writer, {.sender_ssrc = from.options().ssrc,
                                          .ntp = Ntp(),
                                          .rtp_timestamp = from.TimestampAt(simulation_.now())});
    SendRtcp(writer.written());
  }

  // Receiving.
  void AddSlot(uint32_t index, bool rtx = true, bool with_video = true) {
    const auto mid = static_cast<uint16_t>(20 + index * 2);
    SlotConfig config{.index = index, .audio = Half(mid, false), .video = Half(mid + 1u, rtx)};
    if (!with_video) config.video.reset();
    ASSERT_TRUE(graph_.AddSlot(id_, config).ok());
    Listen(*config.audio, rtp::MediaKind::kAudio);
    if (with_video) Listen(*config.video, rtp::MediaKind::kVideo);
  }
  void Watch(uint32_t slot, const std::optional<SlotContent>& content) {
    watched_[slot] = content;
    ASSERT_TRUE(graph_.Assign(id_, slot, content, simulation_.now()).ok());
  }
  ReceivedStream& audio(uint32_t slot) { return streams_.at(1000 + slot * 10 + 20); }
  ReceivedStream& video(uint32_t slot) { return streams_.at(1000 + slot * 10 + 25); }

  // Feedback of the receiver.
  void SendPli(uint32_t ssrc) {
    uint8_t bytes[20];
    rtp::rtcp::CompoundWriter writer(bytes);
    rtp::rtcp::WritePli(writer, {7, ssrc});
    SendRtcp(writer.written());
  }
  void SendNack(uint32_t ssrc, std::vector<uint16_t> lost) {
    uint8_t bytes[1200];
    rtp::rtcp::CompoundWriter writer(bytes);
    rtp::rtcp::WriteNack(writer, 7, ssrc, lost);
    SendRtcp(writer.written());
  }
  /// Asks for what is missing; call it every few milliseconds.
  void RequestMissing() {
    for (auto& [ssrc, stream] : streams_) {
      uint16_t lost[200];
      const size_t count = stream.nack.Collect(simulation_.now(), lost);
      if (count > 0) SendNack(ssrc, {lost, lost + count});
    }
  }
  void SendRtcp(base::ByteView compound) {
    up.Send(simulation_, [this, bytes = base::Bytes(compound.begin(), compound.end())] {
      if (!left_) observer_->OnRtcp(bytes, simulation_.now());
    });
  }

  Path up, down;
  base::Duration clock_offset{};  ///< of the publisher's wall clock
  int plis = 0;                   ///< received
  int nacked = 0;                 ///< numbers that we were asked for
  std::vector<rtp::rtcp::ReportBlock> reports;

 private:
  HalfConfig Half(uint32_t media, bool rtx) const {
    HalfConfig half{.media = static_cast<uint16_t>(media), .mid = std::to_string(media)};
    half.ssrc = 1000 + (media - 20) * 5 + 20;
    half.rtx_ssrc = rtx ? half.ssrc + 5000 : 0;
    half.For(rtp::Codec::kOpus) = {kPayloadTypeOpus, 0};
    half.For(rtp::Codec::kVp8) = {kPayloadTypeVp8, kPayloadTypeVp8 + kRtxOffset};
    half.For(rtp::Codec::kH264) = {kPayloadTypeH264, kPayloadTypeH264 + kRtxOffset};
    return half;
  }
  // Nothing ever leaves that is not of the slot's present occupant. (Sources are named after their
  // peers.)
  void ExpectAssigned(const rtp::Packet& packet) {
    if (packet.payload_size == 0) return;
    const uint32_t slot = (packet.header.ssrc % 5000 - 1000 - 20) / 10;
    const auto& content = watched_[slot];
    ASSERT_TRUE(content) << "the slot is empty";
    EXPECT_EQ(ReadStamp(packet.payload())->source, content->source.peer.value());
    const bool video = packet.header.ssrc % 10 == 5;
    EXPECT_TRUE(video ? content->video : content->audio) << "the half is not wanted";
  }
  void Listen(const HalfConfig& config, rtp::MediaKind kind) {
    ReceivedStream& stream = streams_[config.ssrc];
    stream.config = config;
    stream.kind = kind;
    stream.nack.SetRtt(std::chrono::milliseconds(40));
  }

  void OnRtp(rtp::Packet packet) {
    if (left_) return;
    const uint32_t ssrc = packet.header.ssrc;
    const bool rtx = ssrc > 5000;
    ReceivedStream& stream = streams_.at(rtx ? ssrc - 5000 : ssrc);
    if (rtx) {
      ++stream.rtx;
      packet = rtp::UnwrapRtx(packet, ssrc - 5000, packet.header.payload_type - kRtxOffset).value();
    }
    const uint16_t number = packet.header.sequence_number;
    packet.arrival = simulation_.now();
    stream.nack.OnPacket(number, false, simulation_.now());
    stream.arrived.push_back(packet);
    if (!stream.packets.emplace(stream.unwrapper.Unwrap(number), packet).second) {
      ++stream.duplicates;
    }
  }

  void OnRtcp(base::ByteView compound) {
    if (left_) return;
    rtp::rtcp::CompoundReader reader(compound);
    while (const auto element = reader.Next()) {
      if (const auto pli = rtp::rtcp::ParsePli(*element)) OnPli(pli->media_ssrc);
      if (const auto nack = rtp::rtcp::ParseNack(*element)) OnNack(*nack);
      if (const auto report = rtp::rtcp::ParseSenderReport(*element)) {
        streams_.at(report->sender_ssrc).reports.push_back(*report);
        streams_.at(report->sender_ssrc).report_times.push_back(simulation_.now());
      } else if (const auto blocks = rtp::rtcp::ReportBlocksOf(*element); blocks.size() > 0) {
        for (size_t i = 0; i < blocks.size(); ++i) reports.push_back(blocks[i]);
      }
    }
  }
  void OnPli(uint32_t ssrc) {
    ++plis;
    for (auto& [media, sources] : sources_) {
      for (auto& from : sources) {
        if (from->options().ssrc == ssrc) from->WantKeyframe();
      }
    }
  }
  void OnNack(const rtp::rtcp::Nack& nack) {
    for (auto& [media, sources] : sources_) {
      for (uint8_t i = 0; i < sources.size(); ++i) {
        if (sources[i]->options().ssrc != nack.media_ssrc) continue;
        nack.ForEach([&, media = media](uint16_t number) {
          ++nacked;
          if (const auto packet = sources[i]->Again(number)) SendUp(media, i, *packet);
        });
      }
    }
  }

  Simulation& simulation_;
  Graph& graph_;
  PeerId id_;
  FakeTransport transport_;
  rtp::PacketTransportObserver* observer_ = nullptr;
  bool left_ = false;
  std::map<uint32_t, std::optional<SlotContent>> watched_;
  std::map<uint16_t, std::vector<std::unique_ptr<TestSource>>> sources_;
  std::map<uint32_t, ReceivedStream> streams_;
};

}  // namespace plaza::sfu::testing
