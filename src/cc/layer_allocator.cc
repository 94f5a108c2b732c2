// Giving layers in rounds.
#include "cc/layer_allocator.h"

#include <algorithm>
#include <cassert>

namespace plaza::cc {
namespace {

int TopOf(const LayerDemand& demand) {
  const size_t layers = std::min(demand.layers.size(), kMaxLayers);
  return std::min(demand.max_layer, static_cast<int>(layers) - 1);
}

base::DataRate RateOf(const LayerDemand& demand, int layer) {
  return layer == kNoLayer ? base::DataRate() : demand.layers[static_cast<size_t>(layer)];
}

// The next layer above `layer` that is being sent and wanted; kNoLayer if there is none.
int NextLayer(const LayerDemand& demand, int layer) {
  for (int next = layer + 1; next <= TopOf(demand); ++next) {
    if (RateOf(demand, next) > base::DataRate()) return next;
  }
  return kNoLayer;
}

int BestLayer(const LayerDemand& demand) {
  int best = kNoLayer;
  for (int next = best; (next = NextLayer(demand, next)) != kNoLayer;) best = next;
  return best;
}

class Allocator {
 public:
  Allocator(base::DataRate target, std::span<const LayerDemand> demands, std::span<int> layers,
            double lowest_share)
      : target_(target), demands_(demands), layers_(layers), lowest_share_(lowest_share) {}

  LayerAllocation Run() {
    for (size_t i = 0; i < demands_.size(); ++i) {
      const LayerDemand& demand = demands_[i];
      const int best = BestLayer(demand);
      result_.wanted = result_.wanted + RateOf(demand, best);
      const bool audio = demand.kind == SubscriptionKind::kAudio;
      layers_[i] = audio ? best : kNoLayer;
      if (audio) result_.used = result_.used + RateOf(demand, best);
    }
    // Everybody's lowest layer, the most important first.
    for (auto priority = HighestBelow(std::nullopt); priority; priority = HighestBelow(priority)) {
      RaiseAll(*priority, true);
    }
    for (auto priority = HighestBelow(std::nullopt); priority; priority = HighestBelow(priority)) {
      while (RaiseAll(*priority, false)) {
      }
    }
    for (size_t i = 0; i < demands_.size(); ++i) {
      result_.limited = result_.limited || layers_[i] != BestLayer(demands_[i]);
    }
    return result_;
  }

 private:
  std::optional<int> HighestBelow(std::optional<int> limit) const {
    std::optional<int> highest;
    for (const LayerDemand& demand : demands_) {
      if (demand.kind != SubscriptionKind::kVideo || (limit && demand.priority >= *limit)) continue;
      if (!highest || demand.priority > *highest) highest = demand.priority;
    }
    return highest;
  }

  // Gives each video of this priority one layer more where it fits, or only its first one. True if
  // any got one.
  bool RaiseAll(int priority, bool first_only) {
    bool any = false;
    for (size_t i = 0; i < demands_.size(); ++i) {
      const LayerDemand& demand = demands_[i];
      if (demand.kind != SubscriptionKind::kVideo || demand.priority != priority) continue;
      if (first_only || layers_[i] != kNoLayer) any = Raise(demand, layers_[i]) || any;
    }
    return any;
  }

  bool Raise(const LayerDemand& demand, int& layer) {
    const int next = NextLayer(demand, layer);
    if (next == kNoLayer) return false;
    const base::DataRate used = result_.used + RateOf(demand, next) - RateOf(demand, layer);
    if (used > target_ * ShareFor(demand, layer, next)) return false;
    result_.used = used;
    layer = next;
    return true;
  }

  double ShareFor(const LayerDemand& demand, int layer, int next) const {
    const double share = layer == kNoLayer ? lowest_share_ : 1.0;
    return next > demand.current ? share * kUpswitchShare : share;
  }

  base::DataRate target_;
  std::span<const LayerDemand> demands_;
  std::span<int> layers_;
  double lowest_share_;
  LayerAllocation result_;
};

}  // namespace

LayerAllocation AllocateLayers(base::DataRate target, std::span<const LayerDemand> demands,
                               std::span<int> layers, double lowest_share) {
  assert(layers.size() >= demands.size());
  return Allocator(target, demands, layers, lowest_share).Run();
}

void UpswitchGate::OnDownswitch(base::Time now) {
  const bool soon = last_down_ && now - *last_down_ < wait_ * 4;
  wait_ = soon ? std::min(wait_ * 2, kMaxWait) : kMinWait;
  last_down_ = now;
}

int UpswitchGate::Limit(int wanted, int current, base::Time now) const {
  const bool waiting = last_down_ && now - *last_down_ < wait_;
  return waiting ? std::min(wanted, current) : wanted;
}

}  // namespace plaza::cc
