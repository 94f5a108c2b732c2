// How large the pictures of a stream are.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace plaza::rtp {

/// Spatial and temporal layers of one stream that are told apart; higher ones count as the highest.
inline constexpr size_t kMaxSpatialLayers = 3;
inline constexpr size_t kMaxTemporalLayers = 4;

struct PictureSize {
  uint16_t width = 0;  ///< pixels; 0: not known
  uint16_t height = 0;
  friend bool operator==(const PictureSize&, const PictureSize&) = default;
};

/// One for each spatial layer, lowest first.
struct PictureSizes {
  std::array<PictureSize, kMaxSpatialLayers> layers{};
  uint8_t count = 0;  ///< 0: nothing is told

  void Add(PictureSize size) {
    if (count < layers.size()) ++count;
    layers[count - 1u] = size;
  }
  friend bool operator==(const PictureSizes&, const PictureSizes&) = default;
};

}  // namespace plaza::rtp
