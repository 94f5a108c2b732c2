// Choosing between transport-wide feedback and REMB.
#include "cc/bandwidth_controller.h"

#include <cstdlib>
#include <utility>

#include "cc/delay_loss_estimator.h"

namespace plaza::cc {

BandwidthController::BandwidthController(const RateLimits& limits)
    : BandwidthController(limits, std::make_unique<DelayLossEstimator>(limits)) {}

BandwidthController::BandwidthController(const RateLimits& limits,
                                         std::unique_ptr<BandwidthEstimator> estimator)
    : estimator_(std::move(estimator)), remb_(limits), target_(limits.start) {}

void BandwidthController::OnTransportFeedback(const rtp::rtcp::TransportFeedback& feedback,
                                              base::Time now) {
  const auto results = adapter_.OnFeedback(feedback, now);
  if (results.empty()) return;
  if (const auto rtt = adapter_.rtt()) estimator_->OnRtt(*rtt);
  estimator_->OnResults(results, now);
  last_feedback_ = now;
  target_ = estimator_->target();
}

void BandwidthController::OnRemb(base::DataRate rate, base::Time now) {
  remb_.OnRemb(rate, now);
  if (last_feedback_ && now - *last_feedback_ < kFeedbackTimeout) return;
  target_ = remb_.target();
}

std::optional<base::DataRate> BandwidthController::TakeChange() {
  if (told_ && std::abs(target_.bps() - told_->bps()) * 50 < told_->bps()) return std::nullopt;
  told_ = target_;
  return target_;
}

}  // namespace plaza::cc
