// Which packets of one received stream are missing, and when to ask for each (RFC 4585).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/time.h"
#include "rtp/sequence_number.h"

namespace plaza::rtp {

/// Finds gaps, asks after a short wait for reordering, then once per round trip with growing
/// intervals, a bounded number of times. No allocation.
class NackGenerator {
 public:
  /// A packet this far behind the highest is given up; a jump beyond it starts over.
  static constexpr int kWindow = 1000;
  static constexpr int kMaxRequests = 10;
  /// What reordering may take: before the first request, and on top of the round trip.
  static constexpr base::Duration kReorderWait{10'000};
  static constexpr base::Duration kDefaultRtt{70'000};
  static constexpr base::Duration kMinInterval{20'000};
  static constexpr base::Duration kMaxInterval{400'000};
  /// Each interval to the one before.
  static constexpr double kBackoff = 1.1;

  enum class Event : uint8_t {
    kNone,       ///< a new one, or one that came late without being waited for
    kRecovered,  ///< it fills a gap
    kDuplicate,  ///< it was here before, or is too old to tell
    kReset,      ///< the numbers jumped (a restarted sender): histories should be cleared, too
  };

  /// `keyframe_start`: it is surely the first packet of a keyframe, so that nothing before it is
  /// needed any more (FrameInfo: `keyframe && first_packet`; false for audio).
  Event OnPacket(uint16_t sequence_number, bool keyframe_start, base::Time now);

  /// Writes the numbers that are due, ascending, and takes note that they are asked for now.
  /// Returns how many; more may be due when `out` is full.
  size_t Collect(base::Time now, std::span<uint16_t> out);
  /// When Collect() will have something; kNever if nothing is missing.
  base::Time NextDeadline() const;

  /// The round trip to the sender, when known. Nothing is asked twice within it.
  void SetRtt(base::Duration rtt) { rtt_ = rtt; }
  /// True once after packets were given up: what was lost can't come any more, so a video receiver
  /// should ask for a keyframe.
  bool TakeKeyframeWish();
  size_t missing() const { return missing_count_; }

 private:
  enum class State : uint8_t { kUnknown, kReceived, kMissing };
  struct Slot {
    State state = State::kUnknown;
    uint8_t requests = 0;
    base::Time due{};
  };
  static constexpr size_t kSlots = 1024;
  static_assert(kSlots >= kWindow);

  Slot& SlotOf(int64_t number) { return slots_[static_cast<uint64_t>(number) % kSlots]; }
  bool IsMissing(int64_t number) const { return SlotOf(number).state == State::kMissing; }
  const Slot& SlotOf(int64_t number) const {
    return slots_[static_cast<uint64_t>(number) % kSlots];
  }
  void StartOver(uint16_t sequence_number);
  void AdvanceTo(int64_t number, base::Time now);
  void Forget(int64_t number);
  void ForgetBelow(int64_t number);
  Event OnOld(uint16_t sequence_number, int64_t number);
  base::Duration IntervalAfter(int requests) const;

  std::array<Slot, kSlots> slots_{};
  SequenceUnwrapper unwrapper_;
  int64_t highest_ = 0;
  int64_t oldest_ = 0;  // nothing is missing below
  size_t missing_count_ = 0;
  std::optional<base::Duration> rtt_;
  std::optional<uint16_t> suspect_;  // the number after one far behind: two in a row are a restart
  bool keyframe_wish_ = false;
};

}  // namespace plaza::rtp
