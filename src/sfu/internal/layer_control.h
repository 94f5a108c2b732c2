// Which encodings one receiver gets, by the sizes of its views and what its network carries.
#pragma once

#include <span>
#include <vector>

#include "base/time.h"
#include "base/units.h"
#include "cc/layer_allocator.h"
#include "sfu/internal/subscription.h"

namespace plaza::sfu {

/// The video half of a slot, as the control of layers sees it.
struct VideoView {
  Subscription* subscription = nullptr;
  uint16_t max_width = 0;  ///< 0: no limit
  uint16_t max_height = 0;
  uint8_t priority = 0;
  cc::UpswitchGate gate{};
};

class LayerControl {
 public:
  void SetTarget(base::DataRate target) { target_ = target; }
  base::DataRate target() const { return target_; }

  /// Sets the targets of all bound subscriptions. Audio goes first and always.
  void Allocate(std::span<Subscription* const> audio, std::span<VideoView* const> video,
                base::Time now);
  /// What the best layers that are asked for would take.
  base::DataRate wanted() const { return wanted_; }

 private:
  struct Candidate {
    std::array<base::DataRate, kMaxEncodings> rates;
    int count = 0;
    int max_layer = cc::kNoLayer;
    int current = cc::kNoLayer;
    int priority = 0;
  };
  static Candidate CandidateOf(const VideoView& view, base::Time now);
  static bool NetworkForced(const Candidate& candidate, int layer);

  // Until the transport has an estimate of its own nothing is held back.
  base::DataRate target_ = base::DataRate::KilobitsPerSecond(1'000'000);
  base::DataRate wanted_;
  // Kept for their memory.
  std::vector<Candidate> candidates_;
  std::vector<cc::LayerDemand> demands_;
  std::vector<base::DataRate> audio_rates_;
  std::vector<int> layers_;
};

/// The index of the smallest of `count` layers of `track` that fills a view; the best if none does
/// or sizes are not known.
int LayerForView(const Track& track, int count, uint16_t width, uint16_t height);

}  // namespace plaza::sfu
