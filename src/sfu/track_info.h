// What is known of a published track besides its packets.
#pragma once

#include <cstdint>
#include <vector>

#include "rtp/packet.h"

namespace plaza::sfu {

/// Size of one simulcast encoding, in pixels; 0 where unknown.
struct LayerSize {
  uint16_t width = 0;
  uint16_t height = 0;
  friend bool operator==(const LayerSize&, const LayerSize&) = default;
};

struct TrackInfo {
  /// What the publisher will send if it is known already; a slot that can't receive it is reported
  /// at once. Otherwise the first packet tells.
  rtp::Codec codec = rtp::Codec::kUnknown;
  /// Kept, but neither forwarded nor counted as stalled.
  bool muted = false;
  /// One element an encoding, in the order of rtp::StreamKey::encoding (lowest first); may be empty
  /// for a single encoding of unknown size.
  std::vector<LayerSize> layers;
};

}  // namespace plaza::sfu
