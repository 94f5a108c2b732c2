// All that a transport needs to know how much it may send: numbers its packets, takes what
// receivers say.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/time.h"
#include "base/units.h"
#include "cc/bandwidth_estimator.h"
#include "cc/remb_estimator.h"
#include "cc/transport_feedback_adapter.h"

namespace plaza::cc {

/// Transport-wide feedback is believed where it comes; where it does not, REMB is.
class BandwidthController {
 public:
  /// After so long without transport-wide feedback REMB counts again.
  static constexpr base::Duration kFeedbackTimeout{3'000'000};

  explicit BandwidthController(const RateLimits& limits = {});
  /// With an estimator of the caller's choice.
  BandwidthController(const RateLimits& limits, std::unique_ptr<BandwidthEstimator> estimator);

  /// A packet of `size` bytes on the wire leaves now; returns its transport-wide sequence number.
  uint16_t OnPacketSent(size_t size, base::Time now) { return adapter_.OnPacketSent(size, now); }
  /// What OnPacketSent() will return.
  uint16_t next_number() const { return adapter_.next_number(); }
  void OnTransportFeedback(const rtp::rtcp::TransportFeedback& feedback, base::Time now);
  void OnRemb(base::DataRate rate, base::Time now);
  /// A round trip measured by RTCP reports or ICE.
  void OnRtt(base::Duration rtt) { estimator_->OnRtt(rtt); }

  base::DataRate target() const { return target_; }
  /// The target, if it moved by 2 % or more since it was taken last: a change that is worth
  /// telling.
  std::optional<base::DataRate> TakeChange();

 private:
  TransportFeedbackAdapter adapter_;
  std::unique_ptr<BandwidthEstimator> estimator_;
  RembEstimator remb_;
  base::DataRate target_;
  std::optional<base::DataRate> told_;
  std::optional<base::Time> last_feedback_;
};

}  // namespace plaza::cc
