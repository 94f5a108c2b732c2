// A received packet with all that its forwarding needs, worked out once for all receivers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "rtp/frame_info.h"
#include "rtp/packet.h"
#include "rtp/vp8.h"

namespace plaza::sfu {

/// Header extensions that are passed on from the publisher, as they came; each hop has its own ids
/// for them.
struct PassedExtensions {
  std::optional<uint8_t> audio_level;
  std::optional<uint8_t> video_orientation;
  std::optional<uint8_t> content_type;
  std::optional<std::array<uint8_t, 3>> playout_delay;
};

struct MediaPacket {
  rtp::Packet packet;
  int64_t sequence = 0;  ///< the sequence number, unwrapped
  rtp::FrameInfo frame;
  PassedExtensions extensions;
  std::optional<rtp::Vp8Payload> vp8;  ///< of a VP8 packet that has a payload
};

/// Ties a stream's RTP timestamps to the server's clock: what was captured at `time` carries
/// `timestamp`. All tracks of one publisher share one mapping of its clock to ours, so lips stay in
/// sync.
struct ClockReference {
  base::Time time{};
  uint32_t timestamp = 0;
};

}  // namespace plaza::sfu
