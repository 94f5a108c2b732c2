// One RTP packet (RFC 3550) after it was opened: shared bytes and a parsed header.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/packet_buffer.h"
#include "base/time.h"

namespace plaza::rtp {

enum class MediaKind : uint8_t { kAudio, kVideo };

/// What a payload type stands for on a hop; payload type numbers themselves differ from hop to hop.
enum class Codec : uint8_t { kUnknown, kOpus, kRed, kH264, kVp8, kVp9, kAv1, kH265 };

/// Name as SDP's rtpmap spells it ("opus", "H264", "VP8").
const char* ToString(Codec codec);
MediaKind KindOf(Codec codec);

/// RTP header fields (RFC 3550 section 5.1), in host order. `extension_profile` and the element
/// bytes
/// (`extension_offset`, `extension_size`, into the packet) are those of RFC 8285.
struct RtpHeader {
  uint8_t payload_type = 0;
  bool marker = false;
  uint16_t sequence_number = 0;
  uint32_t timestamp = 0;
  uint32_t ssrc = 0;
  uint8_t csrc_count = 0;
  std::array<uint32_t, 15> csrcs{};
  uint16_t extension_profile = 0;  ///< 0: none; 0xBEDE: one-byte; 0x100x: two-byte elements
  uint16_t extension_offset = 0;
  uint16_t extension_size = 0;
};

/// A packet on its way through the server. `buffer` is never changed after SRTP opened it: an RTX
/// packet (RFC 4588) is unwrapped by giving `header` the original's SSRC, sequence number and
/// payload type and moving `payload_offset` two bytes on, so readers use `header` and the payload,
/// never the first bytes.
struct Packet {
  base::PacketBuffer buffer;
  RtpHeader header;
  uint16_t payload_offset = 0;
  uint16_t payload_size = 0;  ///< without padding
  uint8_t padding_size = 0;
  Codec codec = Codec::kUnknown;
  bool recovered = false;  ///< came as RTX
  base::Time arrival{};

  base::ByteView payload() const { return buffer.view().subspan(payload_offset, payload_size); }
};

/// Parses the RTP header of `buffer`; fills `header`, `payload_*`, `padding_size`. Nothing when the
/// bytes are not RTP version 2 or a length points outside.
std::optional<Packet> ParsePacket(base::PacketBuffer buffer, base::Time arrival);

/// The SSRC of an RTP datagram, which SRTP leaves readable. Nothing for RTCP and all else.
std::optional<uint32_t> SsrcOf(base::ByteView datagram);

}  // namespace plaza::rtp
