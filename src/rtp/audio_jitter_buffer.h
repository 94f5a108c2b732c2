// Audio packets in order, each when its time has come, for receivers of our own.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "rtp/packet.h"
#include "rtp/sequence_number.h"

namespace plaza::rtp {

/// Delays every packet to as late as late ones come, within bounds. What is missing when the packet
/// after it is due counts as lost; when it comes later it is dropped.
class AudioJitterBuffer {
 public:
  static constexpr size_t kWindow = 256;
  static constexpr base::Duration kMinDelay{20'000};
  static constexpr base::Duration kMaxDelay{400'000};

  /// `clock_rate`: of the timestamps, in Hz; not 0.
  explicit AudioJitterBuffer(uint32_t clock_rate) : clock_rate_(clock_rate), slots_(kWindow) {}

  struct Unit {
    std::optional<Packet> packet;  ///< unset: lost, to be concealed
    uint16_t sequence_number = 0;
  };

  void Add(const Packet& packet);
  /// The next unit, if it is due. Call it until it gives nothing.
  std::optional<Unit> Pop(base::Time now);
  /// When Pop() has something; kNever if the buffer is empty.
  base::Time NextDeadline() const;
  /// What packets wait at present, counted from the arrival of the fastest ones.
  base::Duration delay() const { return delay_; }

 private:
  Packet& SlotOf(int64_t number) { return slots_[static_cast<uint64_t>(number) % kWindow]; }
  const Packet& SlotOf(int64_t number) const {
    return slots_[static_cast<uint64_t>(number) % kWindow];
  }
  void Restart(const Packet& packet);
  void Observe(const Packet& packet);
  base::Duration MediaTime(uint32_t timestamp) const;
  std::optional<int64_t> FirstHeld() const;
  base::Time DueTime(const Packet& packet) const;

  uint32_t clock_rate_;
  std::vector<Packet> slots_;
  SequenceUnwrapper unwrapper_;
  TimestampUnwrapper timestamps_;
  int64_t next_ = 0;
  int64_t highest_ = -1;
  bool started_ = false;
  base::Time base_{};  // when media time zero would have come on the fastest way
  base::Duration delay_ = kMinDelay;
};

}  // namespace plaza::rtp
