// One publisher's clock, as seen from here.
#pragma once

#include <optional>

#include "base/time.h"
#include "rtp/ntp.h"

namespace plaza::sfu {

/// Maps the NTP time in a publisher's sender reports to the server's clock. All its streams share
/// one mapping: an error in it moves them all alike, and lips stay in sync.
class PublisherClock {
 public:
  /// A sender report that says `ntp` has come at `arrival`.
  void OnSenderReport(rtp::NtpTime ntp, base::Time arrival);
  /// When it was `ntp` at the publisher. Needs at least one sender report before.
  base::Time ToServer(rtp::NtpTime ntp) const { return Publisher(ntp) + *offset_; }

 private:
  static base::Time Publisher(rtp::NtpTime ntp) {
    return base::Time(rtp::ToWallTime(ntp).time_since_epoch());
  }

  std::optional<base::Duration> offset_;  // server minus publisher, with the shortest delay seen
  base::Time updated_{};
};

}  // namespace plaza::sfu
