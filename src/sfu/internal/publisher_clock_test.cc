// Following a publisher's clock.
#include "sfu/internal/publisher_clock.h"

#include <gtest/gtest.h>

namespace plaza::sfu {
namespace {

using namespace std::chrono_literals;

// The publisher's wall clock at our `time`.
rtp::NtpTime Ntp(base::Time time, base::Duration offset = 500'000s) {
  return rtp::ToNtp(base::WallTime(time.time_since_epoch() + offset));
}

constexpr base::Time kStart{1000s};

TEST(PublisherClock, TheReportWithTheShortestWayCounts) {
  PublisherClock clock;
  clock.OnSenderReport(Ntp(kStart), kStart + 80ms);
  EXPECT_NEAR(base::ToMillis(clock.ToServer(Ntp(kStart)) - kStart), 80, 1);
  clock.OnSenderReport(Ntp(kStart + 1s), kStart + 1020ms);
  EXPECT_NEAR(base::ToMillis(clock.ToServer(Ntp(kStart + 1s)) - kStart), 1020, 1);
  clock.OnSenderReport(Ntp(kStart + 2s), kStart + 2300ms);
  EXPECT_NEAR(base::ToMillis(clock.ToServer(Ntp(kStart + 2s)) - kStart), 2020, 1);
}

TEST(PublisherClock, ASlowClockIsFollowed) {
  PublisherClock clock;
  // 100 ppm slow for 1000 seconds.
  base::Duration lag{};
  for (int i = 0; i < 1000; ++i) {
    lag = base::Duration(100 * i);
    clock.OnSenderReport(Ntp(kStart + 1s * i, 500'000s - lag), kStart + 1s * i + 10ms);
  }
  const auto mapped = clock.ToServer(Ntp(kStart + 1000s, 500'000s - lag));
  EXPECT_NEAR(base::ToMillis(mapped - kStart), 1'000'010, 2);
}

TEST(PublisherClock, AClockThatIsSetIsTakenAnew) {
  PublisherClock clock;
  clock.OnSenderReport(Ntp(kStart), kStart + 10ms);
  clock.OnSenderReport(Ntp(kStart + 1s, 400'000s), kStart + 1030ms);
  EXPECT_NEAR(base::ToMillis(clock.ToServer(Ntp(kStart + 1s, 400'000s)) - kStart), 1030, 1);
}

}  // namespace
}  // namespace plaza::sfu
