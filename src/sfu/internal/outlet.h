// What all subscriptions of one receiver share.
#pragma once

#include <algorithm>
#include <optional>

#include "base/random.h"
#include "base/time.h"
#include "base/units.h"
#include "rtp/packet_transport.h"
#include "sfu/graph.h"
#include "sfu/internal/wakeup.h"

namespace plaza::sfu {

/// How many bytes may be sent again: retransmissions must not starve what is new.
class ResendBudget {
 public:
  void SetRate(base::DataRate target) { rate_ = std::max(target * kShare, kLeast); }
  bool Take(size_t bytes, base::Time now) {
    const int64_t most = rate_.BytesIn(kBurst);
    left_ = std::min(left_ + rate_.BytesIn(std::min(now - refilled_, kBurst)), most);
    refilled_ = now;
    if (left_ < static_cast<int64_t>(bytes)) return false;
    left_ -= static_cast<int64_t>(bytes);
    return true;
  }

 private:
  static constexpr double kShare = 0.5;
  static constexpr base::DataRate kLeast = base::DataRate::KilobitsPerSecond(1000);
  static constexpr base::Duration kBurst = std::chrono::milliseconds(500);
  base::DataRate rate_ = kLeast;
  int64_t left_ = 0;
  base::Time refilled_{};
};

/// `allocation_due` and `reports_due` are seen to at the end of the turn.
struct Outlet {
  /// What all peers of a graph share.
  struct Environment {
    GraphObserver& observer;
    base::Random& random;
    const base::Calendar& calendar;
    GraphCounters& counters;
  };

  Outlet(PeerId id, rtp::PacketTransport& to, const Environment& environment, Wakeup& wakes)
      : peer(id),
        transport(to),
        observer(environment.observer),
        random(environment.random),
        calendar(environment.calendar),
        counters(environment.counters),
        wakeup(wakes) {}

  void RequestAllocation() {
    allocation_due = true;
    wakeup.Now();
  }
  void RequestReports() {
    reports_due = true;
    wakeup.Now();
  }

  PeerId peer;
  rtp::PacketTransport& transport;
  GraphObserver& observer;
  base::Random& random;
  const base::Calendar& calendar;
  GraphCounters& counters;
  Wakeup& wakeup;
  ResendBudget resends;
  /// Round trip to the receiver, once its reports have told.
  std::optional<base::Duration> rtt;
  bool allocation_due = false;  ///< layers should be chosen anew
  bool reports_due = false;     ///< sender reports should leave
};

}  // namespace plaza::sfu
