// Keeping recent packets.
#include "sfu/internal/packet_ring.h"

#include <algorithm>

#include "rtp/sequence_number.h"
#include "sfu/limits.h"

namespace plaza::sfu {

const MediaPacket* PacketRing::Add(MediaPacket packet) {
  const int64_t sequence = packet.sequence;
  if (packets_.empty()) packets_.resize(static_cast<size_t>(capacity()));
  if (!newest_) {
    oldest_ = sequence;
  } else if (sequence <= *newest_ - capacity() || Find(sequence)) {
    return nullptr;
  }
  const base::Time now = packet.packet.arrival;
  MakeRoom(sequence);
  oldest_ = std::min(oldest_, sequence);
  newest_ = std::max(newest_.value_or(sequence), sequence);
  MediaPacket& kept = At(sequence);
  kept = std::move(packet);
  Trim(now);
  return &kept;
}

void PacketRing::MakeRoom(int64_t sequence) {
  if (!newest_ || sequence <= *newest_) return;
  for (; oldest_ <= *newest_ && oldest_ <= sequence - capacity(); ++oldest_) {
    At(oldest_).packet.buffer = {};
  }
  oldest_ = std::max(oldest_, sequence - capacity() + 1);
}

const MediaPacket* PacketRing::Find(int64_t sequence) const {
  if (!newest_ || sequence > *newest_ || sequence < oldest_) return nullptr;
  const MediaPacket& packet = packets_[static_cast<size_t>(sequence & mask_)];
  return packet.packet.buffer && packet.sequence == sequence ? &packet : nullptr;
}

const MediaPacket* PacketRing::FindWire(uint16_t sequence_number) const {
  if (!newest_) return nullptr;
  const int16_t distance = rtp::Distance(sequence_number, static_cast<uint16_t>(*newest_));
  return Find(*newest_ + distance);
}

void PacketRing::Trim(base::Time now) {
  if (!newest_) return;
  // A hole says nothing about age: it goes with the next packet that is there.
  for (; oldest_ < *newest_; ++oldest_) {
    MediaPacket& packet = At(oldest_);
    if (packet.packet.buffer && packet.packet.arrival > now - kHistoryAge) return;
    packet.packet.buffer = {};
  }
}

void PacketRing::Clear() {
  for (MediaPacket& packet : packets_) packet.packet.buffer = {};
  newest_.reset();
}

}  // namespace plaza::sfu
