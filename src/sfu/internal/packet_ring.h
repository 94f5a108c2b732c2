// The recent packets of one encoding: one copy, read by all who forward, resend or join late.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "sfu/media_packet.h"

namespace plaza::sfu {

/// Keeps the last `capacity` (a power of two) sequence numbers, and none older than kHistoryAge.
/// Takes memory with the first packet.
class PacketRing {
 public:
  explicit PacketRing(size_t capacity) : mask_(static_cast<int64_t>(capacity) - 1) {}

  /// Where the packet is kept; nullptr if it was there already or is too old.
  const MediaPacket* Add(MediaPacket packet);
  const MediaPacket* Find(int64_t sequence) const;
  /// By the number on the wire, near the newest.
  const MediaPacket* FindWire(uint16_t sequence_number) const;
  /// Drops what is older than kHistoryAge.
  void Trim(base::Time now);
  void Clear();

  std::optional<int64_t> newest() const { return newest_; }

 private:
  int64_t capacity() const { return mask_ + 1; }
  MediaPacket& At(int64_t sequence) { return packets_[static_cast<size_t>(sequence & mask_)]; }
  void MakeRoom(int64_t sequence);

  int64_t mask_;
  std::vector<MediaPacket> packets_;
  std::optional<int64_t> newest_;
  int64_t oldest_ = 0;  // nothing before it is kept; only counts if newest_ is set
};

}  // namespace plaza::sfu
