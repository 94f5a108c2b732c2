// What the sender learns of each packet it sent.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace plaza::cc {

struct PacketResult {
  int64_t number = 0;  ///< transport-wide sequence number, unwrapped
  base::Time sent{};
  size_t size = 0;  ///< bytes on the wire, as OnPacketSent() was told
  /// On the receiver's clock, whose zero is arbitrary. Unset: lost, at least so far.
  std::optional<base::Time> arrival;
  bool reported_lost = false;  ///< it had a result before that said it was lost
};

}  // namespace plaza::cc
