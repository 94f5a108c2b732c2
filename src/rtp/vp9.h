// The VP9 payload descriptor (RFC 9628 section 4.2).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "rtp/picture_sizes.h"

namespace plaza::rtp {

inline constexpr size_t kMaxVp9References = 3;
/// What WriteVp9Start() writes at most.
inline constexpr size_t kMaxVp9StartSize = 5;

/// Where a frame stands among the layers of its picture.
struct Vp9Layer {
  uint8_t temporal_id = 0;    ///< TID: 0 to 7
  uint8_t spatial_id = 0;     ///< SID: 0 to 7
  bool switching_up = false;  ///< U: later pictures of higher temporal layers need none before
  bool inter_layer_predicted = false;  ///< D: needs the next lower spatial layer of its picture
};

struct Vp9Descriptor {
  std::optional<uint16_t> picture_id;    ///< I
  bool long_picture_id = false;          ///< picture id has 15 bits, not 7
  bool inter_picture_predicted = false;  ///< P
  bool flexible = false;                 ///< F: names its references itself
  bool starts_frame = false;             ///< B: of a layer
  bool ends_frame = false;               ///< E: of a layer
  bool has_structure = false;            ///< V: tells how the stream is layered
  bool not_inter_layer_reference =
      false;                      ///< Z: higher spatial layers of its picture don't need it
  std::optional<Vp9Layer> layer;  ///< L
  std::optional<uint8_t> tl0_picture_index;             ///< with `layer`, unless `flexible`
  std::array<uint8_t, kMaxVp9References> references{};  ///< distances in picture ids
  uint8_t reference_count = 0;                          ///< with `flexible`

  uint8_t spatial_id() const { return layer ? layer->spatial_id : 0; }
};

/// A parsed VP9 payload.
struct Vp9Payload {
  Vp9Descriptor descriptor;
  uint8_t start_size = 0;  ///< bytes that WriteVp9Start() writes anew
  uint16_t size = 0;       ///< of the descriptor: the VP9 data follow it
  bool keyframe = false;   ///< decoding can start with this packet: it begins a picture of its own
  uint8_t spatial_layers = 0;  ///< of a scalability structure (V); 0: there is none
  PictureSizes sizes;          ///< of a scalability structure that tells them, else of a keyframe
};

/// Nothing if the descriptor is truncated or no VP9 data follow it.
std::optional<Vp9Payload> ParseVp9(base::ByteView payload);

/// Writes the descriptor as far as TL0PICIDX; what follows that stays as it was. Returns the size,
/// or 0 if it does not fit into `out`.
size_t WriteVp9Start(const Vp9Descriptor& descriptor, std::span<uint8_t> out);

}  // namespace plaza::rtp
