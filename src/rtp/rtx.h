// Retransmission payload (RFC 4588).
#pragma once

#include <cstdint>
#include <optional>

#include "rtp/packet.h"

namespace plaza::rtp {

/// The packet that an RTX packet repeats: SSRC and payload type are the original stream's, the
/// sequence number is what the first two bytes of the payload say, `recovered` is set. The buffer
/// is shared. Nothing if there is no payload: such packets are padding that probes the bandwidth.
std::optional<Packet> UnwrapRtx(const Packet& rtx, uint32_t original_ssrc,
                                uint8_t original_payload_type);

}  // namespace plaza::rtp
