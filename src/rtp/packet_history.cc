// Keeping recent packets in a ring.
#include "rtp/packet_history.h"

#include <algorithm>
#include <bit>

namespace plaza::rtp {

PacketHistory::PacketHistory(size_t capacity, base::Duration max_age)
    : slots_(std::bit_ceil(std::clamp<size_t>(capacity, 1, 32768))),
      mask_(slots_.size() - 1),
      max_age_(max_age) {}

void PacketHistory::Add(const Packet& packet) {
  const auto size = static_cast<int64_t>(slots_.size());
  const bool first = !unwrapper_.last();
  const int64_t number = unwrapper_.Peek(packet.header.sequence_number);
  if (first) {
    highest_ = number - 1;
    oldest_ = number;
  }
  if (number > highest_) {
    unwrapper_.Unwrap(packet.header.sequence_number);
    // What the ring turns over is gone, also where packets are missing.
    for (int64_t i = std::max(highest_ + 1, number - size + 1); i < number; ++i) SlotOf(i) = {};
    highest_ = number;
    oldest_ = std::max(oldest_, number - size + 1);
  } else if (number <= highest_ - size) {
    return;
  }
  oldest_ = std::min(oldest_, number);
  SlotOf(number) = packet;
}

const Packet* PacketHistory::Find(uint16_t sequence_number, base::Time now) const {
  const Packet& packet = slots_[sequence_number & mask_];
  if (!packet.buffer || packet.header.sequence_number != sequence_number ||
      now - packet.arrival > max_age_) {
    return nullptr;
  }
  return &packet;
}

void PacketHistory::Expire(base::Time now) {
  for (; oldest_ <= highest_; ++oldest_) {
    Packet& packet = SlotOf(oldest_);
    if (packet.buffer && now - packet.arrival <= max_age_) break;
    packet = {};
  }
}

void PacketHistory::Clear() {
  for (Packet& packet : slots_) packet = {};
  unwrapper_.Reset();
}

}  // namespace plaza::rtp
