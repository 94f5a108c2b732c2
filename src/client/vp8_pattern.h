// Video without a codec: frames with true VP8 frame headers (RFC 6386 section 9.1) around made-up
// contents that their receiver can check.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace plaza::client {

/// The smallest frame that MakeVp8Frame() makes.
inline constexpr size_t kMinVp8Frame = 24;

struct Vp8FrameShape {
  uint32_t number = 0;
  bool keyframe = false;
  uint16_t width = 0;  ///< of keyframes, less than 16,384
  uint16_t height = 0;
  size_t size = kMinVp8Frame;  ///< bytes; at least kMinVp8Frame
};

base::Bytes MakeVp8Frame(const Vp8FrameShape& shape);

enum class FrameCheck : uint8_t {
  kForeign,  ///< not made here: nothing is known
  kIntact,
  kDamaged,  ///< begins as made here, but bytes are missing, strange or another frame's
};

/// Checks the bytes of one frame, without payload descriptors.
FrameCheck CheckVp8Frame(base::ByteView frame);

}  // namespace plaza::client
