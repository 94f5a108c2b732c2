// What is offered, and the streams that come of it.
#include "client/internal/publisher.h"

#include <algorithm>
#include <string>

#include "peer/peer.h"
#include "rtp/rtcp/keyframe_request.h"
#include "rtp/rtcp/nack.h"
#include "rtp/rtcp/reports.h"
#include "rtp/rtcp/source_description.h"

namespace plaza::client::internal {
namespace {

constexpr char kStreamId[] = "main";
constexpr char kCname[] = "plaza-client";
/// SSRCs from the first one on: audio, video layers, their RTX.
constexpr uint32_t kAudioSsrc = 0, kVideoSsrc = 1, kRtxSsrc = 4;
constexpr size_t kSenderReportBytes = 24;
constexpr size_t kCnameBytes = 4 + 2 + sizeof kCname + 4;

const sdp::NegotiatedCodec* CodecFor(const sdp::NegotiatedSection& section, rtp::Codec wanted) {
  for (const sdp::NegotiatedCodec& codec : section.codecs)
    if (peer::CodecOf(codec) == wanted) return &codec;
  return nullptr;
}

}  // namespace

Publisher::Publisher(const Config& config, base::Random& random, SendTally& tally)
    : config_(config),
      random_(random),
      tally_(tally),
      first_ssrc_(static_cast<uint32_t>(random.Below(1u << 31)) + 1) {}

std::vector<sdp::OfferedSection> Publisher::Sections() const {
  std::vector<sdp::OfferedSection> sections;
  const auto add = [&](sdp::MediaKind kind, uint32_t ssrc, std::optional<uint32_t> rtx_ssrc) {
    sdp::OfferedSection section;
    section.kind = kind;
    section.mid = std::to_string(sections.size());
    section.direction = sdp::Direction::kSendOnly;
    section.stream = sdp::LocalStream{ssrc, rtx_ssrc, kStreamId, "track" + section.mid, kCname};
    sections.push_back(std::move(section));
  };
  if (config_.audio) add(sdp::MediaKind::kAudio, first_ssrc_ + kAudioSsrc, {});
  if (config_.video) {
    add(sdp::MediaKind::kVideo, first_ssrc_ + kVideoSsrc, first_ssrc_ + kRtxSsrc);
    for (const signal::Layer& layer : LayersOf(*config_.video))
      if (!layer.rid.empty()) sections.back().rids.push_back(layer.rid);
  }
  return sections;
}

std::vector<signal::SentTrack> Publisher::Tracks() const {
  std::vector<signal::SentTrack> tracks;
  const auto add = [&](signal::MediaKind kind, const TrackState& state) {
    signal::SentTrack track;
    track.mid = std::to_string(tracks.size());
    track.kind = kind;
    track.published = state.published;
    track.muted = state.muted;
    tracks.push_back(std::move(track));
  };
  if (config_.audio) add(signal::MediaKind::kAudio, audio_state_);
  if (config_.video) {
    add(signal::MediaKind::kVideo, video_state_);
    tracks.back().layers = LayersOf(*config_.video);
  }
  return tracks;
}

void Publisher::SetSections(std::span<const sdp::NegotiatedSection> sections) {
  for (const sdp::NegotiatedSection& section : sections) {
    if (!section.accepted || !sdp::Sends(section.direction)) continue;
    if (section.kind == sdp::MediaKind::kAudio && !audio_) MakeAudio(section);
    if (section.kind == sdp::MediaKind::kVideo && !video_) MakeVideo(section);
  }
}

void Publisher::MakeAudio(const sdp::NegotiatedSection& section) {
  const sdp::NegotiatedCodec* codec = CodecFor(section, rtp::Codec::kOpus);
  if (!codec || !config_.audio) return;
  SentStreamConfig stream;
  stream.ssrc = first_ssrc_ + kAudioSsrc;
  stream.payload_type = codec->payload_type;
  stream.clock_rate = codec->clock_rate;
  stream.audio = true;
  stream.mid = section.mid;
  audio_.emplace(*config_.audio, stream, random_, pool_);
}

void Publisher::MakeVideo(const sdp::NegotiatedSection& section) {
  const sdp::NegotiatedCodec* codec = CodecFor(section, rtp::Codec::kVp8);
  if (!codec || !config_.video) return;
  std::vector<SentStreamConfig> streams;
  const std::vector<signal::Layer> layers = LayersOf(*config_.video);
  for (uint32_t i = 0; i < layers.size(); ++i) {
    const auto& taken = section.send_rids;
    const bool wanted = layers[i].rid.empty() ||
                        std::find(taken.begin(), taken.end(), layers[i].rid) != taken.end();
    if (!wanted) continue;
    SentStreamConfig stream;
    stream.ssrc = first_ssrc_ + kVideoSsrc + i;
    stream.rtx_ssrc = first_ssrc_ + kRtxSsrc + i;
    stream.payload_type = codec->payload_type;
    stream.rtx_payload_type = codec->rtx_payload_type.value_or(0);
    stream.clock_rate = codec->clock_rate;
    stream.mid = section.mid;
    stream.rid = layers[i].rid;
    streams.push_back(std::move(stream));
  }
  video_.emplace(*config_.video, streams, random_, pool_);
}

void Publisher::SetState(signal::MediaKind kind, TrackState state, base::Time now) {
  (kind == signal::MediaKind::kAudio ? audio_state_ : video_state_) = state;
  Apply(now);
}

void Publisher::Start(base::Time now) {
  started_ = true;
  Apply(now);
}

void Publisher::Apply(base::Time now) {
  const auto apply = [&](auto& track, const TrackState& state) {
    if (!track || !started_) return;
    if (state.sends())
      track->Start(now);
    else
      track->Stop();
  };
  apply(audio_, audio_state_);
  apply(video_, video_state_);
}

base::Time Publisher::NextDeadline() const {
  return std::min(audio_ ? audio_->NextDeadline() : base::kNever,
                  video_ ? video_->NextDeadline() : base::kNever);
}

void Publisher::Send(rtp::PacketTransport& transport, base::Time now) {
  if (audio_) audio_->Send(transport, tally_.audio, now);
  if (video_) video_->Send(transport, tally_.video, now);
}

template <typename Visit>
void Publisher::ForEachStream(Visit&& visit) {
  if (audio_) visit(audio_->stream());
  for (size_t i = 0; video_ && i < video_->layer_count(); ++i) visit(video_->stream(i));
}

SentStream* Publisher::Find(uint32_t ssrc) {
  SentStream* found = nullptr;
  ForEachStream([&](SentStream& stream) {
    if (stream.config().ssrc == ssrc) found = &stream;
  });
  return found;
}

void Publisher::OnRtcp(const rtp::rtcp::Element& element, rtp::PacketTransport& transport,
                       base::Time now) {
  using rtp::rtcp::PacketType;
  const rtp::rtcp::ReportBlockList blocks = rtp::rtcp::ReportBlocksOf(element);
  for (size_t i = 0; i < blocks.size(); ++i)
    if (SentStream* stream = Find(blocks[i].ssrc)) stream->OnReportBlock(blocks[i], now);
  if (element.Is(PacketType::kTransportFeedback, rtp::rtcp::kFormatNack))
    OnNack(element, transport, now);
  if (const auto pli = rtp::rtcp::ParsePli(element)) OnKeyframeRequest(pli->media_ssrc);
  if (const auto fir = rtp::rtcp::ParseFir(element))
    for (size_t i = 0; i < fir->size(); ++i) OnKeyframeRequest((*fir)[i].ssrc);
}

void Publisher::OnNack(const rtp::rtcp::Element& element, rtp::PacketTransport& transport,
                       base::Time now) {
  const auto nack = rtp::rtcp::ParseNack(element);
  SentStream* stream = nack ? Find(nack->media_ssrc) : nullptr;
  if (!stream) return;
  SendCounters& counters = stream->config().audio ? tally_.audio : tally_.video;
  nack->ForEach([&](uint16_t sequence_number) {
    ++counters.nacks_received;
    if (stream->Resend(transport, sequence_number, now)) ++counters.resent;
  });
}

void Publisher::OnKeyframeRequest(uint32_t ssrc) {
  if (!video_ || !Find(ssrc)) return;
  ++tally_.video.keyframe_requests_received;
  video_->RequestKeyframe(ssrc);
}

void Publisher::WriteReports(RtcpSender& sender, base::Time now) {
  const rtp::NtpTime ntp = rtp::ToNtp(base::WallTime(now.time_since_epoch()));
  ForEachStream([&](SentStream& stream) {
    const auto report = stream.statistics().BuildSenderReport(now, ntp);
    if (!report) return;
    rtp::rtcp::CompoundWriter& writer = sender.WithRoom(kSenderReportBytes + kCnameBytes + 4);
    rtp::rtcp::WriteSenderReport(writer, *report);
    rtp::rtcp::WriteCname(writer, stream.config().ssrc, kCname);
  });
}

std::optional<base::Duration> Publisher::rtt() const {
  if (video_ && video_->rtt()) return video_->rtt();
  return audio_ ? audio_->rtt() : std::nullopt;
}

}  // namespace plaza::client::internal
