// Writing headers, and the copies that RTX is made of.
#include "client/internal/sent_stream.h"

#include <algorithm>
#include <utility>

namespace plaza::client::internal {
namespace {

/// SRTP's packet index starts in the lower half (RFC 3711 section 3.3.1).
constexpr uint16_t kFirstNumbers = 1 << 15;

uint16_t FirstNumber(base::Random& random) {
  return static_cast<uint16_t>(random.Below(kFirstNumbers));
}

}  // namespace

SentStream::SentStream(SentStreamConfig config, base::Random& random, base::PacketPool& pool)
    : config_(std::move(config)),
      pool_(pool),
      next_sequence_number_(FirstNumber(random)),
      next_rtx_sequence_number_(FirstNumber(random)),
      first_timestamp_(random.Next32()),
      history_(config_.rtx_payload_type != 0 ? kHistory : 1, kHistoryAge),
      statistics_(config_.ssrc, config_.clock_rate) {}

uint32_t SentStream::TimestampAt(base::Duration offset) const {
  return first_timestamp_ + static_cast<uint32_t>(offset.count() * config_.clock_rate / 1'000'000);
}

void SentStream::AddElements(rtp::HeaderWriter& writer, const rtp::ExtensionMap& map,
                             bool rtx) const {
  using rtp::Extension;
  if (named_ || rtx) writer.AddMid(map.IdOf(Extension::kMid), config_.mid);
  if ((named_ || rtx) && !config_.rid.empty()) {
    writer.Add(map.IdOf(rtx ? Extension::kRepairedRid : Extension::kRid),
               base::AsBytes(config_.rid));
  }
  writer.AddTransportCc(map.IdOf(Extension::kTransportCc));
  writer.AddAbsSendTime(map.IdOf(Extension::kAbsSendTime));
}

void SentStream::Send(rtp::PacketTransport& transport, const SentPayload& payload,
                      uint32_t timestamp, base::Time now) {
  rtp::Packet packet;
  packet.buffer = pool_.Acquire();
  const size_t size = payload.prefix.size() + payload.body.size();
  if (!packet.buffer || size > packet.buffer.storage().size()) return;
  const auto storage = packet.buffer.storage();
  std::copy(payload.prefix.begin(), payload.prefix.end(), storage.begin());
  std::copy(payload.body.begin(), payload.body.end(), storage.begin() + payload.prefix.size());
  packet.buffer.Resize(size);
  packet.payload_size = static_cast<uint16_t>(size);
  packet.header.payload_type = config_.payload_type;
  packet.header.marker = payload.marker;
  packet.header.sequence_number = next_sequence_number_++;
  packet.header.timestamp = timestamp;
  packet.header.ssrc = config_.ssrc;
  packet.arrival = now;

  rtp::HeaderWriter elements;
  AddElements(elements, transport.extensions(), false);
  if (payload.level) {
    elements.AddAudioLevel(transport.extensions().IdOf(rtp::Extension::kAudioLevel),
                           *payload.level);
  }
  SendPacket(transport, elements, packet.header, packet.payload(), {}, now);
  statistics_.OnPacketSent(timestamp, size, now);
  if (config_.rtx_payload_type != 0) history_.Add(packet);
}

void SentStream::SendPacket(rtp::PacketTransport& transport, const rtp::HeaderWriter& elements,
                            const rtp::RtpHeader& header, base::ByteView payload,
                            std::optional<uint16_t> original, base::Time now) const {
  std::array<uint8_t, rtp::kMaxHeaderSize> room;
  const auto written = elements.Write(header, room);
  if (!written) return;
  rtp::OutgoingRtp packet;
  packet.header = written->bytes;
  packet.payload = payload;
  packet.original_sequence_number = original;
  packet.transport_cc_offset = written->transport_cc_offset;
  packet.abs_send_time_offset = written->abs_send_time_offset;
  packet.audio = config_.audio;
  transport.SendRtp(packet, now);
}

bool SentStream::Resend(rtp::PacketTransport& transport, uint16_t sequence_number, base::Time now) {
  if (config_.rtx_payload_type == 0) return false;
  const rtp::Packet* kept = history_.Find(sequence_number, now);
  if (!kept) return false;
  rtp::HeaderWriter elements;
  AddElements(elements, transport.extensions(), true);
  rtp::RtpHeader header = kept->header;
  header.payload_type = config_.rtx_payload_type;
  header.sequence_number = next_rtx_sequence_number_++;
  header.ssrc = config_.rtx_ssrc;
  SendPacket(transport, elements, header, kept->payload(), sequence_number, now);
  return true;
}

void SentStream::OnReportBlock(const rtp::rtcp::ReportBlock& block, base::Time now) {
  if (block.ssrc != config_.ssrc) return;
  named_ = false;
  statistics_.OnReportBlock(block, rtp::ToNtp(base::WallTime(now.time_since_epoch())));
}

}  // namespace plaza::client::internal
