#include "harness/sent_stream.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rtp/packetizer.h"

namespace plaza::sim {
namespace {

constexpr size_t kMaxPayload = 1100;
constexpr size_t kHistory = 1024;
constexpr base::Duration kHistoryAge = std::chrono::seconds(3);

rtp::NtpTime Ntp(base::Time time) { return rtp::ToNtp(base::WallTime(time.time_since_epoch())); }

}  // namespace

SentStream::SentStream(SentStreamConfig config, base::PacketPool& pool)
    : config_(std::move(config)),
      pool_(pool),
      next_number_(config_.first_sequence_number),
      frames_(config_.first_frame),
      history_(kHistory, kHistoryAge),
      statistics_(config_.ssrc, config_.clock_rate) {}

uint32_t SentStream::TimestampAt(base::Time now) const {
  const int64_t ticks = now.time_since_epoch().count() * config_.clock_rate / 1'000'000;
  return config_.ssrc * 2654435761u + static_cast<uint32_t>(ticks);
}

void SentStream::SendFrame(rtp::PacketTransport& transport, size_t size, bool keyframe,
                           base::Time now) {
  Stamp stamp;
  stamp.source = config_.source;
  stamp.encoding = config_.encoding;
  stamp.audio = config_.codec == rtp::Codec::kOpus;
  stamp.keyframe = keyframe;
  stamp.frame = ++frames_;
  stamp.size = static_cast<uint32_t>(std::max(size, kMinFrame));
  const base::Bytes frame = MakeFrame(config_.codec, stamp);
  const auto send = [&](base::ByteView payload, bool last) {
    SendPayload(transport, payload, last, now);
  };
  if (config_.codec == rtp::Codec::kVp8) {
    rtp::Vp8Descriptor descriptor;
    descriptor.picture_id = picture_id_++ & 0x7FFF;
    descriptor.long_picture_id = true;
    descriptor.tl0_picture_index = static_cast<uint8_t>(picture_id_);
    descriptor.temporal_id = 0;
    rtp::PacketizeVp8(frame, descriptor, kMaxPayload, send);
  } else if (config_.codec == rtp::Codec::kH264) {
    rtp::PacketizeH264(frame, kMaxPayload, send);
  } else {
    send(frame, true);
  }
}

void SentStream::SendPayload(rtp::PacketTransport& transport, base::ByteView payload, bool marker,
                             base::Time now) {
  rtp::RtpHeader header;
  header.payload_type = config_.payload_type;
  header.marker = marker;
  header.sequence_number = next_number_++;
  header.timestamp = TimestampAt(now);
  header.ssrc = config_.ssrc;
  Send(transport, header, payload, {}, now);
  statistics_.OnPacketSent(header.timestamp, payload.size(), now);
  if (config_.rtx_payload_type == 0) return;
  rtp::Packet kept;
  kept.buffer = pool_.Copy(payload);
  kept.header = header;
  kept.payload_size = static_cast<uint16_t>(payload.size());
  kept.arrival = now;
  history_.Add(kept);
}

void SentStream::Resend(rtp::PacketTransport& transport, uint16_t sequence_number, base::Time now) {
  const rtp::Packet* kept = history_.Find(sequence_number, now);
  if (!kept) return;
  rtp::RtpHeader header = kept->header;
  header.payload_type = config_.rtx_payload_type;
  header.ssrc = config_.rtx_ssrc;
  header.sequence_number = next_rtx_number_++;
  Send(transport, header, kept->payload(), sequence_number, now);
}

void SentStream::Send(rtp::PacketTransport& transport, rtp::RtpHeader header,
                      base::ByteView payload, std::optional<uint16_t> original, base::Time now) {
  using rtp::Extension;
  const rtp::ExtensionMap& map = transport.extensions();
  rtp::HeaderWriter elements;
  // Nobody reports on the retransmissions' own SSRC, so they are always named.
  if (named_ || original) {
    elements.AddMid(map.IdOf(Extension::kMid), config_.mid);
    const Extension rid = original ? Extension::kRepairedRid : Extension::kRid;
    if (!config_.rid.empty()) elements.Add(map.IdOf(rid), base::AsBytes(config_.rid));
  }
  const bool audio = config_.codec == rtp::Codec::kOpus;
  if (audio) elements.AddAudioLevel(map.IdOf(Extension::kAudioLevel), {30, true});
  elements.AddTransportCc(map.IdOf(Extension::kTransportCc));
  elements.AddAbsSendTime(map.IdOf(Extension::kAbsSendTime));
  std::array<uint8_t, rtp::kMaxHeaderSize> room;
  const auto written = elements.Write(header, room);
  rtp::OutgoingRtp packet;
  packet.header = written->bytes;
  packet.payload = payload;
  packet.original_sequence_number = original;
  packet.transport_cc_offset = written->transport_cc_offset;
  packet.abs_send_time_offset = written->abs_send_time_offset;
  packet.audio = audio;
  transport.SendRtp(packet, now);
}

void SentStream::OnReportBlock(const rtp::rtcp::ReportBlock& block, base::Time now) {
  if (block.ssrc != config_.ssrc) return;
  named_ = false;
  statistics_.OnReportBlock(block, Ntp(now));
}

std::optional<rtp::rtcp::SenderReport> SentStream::Report(base::Time now) const {
  return statistics_.BuildSenderReport(now, Ntp(now));
}

}  // namespace plaza::sim
