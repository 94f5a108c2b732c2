// A slot: a pair of sending m-lines towards one receiver, and what is put into it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "rtp/packet.h"
#include "sfu/ids.h"

namespace plaza::sfu {

/// Payload types agreed with the receiver on one m-line; 0 is "not agreed".
struct PayloadTypes {
  uint8_t media = 0;
  uint8_t rtx = 0;
};

/// One half of a slot: an m-line on which the receiver gets media.
struct HalfConfig {
  uint16_t media = 0;  ///< index of the m-line
  std::string mid;
  std::string cname;  ///< goes into RTCP if it is not empty; one for both halves of a slot
  uint32_t ssrc = 0;
  uint32_t rtx_ssrc = 0;  ///< 0: RTX is not agreed, lost packets are sent again as they were
  std::array<PayloadTypes, 16> payload_types{};  ///< by rtp::Codec

  PayloadTypes& For(rtp::Codec codec) { return payload_types[static_cast<size_t>(codec)]; }
  const PayloadTypes& For(rtp::Codec codec) const {
    return payload_types[static_cast<size_t>(codec)];
  }
};

/// Either half may be missing.
struct SlotConfig {
  uint32_t index = 0;
  std::optional<HalfConfig> audio;
  std::optional<HalfConfig> video;
};

/// Who is in a slot, and which halves are used. `max_width` and `max_height` are the size of the
/// view in pixels; 0 is no limit.
struct SlotContent {
  Source source;
  bool audio = false;
  bool video = false;
  uint16_t max_width = 0;
  uint16_t max_height = 0;
  /// Higher is served first where the network does not carry all video: a screen share, say.
  uint8_t priority = 0;
  friend bool operator==(const SlotContent&, const SlotContent&) = default;
};

}  // namespace plaza::sfu
