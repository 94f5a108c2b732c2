// Clock rates of RTP timestamps.
#pragma once

#include <cstdint>

#include "rtp/packet.h"

namespace plaza::sfu {

/// All codecs that WebRTC uses for video run at 90 kHz, Opus and RED at 48 kHz (RFC 7587).
constexpr uint32_t ClockRateOf(rtp::MediaKind kind) {
  return kind == rtp::MediaKind::kVideo ? 90'000 : 48'000;
}

}  // namespace plaza::sfu
