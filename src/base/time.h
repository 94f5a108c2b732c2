// Monotonic and wall time as values. Protocol code takes them as arguments and never asks for them.
#pragma once

#include <chrono>
#include <cstdint>

namespace plaza::base {

using namespace std::chrono_literals;

/// Spans of time, in whole microseconds.
using Duration = std::chrono::microseconds;

/// Tag of the monotonic time line; it has no now(): only a Clock knows the time.
struct Monotonic {
  using rep = int64_t;
  using period = std::micro;
  using duration = Duration;
  using time_point = std::chrono::time_point<Monotonic, Duration>;
};

/// A moment on the monotonic time line. Says nothing about the date.
using Time = Monotonic::time_point;

/// The deadline of something that waits for nothing.
inline constexpr Time kNever = Time::max();

/// A moment of the calendar, since the Unix epoch.
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;

inline int64_t ToMillis(Duration d) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
}
inline double ToSeconds(Duration d) { return std::chrono::duration<double>(d).count(); }
inline Duration Seconds(double s) { return Duration(static_cast<int64_t>(s * 1e6)); }
inline int64_t UnixSeconds(WallTime t) {
  return std::chrono::duration_cast<std::chrono::seconds>(t.time_since_epoch()).count();
}
inline int64_t UnixMillis(WallTime t) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(t.time_since_epoch()).count();
}

/// Where the outer layers get the time from. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time Now() const = 0;
  virtual WallTime WallNow() const = 0;
};

/// Tells calendar time for the monotonic time line by one look at both clocks, so that it never
/// jumps when the machine's clock is set.
class Calendar {
 public:
  explicit Calendar(const Clock& clock)
      : offset_(clock.WallNow().time_since_epoch() - clock.Now().time_since_epoch()) {}
  WallTime At(Time time) const { return WallTime(time.time_since_epoch() + offset_); }

 private:
  Duration offset_;
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  Time Now() const override;
  WallTime WallNow() const override;
};

/// A clock that stands still until it is moved. Starts well after zero, so that zero can mean
/// unset.
class FakeClock final : public Clock {
 public:
  Time Now() const override { return now_; }
  WallTime WallNow() const override { return wall_; }
  void Advance(Duration d) {
    now_ += d;
    wall_ += d;
  }
  void AdvanceTo(Time t) { Advance(t - now_); }
  void SetWall(WallTime t) { wall_ = t; }

 private:
  Time now_{1000s};
  WallTime wall_{Duration(1'700'000'000'000'000)};
};

}  // namespace plaza::base
