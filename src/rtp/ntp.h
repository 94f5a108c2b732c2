// NTP timestamps of RTCP (RFC 3550 section 4) and absolute send time.
#pragma once

#include <compare>
#include <cstdint>

#include "base/time.h"

namespace plaza::rtp {

/// Seconds since 1900 and a 32-bit fraction.
struct NtpTime {
  uint32_t seconds = 0;
  uint32_t fraction = 0;
  friend auto operator<=>(const NtpTime&, const NtpTime&) = default;

  /// The middle 32 bits, as LSR carries them: units of 1/65536 s.
  constexpr uint32_t Middle() const { return seconds << 16 | fraction >> 16; }
};

NtpTime ToNtp(base::WallTime time);
base::WallTime ToWallTime(NtpTime time);

/// Spans in units of 1/65536 s, as DLSR carries them. Negative spans give 0, long ones saturate.
uint32_t ToMiddleNtp(base::Duration span);
base::Duration FromMiddleNtp(uint32_t span);

/// The 24 bits of the absolute send time extension: seconds modulo 64 with an 18-bit fraction.
uint32_t ToAbsSendTime(base::Time time);

}  // namespace plaza::rtp
