// What a frame is to the layers of its stream, in one form for all codecs.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>

#include "rtp/dependency_descriptor.h"
#include "rtp/picture_sizes.h"

namespace plaza::rtp {

/// A layer, or all layers up to it.
struct Layer {
  uint8_t spatial = 0;
  uint8_t temporal = 0;
  friend auto operator<=>(const Layer&, const Layer&) = default;
};

inline constexpr size_t kMaxLayers = kMaxSpatialLayers * kMaxTemporalLayers;
inline constexpr Layer kTopLayer{kMaxSpatialLayers - 1, kMaxTemporalLayers - 1};

/// Layers in the order of their index: temporal layers of the lowest spatial layer first.
constexpr size_t IndexOf(Layer layer) {
  return layer.spatial * kMaxTemporalLayers + layer.temporal;
}
constexpr Layer LayerAt(size_t index) {
  return {static_cast<uint8_t>(index / kMaxTemporalLayers),
          static_cast<uint8_t>(index % kMaxTemporalLayers)};
}

struct LayerInfo {
  Layer layer;                ///< of the frame itself
  bool starts_frame = false;  ///< a frame is what one layer has of a picture
  bool ends_frame = false;
  uint8_t reference_count = 0;
  std::array<uint16_t, kMaxFrameReferences> references{};  ///< frame minus the frames it needs
  uint32_t indications = 0;                                ///< two bits a layer, see For()
  /// The same in all packets of a frame, rising in the order of decoding; not without gaps.
  int64_t frame = 0;

  /// What the frame is to who receives the layers up to `up_to`, as far as the stream has them.
  DecodeTargetIndication For(Layer up_to) const {
    return static_cast<DecodeTargetIndication>(indications >> (2 * IndexOf(up_to)) & 3);
  }
  void SetFor(Layer up_to, DecodeTargetIndication indication) {
    const size_t shift = 2 * IndexOf(up_to);
    indications = (indications & ~(3u << shift)) | static_cast<uint32_t>(indication) << shift;
  }
  bool IsIn(Layer up_to) const { return For(up_to) != DecodeTargetIndication::kNotPresent; }
  std::span<const uint16_t> refers_to() const {
    return std::span(references).first(reference_count);
  }
};

}  // namespace plaza::rtp
