// Writing what leaves towards a receiver.
#include "sfu/internal/outgoing_stream.h"

#include <utility>

#include "rtp/header_writer.h"
#include "sfu/internal/clock_rate.h"

namespace plaza::sfu {
namespace {

using rtp::Extension;

// SRTP wants streams to begin in the lower half (RFC 3711 section 3.3.1).
constexpr uint64_t kFirstSequenceNumbers = 1 << 15;

void AddPassed(const PassedExtensions& passed, const rtp::ExtensionMap& ids,
               rtp::HeaderWriter& header) {
  const auto add = [&](Extension extension, const std::optional<uint8_t>& value) {
    if (value) header.Add(ids.IdOf(extension), {&*value, 1});
  };
  add(Extension::kAudioLevel, passed.audio_level);
  add(Extension::kVideoOrientation, passed.video_orientation);
  add(Extension::kContentType, passed.content_type);
  if (passed.playout_delay) header.Add(ids.IdOf(Extension::kPlayoutDelay), *passed.playout_delay);
}

}  // namespace

OutgoingStream::OutgoingStream(HalfConfig config, rtp::MediaKind kind, Outlet& outlet)
    : config_(std::move(config)),
      kind_(kind),
      outlet_(outlet),
      statistics_(config_.ssrc, ClockRateOf(kind)),
      rtx_sequence_number_(static_cast<uint16_t>(outlet.random.Below(kFirstSequenceNumbers))) {}

void OutgoingStream::Send(const MediaPacket& packet, const Rewritten& rewritten, base::Time now) {
  Write(packet, rewritten, false, now);
  ++outlet_.counters.forwarded_packets;
  outlet_.counters.forwarded_bytes += packet.packet.payload_size;
  statistics_.OnPacketSent(rewritten.timestamp, packet.packet.payload_size, now);
}

void OutgoingStream::Resend(const MediaPacket& packet, const Rewritten& rewritten, base::Time now) {
  // An RTX packet without payload is taken for padding by those who get it.
  const bool rtx = config_.rtx_ssrc != 0 && config_.For(packet.packet.codec).rtx != 0 &&
                   packet.packet.payload_size > 0;
  Write(packet, rewritten, rtx, now);
  ++outlet_.counters.resent_packets;
}

void OutgoingStream::Write(const MediaPacket& packet, const Rewritten& rewritten, bool rtx,
                           base::Time now) {
  const rtp::ExtensionMap& ids = outlet_.transport.extensions();
  rtp::HeaderWriter elements;
  elements.AddMid(ids.IdOf(Extension::kMid), config_.mid);
  elements.AddTransportCc(ids.IdOf(Extension::kTransportCc));
  elements.AddAbsSendTime(ids.IdOf(Extension::kAbsSendTime));
  AddPassed(packet.extensions, ids, elements);

  const PayloadTypes& types = config_.For(packet.packet.codec);
  rtp::RtpHeader header = packet.packet.header;
  header.payload_type = rtx ? types.rtx : types.media;
  header.ssrc = rtx ? config_.rtx_ssrc : config_.ssrc;
  header.sequence_number = rtx ? rtx_sequence_number_++ : rewritten.sequence_number;
  header.timestamp = rewritten.timestamp;

  std::array<uint8_t, rtp::kMaxHeaderSize> bytes;
  const auto written = elements.Write(header, bytes);
  rtp::OutgoingRtp outgoing{.header = written->bytes,
                            .payload = packet.packet.payload(),
                            .transport_cc_offset = written->transport_cc_offset,
                            .abs_send_time_offset = written->abs_send_time_offset,
                            .audio = kind_ == rtp::MediaKind::kAudio};
  if (rtx) outgoing.original_sequence_number = rewritten.sequence_number;
  std::array<uint8_t, rtp::kMaxVp8DescriptorSize> descriptor;
  if (rewritten.vp8 && packet.vp8) {
    const size_t size = rtp::WriteVp8Descriptor(*rewritten.vp8, descriptor);
    outgoing.payload_prefix = base::ByteView(descriptor).first(size);
    outgoing.payload = outgoing.payload.subspan(packet.vp8->size);
  }
  outlet_.transport.SendRtp(outgoing, now);
}

std::optional<rtp::rtcp::SenderReport> OutgoingStream::Report(const ClockReference& clock,
                                                              base::Time now) {
  statistics_.SetTimeline(clock.timestamp, Ntp(clock.time));
  return statistics_.BuildSenderReport(now, Ntp(now));
}

void OutgoingStream::OnReportBlock(const rtp::rtcp::ReportBlock& block, base::Time now) {
  statistics_.OnReportBlock(block, Ntp(now));
  if (const auto rtt = rtp::RttFrom(block, Ntp(now))) outlet_.rtt = *rtt;
}

}  // namespace plaza::sfu
