// Parsing the RTP header and naming codecs.
#include "rtp/packet.h"

#include <utility>

#include "rtp/rtcp/compound.h"

namespace plaza::rtp {
namespace {

constexpr size_t kFixedHeaderSize = 12;

}  // namespace

const char* ToString(Codec codec) {
  switch (codec) {
    case Codec::kUnknown:
      return "unknown";
    case Codec::kOpus:
      return "opus";
    case Codec::kRed:
      return "red";
    case Codec::kH264:
      return "H264";
    case Codec::kVp8:
      return "VP8";
    case Codec::kVp9:
      return "VP9";
    case Codec::kAv1:
      return "AV1";
    case Codec::kH265:
      return "H265";
  }
  return "unknown";
}

// Plaza uses RED for Opus only (RFC 2198), so it is audio.
MediaKind KindOf(Codec codec) {
  return codec == Codec::kOpus || codec == Codec::kRed ? MediaKind::kAudio : MediaKind::kVideo;
}

std::optional<uint32_t> SsrcOf(base::ByteView datagram) {
  if (datagram.size() < kFixedHeaderSize || datagram[0] >> 6 != 2 || rtcp::IsRtcp(datagram))
    return std::nullopt;
  base::ByteReader reader(datagram.subspan(8));
  return reader.U32();
}

std::optional<Packet> ParsePacket(base::PacketBuffer buffer, base::Time arrival) {
  base::ByteReader reader(buffer.view());
  const uint8_t first = reader.U8();
  const uint8_t second = reader.U8();
  Packet packet;
  RtpHeader& header = packet.header;
  header.payload_type = second & 0x7F;
  header.marker = (second & 0x80) != 0;
  header.sequence_number = reader.U16();
  header.timestamp = reader.U32();
  header.ssrc = reader.U32();
  header.csrc_count = first & 0x0F;
  for (int i = 0; i < header.csrc_count; ++i) header.csrcs[i] = reader.U32();
  if ((first & 0x10) != 0) {
    header.extension_profile = reader.U16();
    const size_t size = reader.U16() * size_t{4};
    header.extension_offset = static_cast<uint16_t>(reader.position());
    reader.Skip(size);
    header.extension_size = static_cast<uint16_t>(size);  // a packet is far below 64 kB
  }
  if (!reader.ok() || first >> 6 != 2 || buffer.size() < kFixedHeaderSize) return std::nullopt;

  size_t payload_size = reader.remaining();
  if ((first & 0x20) != 0) {
    packet.padding_size = payload_size > 0 ? buffer.view().back() : 0;
    if (packet.padding_size == 0 || packet.padding_size > payload_size) return std::nullopt;
    payload_size -= packet.padding_size;
  }
  packet.payload_offset = static_cast<uint16_t>(reader.position());
  packet.payload_size = static_cast<uint16_t>(payload_size);
  packet.arrival = arrival;
  packet.buffer = std::move(buffer);
  return packet;
}

}  // namespace plaza::rtp
