// Dividing a target rate among the subscriptions of one receiver.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "base/units.h"

namespace plaza::cc {

/// Layer index of a subscription that gets nothing.
inline constexpr int kNoLayer = -1;
/// More layers than this are not looked at (3 simulcast encodings of 4 temporal layers).
inline constexpr size_t kMaxLayers = 12;

enum class SubscriptionKind : uint8_t { kAudio, kVideo };

/// One subscription as the allocator sees it.
struct LayerDemand {
  SubscriptionKind kind = SubscriptionKind::kVideo;
  /// Higher goes first. A screen share or a pinned speaker has a higher one than the rest.
  int priority = 0;
  /// Measured rates, cumulative, from the lowest to the best layer. A layer of rate zero is not
  /// being sent now and is not chosen.
  std::span<const base::DataRate> layers;
  /// The best layer that the receiver wants; kNoLayer: paused.
  int max_layer = kNoLayer;
  /// What it has now; going above it needs headroom.
  int current = kNoLayer;
};

struct LayerAllocation {
  base::DataRate used;  ///< by the layers given
  base::DataRate
      wanted;  ///< by the best layers asked for: what a higher target could still be used for
  bool limited = false;  ///< somebody got less than they want for lack of rate
};

/// A step above the current layer is taken only if the sum stays under this share of the target, so
/// that a small dip does not undo it.
inline constexpr double kUpswitchShare = 0.9;

/// Fills `layers[i]` with the layer of `demands[i]`. Audio is given first, and always. Then every
/// video, in order of priority and of the list, gets its lowest layer while `lowest_share` times
/// the target lasts (a target that no media has tried is a guess, and only media can raise it);
/// then priorities from the highest raise all their subscriptions evenly, layer by layer. The same
/// input gives the same output.
LayerAllocation AllocateLayers(base::DataRate target, std::span<const LayerDemand> demands,
                               std::span<int> layers, double lowest_share = 1);

/// Keeps one subscription from going up and down in turns: after being taken down for lack of rate
/// it goes up again only after a wait, which doubles when it had to go down again soon.
class UpswitchGate {
 public:
  static constexpr base::Duration kMinWait{2'000'000};
  static constexpr base::Duration kMaxWait{30'000'000};

  /// The allocator took the subscription down.
  void OnDownswitch(base::Time now);
  /// The layer to offer to AllocateLayers() as `max_layer`: `wanted`, or `current` during the wait.
  int Limit(int wanted, int current, base::Time now) const;

 private:
  std::optional<base::Time> last_down_;
  base::Duration wait_ = kMinWait;
};

}  // namespace plaza::cc
