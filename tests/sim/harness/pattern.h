// Frames of which every packet says whose it is, and which their receiver can check to the byte.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "rtp/packet.h"

namespace plaza::sim {

/// What a frame, and each packet of it, says of itself.
struct Stamp {
  uint32_t source = 0;   ///< the publisher's number, less than 2^21
  uint8_t encoding = 0;  ///< simulcast encoding; 0 to 3
  bool audio = false;
  bool keyframe = false;
  uint32_t frame = 0;  ///< counts the frames of this encoding from 1
  uint32_t size = 0;   ///< of the whole frame in bytes, less than 2^21
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

/// No frame is smaller.
inline constexpr size_t kMinFrame = 96;

/// One frame of `stamp.size` bytes: to VP8 and H.264 parsers the headers of such a frame, behind
/// them the stamp over and over.
base::Bytes MakeFrame(rtp::Codec codec, const Stamp& stamp);

/// The stamp in a piece of a frame, wherever it was cut.
std::optional<Stamp> FindStamp(base::ByteView piece);

}  // namespace plaza::sim
