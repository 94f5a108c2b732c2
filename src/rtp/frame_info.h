// What a packet says about the frame it belongs to, whatever the codec.
#pragma once

#include <cstdint>

#include "rtp/packet.h"
#include "rtp/picture_sizes.h"
#include "rtp/vp8.h"
#include "rtp/vp9.h"

namespace plaza::rtp {

struct FrameInfo {
  /// Decoding can start with this packet: it is the one that opens a keyframe. For H.264 and H.265
  /// that is the one with the parameter sets; of a picture without them the first slice, so that
  /// both packets of one frame may have it.
  bool keyframe = false;
  bool first_packet = false;  ///< surely the first of its frame, or of all layers of its picture;
                              ///< H.264, H.265 and AV1 can't always tell
  bool last_packet = false;   ///< video: the marker; audio: always
  uint8_t temporal_id = 0;
  bool layer_sync = false;   ///< a receiver of lower temporal layers can go up to this one here
  bool discardable = false;  ///< no other frame needs it
  PictureSizes sizes;        ///< of a packet that tells them
};

/// Reads the payload of `packet` by its `codec`. A payload that is malformed or of an unknown codec
/// is no keyframe and tells only the marker. Audio packets are whole frames, and every one can
/// start.
FrameInfo ReadFrameInfo(const Packet& packet);

/// The same of a payload that is parsed already. `marker` is the packet's.
FrameInfo FrameInfoOf(const Vp8Payload& payload, bool marker);
FrameInfo FrameInfoOf(const Vp9Payload& payload, bool marker);

}  // namespace plaza::rtp
