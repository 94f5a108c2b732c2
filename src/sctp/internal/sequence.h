// Sequence numbers that wrap on the wire, counted on in 64 bits.
#pragma once

#include <cstdint>

namespace plaza::sctp::internal {

/// Transmission and stream sequence numbers, unwrapped: they order as numbers do.
using Tsn = int64_t;
using Ssn = int64_t;

inline uint32_t ToWireTsn(Tsn tsn) { return static_cast<uint32_t>(tsn); }
inline uint16_t ToWireSsn(Ssn ssn) { return static_cast<uint16_t>(ssn); }

/// The number nearest to `near` that is written as `wire` (serial numbers, RFC 1982).
inline Tsn UnwrapTsn(uint32_t wire, Tsn near) {
  return near + static_cast<int32_t>(wire - static_cast<uint32_t>(near));
}
inline Ssn UnwrapSsn(uint16_t wire, Ssn near) {
  return near + static_cast<int16_t>(wire - static_cast<uint16_t>(near));
}

}  // namespace plaza::sctp::internal
