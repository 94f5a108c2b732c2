// What was sent under which sequence number, so that it can be sent again.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"

namespace plaza::sfu {

/// One packet that left: where it came from and what was rewritten.
struct SentPacket {
  uint16_t out_sequence = 0;
  uint16_t in_sequence = 0;
  uint32_t timestamp = 0;
  uint16_t picture_id = 0;  ///< VP8, as sent
  uint8_t tl0_picture_index = 0;
  uint8_t encoding : 4 = 0;
  uint8_t resends : 4 = 0;
  uint32_t sent_ms = 0;  ///< last time; wraps
};
static_assert(sizeof(SentPacket) == 16, "many are kept for each receiver");

/// The last `capacity` (a power of two) sequence numbers of one subscription. Takes memory with the
/// first packet.
class SentRing {
 public:
  explicit SentRing(size_t capacity) : mask_(capacity - 1) {}

  void Add(const SentPacket& packet) {
    if (packets_.empty()) Clear();
    packets_[packet.out_sequence & mask_] = packet;
  }
  /// Nothing if it was never sent, or is too old.
  SentPacket* Find(uint16_t out_sequence) {
    if (packets_.empty()) return nullptr;
    SentPacket& packet = packets_[out_sequence & mask_];
    return packet.out_sequence == out_sequence && packet.encoding != kNothing ? &packet : nullptr;
  }
  /// Whether it was followed by so many that its place is taken.
  bool HasForgotten(uint16_t out_sequence) const {
    if (packets_.empty()) return false;
    const SentPacket& packet = packets_[out_sequence & mask_];
    const auto later = static_cast<uint16_t>(packet.out_sequence - out_sequence);
    return packet.encoding != kNothing && later > 0 && later < 0x8000;
  }
  /// Forgets everything.
  void Clear() { packets_.assign(mask_ + 1, SentPacket{.encoding = kNothing}); }

  static uint32_t Millis(base::Time time) {
    return static_cast<uint32_t>(base::ToMillis(time.time_since_epoch()));
  }

 private:
  static constexpr uint8_t kNothing = 15;
  size_t mask_;
  std::vector<SentPacket> packets_;
};

}  // namespace plaza::sfu
