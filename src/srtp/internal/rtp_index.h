// The 48-bit packet index of SRTP from the 16 bits that RTP carries (RFC 3711 section 3.3.1).
#pragma once

#include <cstdint>
#include <optional>

namespace plaza::srtp {

inline constexpr uint64_t kMaxRtpIndex = (uint64_t{1} << 48) - 1;
inline constexpr uint32_t kMaxRtcpIndex = 0x7fffffff;

/// The index with the low 16 bits `sequence_number` that is nearest to `highest`; nothing if that
/// would be before the stream's begin or after its end.
inline std::optional<uint64_t> EstimateRtpIndex(uint64_t highest, uint16_t sequence_number) {
  const auto newest = static_cast<uint16_t>(highest);
  int64_t step = static_cast<int16_t>(sequence_number - newest);
  // Exactly half a turn away the RFC's rule keeps the rollover counter.
  if (step == -0x8000 && newest < 0x8000) step = 0x8000;
  const int64_t index = static_cast<int64_t>(highest) + step;
  if (index < 0 || index > static_cast<int64_t>(kMaxRtpIndex)) return std::nullopt;
  return static_cast<uint64_t>(index);
}

}  // namespace plaza::srtp
