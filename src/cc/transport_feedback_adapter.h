// The sender's side of transport-wide feedback: numbers packets, and turns feedback into results.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "cc/packet_result.h"
#include "rtp/rtcp/transport_feedback.h"

namespace plaza::cc {

/// One for each outgoing transport. No allocation after warm-up.
class TransportFeedbackAdapter {
 public:
  /// Packets remembered: half a second of 50 Mbit/s.
  static constexpr size_t kCapacity = 2048;

  TransportFeedbackAdapter();

  /// A packet of `size` bytes on the wire leaves now; returns the number to stamp it with.
  uint16_t OnPacketSent(size_t size, base::Time now);
  /// What OnPacketSent() will return: for those who stamp before they know that the packet leaves.
  uint16_t next_number() const { return static_cast<uint16_t>(next_number_); }
  /// The results that are new in `feedback`, in the order of sending; valid until the next call. A
  /// packet that was reported lost and arrived after all has two.
  std::span<const PacketResult> OnFeedback(const rtp::rtcp::TransportFeedback& feedback,
                                           base::Time now);

  /// From the last feedback: the round trip of its newest packet, including what the receiver
  /// waited.
  std::optional<base::Duration> rtt() const { return rtt_; }

 private:
  enum class State : uint8_t { kEmpty, kSent, kLost };
  struct Slot {
    int64_t number = -1;
    base::Time sent{};
    uint32_t size = 0;
    State state = State::kEmpty;
  };
  base::Time UnwrapReference(base::Duration reference);

  std::vector<Slot> slots_;
  std::vector<PacketResult> results_;
  int64_t next_number_ = 0;
  std::optional<base::Duration> last_reference_;  // unwrapped
  std::optional<base::Duration> rtt_;
};

}  // namespace plaza::cc
