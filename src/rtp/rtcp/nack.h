// Generic negative acknowledgement (RFC 4585 section 6.2.1): packets to be sent again.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "rtp/rtcp/compound.h"

namespace plaza::rtp::rtcp {

struct Nack {
  uint32_t sender_ssrc = 0;
  uint32_t media_ssrc = 0;
  base::ByteView items;  ///< pairs of packet id and bitmask of the 16 after it

  /// Calls `visit(uint16_t sequence_number)` for each, in the order of the packet.
  template <typename Visit>
  void ForEach(Visit&& visit) const {
    for (size_t i = 0; i + 4 <= items.size(); i += 4) {
      uint16_t sequence_number = base::LoadU16(&items[i]);
      visit(sequence_number);
      for (uint16_t mask = base::LoadU16(&items[i + 2]); mask != 0; mask >>= 1) {
        ++sequence_number;
        if ((mask & 1) != 0) visit(sequence_number);
      }
    }
  }
};

std::optional<Nack> ParseNack(const Element& element);

/// Appends a NACK for as many of `lost` as fit, from the front; they should ascend (with wrap).
/// Returns how many were written; 0 appends nothing.
size_t WriteNack(CompoundWriter& writer, uint32_t sender_ssrc, uint32_t media_ssrc,
                 std::span<const uint16_t> lost);

}  // namespace plaza::rtp::rtcp
