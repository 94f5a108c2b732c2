// The rate that loss allows, where queues are too short for delay to tell.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/time.h"
#include "base/units.h"
#include "cc/bandwidth_estimator.h"

namespace plaza::cc {

/// Loss that is ours ends when we send less than what got through. So on loss the rate is cut once
/// to just below that. If the loss ends, the link's capacity is known; if it goes on, it belongs to
/// the link (radio, say), is taken as given, and the rate is restored.
class LossBound {
 public:
  explicit LossBound(const RateLimits& limits) : limits_(limits), limit_(limits.max) {}

  /// What is known about the sender beside the results.
  struct Traffic {
    base::DataRate current;                      ///< the rate in use
    std::optional<base::DataRate> acknowledged;  ///< what arrived lately
    bool application_limited = false;            ///< less is sent than might be
  };
  /// Results of one feedback. Gives the capacity of the link when a cut has just ended the loss.
  std::optional<base::DataRate> OnResults(std::span<const PacketResult> results,
                                          const Traffic& traffic, base::Time now);

  /// The rate must not exceed it.
  base::DataRate limit() const { return limit_; }
  /// Share of loss that the link has by itself, as far as it is known.
  double inherent_loss() const { return inherent_; }

 private:
  // One look at the loss takes at least so many packets and so long.
  static constexpr int kMinPackets = 40;
  static constexpr base::Duration kMinSpan{400'000};

  // What was seen of the packets sent since `start`.
  struct Window {
    base::Time start{};  // only packets sent since then count
    base::Time end{};
    int packets = 0;
    int lost = 0;
    size_t bytes = 0;
    double loss() const { return packets > 0 ? static_cast<double>(lost) / packets : 0; }
  };
  struct Trial {
    base::Time since;
    double loss;  // before the cut
  };

  std::optional<base::DataRate> Judge(const Traffic& traffic, base::Time now);
  void Cut(const Traffic& traffic, base::Time now);
  std::optional<base::DataRate> JudgeTrial(base::Time now);

  RateLimits limits_;
  base::DataRate limit_;
  double inherent_ = 0;
  Window window_;
  std::optional<Trial> trial_;
  std::optional<base::Time> uneasy_since_;  // loss is above normal, but not high
};

}  // namespace plaza::cc
