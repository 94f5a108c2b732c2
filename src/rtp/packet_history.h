// The last packets of one stream, to answer NACKs from.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "rtp/packet.h"
#include "rtp/sequence_number.h"

namespace plaza::rtp {

/// A ring of packets by sequence number, bounded by count and by age. It shares the packets'
/// buffers. All memory is taken when it is made.
class PacketHistory {
 public:
  /// Holds packets within `capacity` (rounded up to a power of two, at most 32,768) sequence
  /// numbers of the highest, for at most `max_age` after their arrival.
  PacketHistory(size_t capacity, base::Duration max_age);

  /// Stores a packet; one far older than the highest is not stored, a duplicate replaces the first.
  void Add(const Packet& packet);
  /// The packet, or null if it never came, was pushed out or is too old. Valid until the next Add
  /// or Expire.
  const Packet* Find(uint16_t sequence_number, base::Time now) const;
  /// Lets go of the buffers of packets that are too old; call it now and then (once a second, say).
  void Expire(base::Time now);
  void Clear();

  size_t capacity() const { return slots_.size(); }

 private:
  Packet& SlotOf(int64_t number) { return slots_[static_cast<uint64_t>(number) & mask_]; }

  std::vector<Packet> slots_;
  uint64_t mask_;
  base::Duration max_age_;
  SequenceUnwrapper unwrapper_;
  int64_t highest_ = -1;
  int64_t oldest_ = 0;  // nothing is held below
};

}  // namespace plaza::rtp
