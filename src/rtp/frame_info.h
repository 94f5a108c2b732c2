// What a packet says about the frame it belongs to, whatever the codec.
#pragma once

#include <cstdint>

#include "rtp/packet.h"

namespace plaza::rtp {

struct FrameInfo {
  /// Decoding can start with this packet: it is the one that opens a keyframe. For H.264 that is
  /// the one with the SPS; of an IDR picture without SPS the first slice, so that both packets of
  /// one frame may have it.
  bool keyframe = false;
  bool first_packet = false;  ///< surely the first of its frame; H.264 can't always tell
  bool last_packet = false;   ///< video: the marker; audio: always
  uint8_t temporal_id = 0;
  bool layer_sync = false;   ///< a receiver of lower temporal layers can go up to this one here
  bool discardable = false;  ///< no other frame needs it
};

/// Reads the payload of `packet` by its `codec`. A payload that is malformed or of an unknown codec
/// is no keyframe and tells only the marker. Audio packets are whole frames, and every one can
/// start. VP9, AV1 and H.265 are told by their dependency descriptor, and will have their branch
/// here.
FrameInfo ReadFrameInfo(const Packet& packet);

}  // namespace plaza::rtp
