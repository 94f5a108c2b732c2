// Between two graphs: a track lives in the graph of its publisher; other graphs hold a copy of it
// that is fed over a link. The wiring carries each call, in order and without loss, to the
// Graph::OnRelay… function of the same name at the other end (a message to the other worker's
// loop).
#pragma once

#include <array>
#include <cstdint>

#include "base/units.h"
#include "sfu/ids.h"
#include "sfu/limits.h"
#include "sfu/media_packet.h"

namespace plaza::sfu {

/// Which encodings of a track: bit i is encoding i.
using EncodingMask = uint8_t;

/// What a copy can't see of the encodings that it doesn't receive.
struct RelayStatus {
  EncodingMask alive = 0;
  std::array<base::DataRate, kMaxEncodings> rates{};
};

class RelayLink {
 public:
  virtual ~RelayLink() = default;

  // From the track to its copy. A packet's buffer is shared, not copied.
  virtual void SendPacket(const TrackId& track, uint8_t encoding, const MediaPacket& packet) = 0;
  virtual void SendClock(const TrackId& track, uint8_t encoding, const ClockReference& clock) = 0;
  virtual void SendStatus(const TrackId& track, const RelayStatus& status) = 0;

  // From the copy to the track.
  /// From now on these encodings are wanted, no others. Zero: none, nor status.
  virtual void SendWanted(const TrackId& track, EncodingMask encodings) = 0;
  virtual void SendKeyframeRequest(const TrackId& track, uint8_t encoding) = 0;
};

}  // namespace plaza::sfu
