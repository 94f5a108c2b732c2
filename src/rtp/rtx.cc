// Unwrapping RTX.
#include "rtp/rtx.h"

namespace plaza::rtp {

std::optional<Packet> UnwrapRtx(const Packet& rtx, uint32_t original_ssrc,
                                uint8_t original_payload_type) {
  // Two bytes of sequence number, and something to repeat.
  if (rtx.payload_size < 3) return std::nullopt;
  Packet original = rtx;
  original.header.ssrc = original_ssrc;
  original.header.payload_type = original_payload_type;
  original.header.sequence_number = base::LoadU16(rtx.payload().data());
  original.payload_offset = static_cast<uint16_t>(rtx.payload_offset + 2);
  original.payload_size = static_cast<uint16_t>(rtx.payload_size - 2);
  original.recovered = true;
  return original;
}

}  // namespace plaza::rtp
