// Data sizes and rates that can't be confused with each other.
#pragma once

#include <compare>
#include <cstdint>

#include "base/time.h"

namespace plaza::base {

/// Bits per second.
class DataRate {
 public:
  constexpr DataRate() = default;
  static constexpr DataRate BitsPerSecond(int64_t bps) { return DataRate(bps); }
  static constexpr DataRate KilobitsPerSecond(int64_t kbps) { return DataRate(kbps * 1000); }
  static constexpr DataRate Infinite() { return DataRate(INT64_MAX); }
  /// The rate at which `bytes` pass in `span`; zero if the span is not positive.
  static constexpr DataRate Of(int64_t bytes, Duration span) {
    return DataRate(span.count() > 0 ? bytes * 8 * 1'000'000 / span.count() : 0);
  }

  constexpr int64_t bps() const { return bps_; }
  constexpr int64_t kbps() const { return bps_ / 1000; }
  /// Bytes that pass in `span`.
  constexpr int64_t BytesIn(Duration span) const {
    return static_cast<int64_t>(static_cast<double>(bps_) * static_cast<double>(span.count()) /
                                8e6);
  }
  /// How long `bytes` take; Duration::max() at rate zero.
  constexpr Duration TimeFor(int64_t bytes) const {
    return bps_ > 0 ? Duration(bytes * 8 * 1'000'000 / bps_) : Duration::max();
  }

  friend constexpr auto operator<=>(const DataRate&, const DataRate&) = default;
  friend constexpr DataRate operator+(DataRate a, DataRate b) { return DataRate(a.bps_ + b.bps_); }
  friend constexpr DataRate operator-(DataRate a, DataRate b) { return DataRate(a.bps_ - b.bps_); }
  friend constexpr DataRate operator*(DataRate a, double f) {
    return DataRate(static_cast<int64_t>(static_cast<double>(a.bps_) * f));
  }

 private:
  constexpr explicit DataRate(int64_t bps) : bps_(bps) {}
  int64_t bps_ = 0;
};

}  // namespace plaza::base
