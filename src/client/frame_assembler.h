// Finds the frames that have arrived whole among the packets of one video stream.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "rtp/frame_info.h"
#include "rtp/packet.h"
#include "rtp/sequence_number.h"

namespace plaza::client {

/// Packets that wait at most; a frame of more is never whole.
inline constexpr size_t kMaxWaitingPackets = 1024;

/// All packets of one frame, in order. Valid during the call.
struct WholeFrame {
  uint32_t timestamp = 0;
  bool keyframe = false;
  std::span<const rtp::Packet* const> packets;
};

/// Takes packets in any order, with duplicates; gives each frame once, when its last missing packet
/// is there. Frames come in the order in which they become whole. Sequence numbers must run without
/// gaps over frame borders.
class FrameAssembler {
 public:
  using OnFrame = std::function<void(const WholeFrame&)>;

  explicit FrameAssembler(OnFrame on_frame);

  void Add(const rtp::Packet& packet, const rtp::FrameInfo& info);

 private:
  struct Entry {
    rtp::Packet packet;
    rtp::FrameInfo info;
    int64_t number = -1;
    bool done = false;  // part of a frame that was given
  };

  Entry& SlotOf(int64_t number) { return ring_[static_cast<uint64_t>(number) % ring_.size()]; }
  const Entry* Find(int64_t number);
  bool Starts(int64_t number);
  void Complete(int64_t number);

  OnFrame on_frame_;
  std::vector<Entry> ring_;
  rtp::SequenceUnwrapper unwrapper_;
  int64_t highest_ = -1;
  std::vector<const rtp::Packet*> found_;
};

}  // namespace plaza::client
