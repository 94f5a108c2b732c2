// The few facts about RTP and RTCP packets that SRTP must know.
#pragma once

#include <optional>

#include "base/bytes.h"

namespace plaza::srtp {

inline constexpr size_t kRtpFixedHeaderSize = 12;
/// Of the first packet of a compound: what SRTCP leaves in the clear (RFC 3711 section 3.4).
inline constexpr size_t kRtcpHeaderSize = 8;

inline bool IsVersion2(base::ByteView packet) { return (packet[0] & 0xc0) == 0x80; }

/// Size of the RTP header with CSRCs and extension; nothing if `packet` does not hold all of it.
inline std::optional<size_t> RtpHeaderSize(base::ByteView packet) {
  if (packet.size() < kRtpFixedHeaderSize || !IsVersion2(packet)) return std::nullopt;
  size_t size = kRtpFixedHeaderSize + 4u * (packet[0] & 0x0f);
  if (packet[0] & 0x10) {
    if (packet.size() < size + 4) return std::nullopt;
    size += 4 + 4u * base::LoadU16(packet.data() + size + 2);
  }
  if (packet.size() < size) return std::nullopt;
  return size;
}

}  // namespace plaza::srtp
