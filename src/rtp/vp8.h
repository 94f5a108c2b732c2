// The VP8 payload descriptor (RFC 7741 section 4.2) and the start of the VP8 frame header.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"

namespace plaza::rtp {

inline constexpr size_t kMaxVp8DescriptorSize = 6;

struct Vp8Descriptor {
  bool non_reference = false;       ///< N: no other frame needs this one
  bool start_of_partition = false;  ///< S
  uint8_t partition = 0;            ///< PID: 0 to 7
  std::optional<uint16_t> picture_id;
  bool long_picture_id = false;  ///< picture id has 15 bits, not 7
  std::optional<uint8_t> tl0_picture_index;
  std::optional<uint8_t> temporal_id;  ///< TID: 0 to 3
  bool layer_sync = false;             ///< Y: needs only the base layer; goes with `temporal_id`
  std::optional<uint8_t> key_index;    ///< KEYIDX: 0 to 31

  bool starts_frame() const { return start_of_partition && partition == 0; }
};

/// A parsed VP8 payload. `size` is that of the descriptor: the VP8 data follow it.
struct Vp8Payload {
  Vp8Descriptor descriptor;
  size_t size = 0;
  bool keyframe = false;  ///< only known, and only set, on the packet that starts the frame
  uint16_t width = 0;     ///< of a keyframe, 0 if its header is not in this packet
  uint16_t height = 0;
};

/// Nothing if the descriptor is truncated or no VP8 data follow it.
std::optional<Vp8Payload> ParseVp8(base::ByteView payload);

/// Writes the descriptor; returns its size, or 0 if it does not fit into `out`.
size_t WriteVp8Descriptor(const Vp8Descriptor& descriptor, std::span<uint8_t> out);

}  // namespace plaza::rtp
