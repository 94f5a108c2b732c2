// Conversions between our clocks and NTP's units.
#include "rtp/ntp.h"

#include <algorithm>

namespace plaza::rtp {
namespace {

// From 1900 (NTP) to 1970 (Unix).
constexpr int64_t kUnixEpochInNtp = 2'208'988'800;
constexpr int64_t kMicrosPerSecond = 1'000'000;

}  // namespace

NtpTime ToNtp(base::WallTime time) {
  const int64_t micros = time.time_since_epoch().count();
  const int64_t seconds = micros / kMicrosPerSecond;
  const int64_t rest = micros % kMicrosPerSecond;
  return {static_cast<uint32_t>(seconds + kUnixEpochInNtp),
          static_cast<uint32_t>((static_cast<uint64_t>(rest) << 32) / kMicrosPerSecond)};
}

base::WallTime ToWallTime(NtpTime time) {
  // Rounds, so that going there and back gives the same microsecond.
  const uint64_t rest =
      (static_cast<uint64_t>(time.fraction) * kMicrosPerSecond + (1u << 31)) >> 32;
  const int64_t seconds = static_cast<int64_t>(time.seconds) - kUnixEpochInNtp;
  return base::WallTime(base::Duration(seconds * kMicrosPerSecond + static_cast<int64_t>(rest)));
}

uint32_t ToMiddleNtp(base::Duration span) {
  const int64_t micros = std::clamp<int64_t>(span.count(), 0, int64_t{1} << 40);
  const int64_t units = (micros * 65536 + kMicrosPerSecond / 2) / kMicrosPerSecond;
  return static_cast<uint32_t>(std::min<int64_t>(units, UINT32_MAX));
}

base::Duration FromMiddleNtp(uint32_t span) {
  return base::Duration((static_cast<int64_t>(span) * kMicrosPerSecond + 32768) / 65536);
}

uint32_t ToAbsSendTime(base::Time time) {
  const int64_t micros = time.time_since_epoch().count() % (64 * kMicrosPerSecond);
  return static_cast<uint32_t>((micros << 18) / kMicrosPerSecond) & 0xFFFFFF;
}

}  // namespace plaza::rtp
