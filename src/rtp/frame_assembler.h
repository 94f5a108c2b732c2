// From packets to video frames in decoding order, for receivers of our own.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "rtp/packet.h"
#include "rtp/sequence_number.h"

namespace plaza::rtp {

struct AssembledFrame {
  base::Bytes data;  ///< VP8 frame, or H.264 access unit in the byte stream format
  uint32_t timestamp = 0;
  bool keyframe = false;
  uint8_t temporal_id = 0;
  base::Time first_arrival{};
  base::Time last_arrival{};
};

/// Holds packets until their frame and all frames before it are complete; retransmissions may fill
/// gaps. A gap that stays open is left behind at the next complete keyframe. The first frame is
/// always a keyframe.
class FrameAssembler {
 public:
  /// Packets held at most; more than 3 s of 2.5 Mbit/s.
  static constexpr size_t kWindow = 1024;
  /// How long a gap may hold back what comes after it, before a keyframe is wished or jumped to;
  /// and how long to wait for the first keyframe: nobody knows which of its packets are missing.
  static constexpr base::Duration kMaxWait{1'000'000};
  static constexpr base::Duration kStartWait{200'000};

  /// `codec`: kVp8 or kH264. Packets of others are dropped.
  explicit FrameAssembler(Codec codec) : codec_(codec), slots_(kWindow) {}

  void Add(const Packet& packet);
  /// The next frame, if it is complete. Call it until it gives nothing, after Add() and at
  /// NextDeadline().
  std::optional<AssembledFrame> Next(base::Time now);
  /// When a gap will have been open for too long; kNever if there is none.
  base::Time NextDeadline() const;
  /// True once when the sender should be asked for a keyframe.
  bool TakeKeyframeWish();

 private:
  struct Slot {
    Packet packet;
    bool keyframe = false;
    bool first = false;
    uint8_t temporal_id = 0;
  };
  struct Extent {
    int64_t last;  // packet
    bool whole;
  };
  static constexpr size_t kMaxKeyframes = 16;
  // So far behind is a sender that started over.
  static constexpr int64_t kRestart = 5'000;

  Slot& SlotOf(int64_t number) { return slots_[static_cast<uint64_t>(number) % kWindow]; }
  bool Has(int64_t number) const;
  std::optional<int64_t> Admit(uint16_t sequence_number);
  void Restart(uint16_t sequence_number);
  std::optional<Extent> ExtentOf(int64_t first);
  std::optional<int64_t> EndOfFrame(int64_t first);
  void SkipUseless();
  bool StartsFrame(int64_t number);
  bool JumpToKeyframe();
  void DiscardBelow(int64_t number);
  void WishKeyframe(base::Time now);
  std::optional<AssembledFrame> Take(int64_t first, int64_t last);

  Codec codec_;
  std::vector<Slot> slots_;
  SequenceUnwrapper unwrapper_;
  int64_t next_ = 0;  // where the next frame starts
  int64_t highest_ = -1;
  bool synchronized_ = false;  // all up to next_ was delivered, back to a keyframe
  bool keyframe_wish_ = false;
  std::deque<int64_t> keyframes_;  // where keyframes start, ascending
  std::optional<base::Time> waiting_since_;
};

}  // namespace plaza::rtp
