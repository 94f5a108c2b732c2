// What a participant counts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/units.h"
#include "signal/terms.h"

namespace plaza::client {

/// One direction of one kind of media from one user. Frames are counted in ReceiveMode::kFrames
/// only; audio has none.
struct ReceiveCounters {
  uint64_t packets = 0;
  uint64_t bytes = 0;           ///< of payloads
  uint64_t recovered = 0;       ///< of packets: came after we asked for them
  uint64_t nacked = 0;          ///< requests for one packet each, repeated ones included
  int64_t lost = 0;             ///< never came; may go down when a packet is late
  uint64_t frames = 0;          ///< arrived whole
  uint64_t keyframes = 0;       ///< of frames
  uint64_t damaged_frames = 0;  ///< of frames: of a VideoPattern, with wrong contents
  uint64_t keyframe_requests = 0;

  ReceiveCounters& operator+=(const ReceiveCounters& other);
  friend bool operator==(const ReceiveCounters&, const ReceiveCounters&) = default;
};

/// What came from one user's stream, in whichever slots.
struct SourceStatistics {
  std::string user_id;
  signal::StreamType stream = signal::StreamType::kMain;
  ReceiveCounters audio;
  ReceiveCounters video;
};

struct SendCounters {
  uint64_t packets = 0;
  uint64_t bytes = 0;  ///< of payloads
  uint64_t frames = 0;
  uint64_t keyframes = 0;
  uint64_t nacks_received = 0;  ///< packets asked for
  uint64_t resent = 0;          ///< packets sent again
  uint64_t keyframe_requests_received = 0;
};

struct Statistics {
  bool connected = false;  ///< media flows
  SendCounters audio;
  SendCounters video;                     ///< of all layers
  base::DataRate target;                  ///< what the server's feedback allows
  std::vector<SourceStatistics> sources;  ///< by user, then stream
  uint32_t joins = 0;                     ///< successful ones; more than one after a lost session
  uint32_t resumes = 0;
  uint32_t connections = 0;  ///< WebRTC connections made
};

}  // namespace plaza::client
