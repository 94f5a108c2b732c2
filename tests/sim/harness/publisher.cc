#include "harness/publisher.h"

#include <algorithm>
#include <array>

#include "peer/peer.h"
#include "rtp/rtcp/keyframe_request.h"
#include "rtp/rtcp/nack.h"

namespace plaza::sim {
namespace {

// Bytes of a frame on average, by encoding; a keyframe is several times as large.
constexpr std::array<size_t, 3> kFrameBytes = {220, 700, 1700};
constexpr size_t kKeyframeFactor = 4;
constexpr uint32_t kRtxOffset = 10;

}  // namespace

std::vector<sdp::OfferedSection> Publisher::Sections() const {
  sdp::OfferedSection audio{sdp::MediaKind::kAudio, kAudioMid, sdp::Direction::kSendOnly, {}, {}};
  audio.stream = sdp::LocalStream{options_.first_ssrc, {}, "main", "a", "client"};
  sdp::OfferedSection video{sdp::MediaKind::kVideo, kVideoMid, sdp::Direction::kSendOnly, {}, {}};
  if (options_.simulcast) {
    video.rids.assign(std::begin(kRids), std::end(kRids));
  } else {
    video.stream = sdp::LocalStream{options_.first_ssrc + 2, options_.first_ssrc + 2 + kRtxOffset,
                                    "main", "v", "client"};
  }
  return {audio, video};
}

void Publisher::SetSections(std::span<const sdp::NegotiatedSection> sections) {
  if (!streams_.empty()) return;
  for (const sdp::NegotiatedSection& section : sections) {
    if (!section.accepted) continue;
    if (section.mid == kAudioMid) AddStreams(section, rtp::Codec::kOpus);
    if (section.mid == kVideoMid) AddStreams(section, options_.video);
  }
  keyframe_wanted_.assign(streams_.size(), true);
}

void Publisher::AddStreams(const sdp::NegotiatedSection& section, rtp::Codec codec) {
  const auto agreed = std::find_if(section.codecs.begin(), section.codecs.end(),
                                   [&](const auto& c) { return peer::CodecOf(c) == codec; });
  if (agreed == section.codecs.end()) return;
  const bool video = codec != rtp::Codec::kOpus;
  SentStreamConfig config;
  config.codec = codec;
  config.payload_type = agreed->payload_type;
  config.rtx_payload_type = agreed->rtx_payload_type.value_or(0);
  config.clock_rate = agreed->clock_rate;
  config.mid = section.mid;
  config.source = options_.source;
  config.first_frame = options_.first_frame;
  config.first_sequence_number = options_.first_sequence_number;
  const bool layered = video && options_.simulcast;
  for (uint8_t i = 0; i < (layered ? 3 : 1); ++i) {
    config.encoding = i;
    config.ssrc = options_.first_ssrc + (layered ? i + 1u : video ? 2u : 0u);
    config.rtx_ssrc = config.ssrc + kRtxOffset;
    config.rid = layered ? kRids[i] : "";
    streams_.emplace_back(config, pool_);
  }
}

void Publisher::HandleTimeout(rtp::PacketTransport& transport, base::Time now) {
  const bool audio = next_audio_ <= now, video = next_video_ <= now;
  if (audio) next_audio_ += kAudioInterval;
  if (video) next_video_ += options_.frame_interval;
  for (size_t i = 0; i < streams_.size(); ++i) {
    SentStream& stream = streams_[i];
    if (stream.config().codec == rtp::Codec::kOpus) {
      if (audio && sends_audio_) stream.SendFrame(transport, kAudioBytes, false, now);
    } else if (video && sends_video_) {
      const size_t layer = options_.simulcast ? stream.config().encoding : 1u;
      // Every seventh frame is half as large: not all frames have as many packets.
      const size_t size = stream.frames() % 7 == 3 ? kFrameBytes[layer] / 2 : kFrameBytes[layer];
      const bool keyframe = keyframe_wanted_[i];
      keyframe_wanted_[i] = false;
      stream.SendFrame(transport, keyframe ? size * kKeyframeFactor : size, keyframe, now);
    }
  }
}

SentStream* Publisher::Find(uint32_t ssrc) {
  const auto found = std::find_if(streams_.begin(), streams_.end(),
                                  [&](const auto& s) { return s.config().ssrc == ssrc; });
  return found == streams_.end() ? nullptr : &*found;
}

void Publisher::OnRtcp(const rtp::rtcp::Element& element, rtp::PacketTransport& transport,
                       base::Time now) {
  const auto blocks = rtp::rtcp::ReportBlocksOf(element);
  for (size_t i = 0; i < blocks.size(); ++i)
    if (SentStream* stream = Find(blocks[i].ssrc)) stream->OnReportBlock(blocks[i], now);
  if (element.Is(rtp::rtcp::PacketType::kTransportFeedback, rtp::rtcp::kFormatNack)) {
    const auto nack = rtp::rtcp::ParseNack(element);
    SentStream* stream = nack ? Find(nack->media_ssrc) : nullptr;
    if (stream) nack->ForEach([&](uint16_t number) { stream->Resend(transport, number, now); });
  }
  if (const auto pli = rtp::rtcp::ParsePli(element)) {
    for (size_t i = 0; i < streams_.size(); ++i)
      if (streams_[i].config().ssrc == pli->media_ssrc) keyframe_wanted_[i] = true;
  }
}

void Publisher::WriteReports(rtp::PacketTransport& transport, base::Time now) const {
  std::array<uint8_t, 1200> room;
  rtp::rtcp::CompoundWriter writer(room);
  for (const SentStream& stream : streams_)
    if (const auto report = stream.Report(now)) rtp::rtcp::WriteSenderReport(writer, *report);
  if (!writer.empty()) transport.SendRtcp(writer.written());
}

std::optional<base::Duration> Publisher::rtt() const {
  for (const SentStream& stream : streams_)
    if (stream.rtt()) return stream.rtt();
  return std::nullopt;
}

}  // namespace plaza::sim
