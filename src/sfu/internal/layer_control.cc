// Choosing layers.
#include "sfu/internal/layer_control.h"

#include <algorithm>

#include "sfu/internal/encoding.h"
#include "sfu/internal/track.h"

namespace plaza::sfu {
namespace {

// A layer may be stretched by so much in area before the next one is taken.
constexpr double kStretch = 1.2;
// Rates to expect of an encoding before it could be measured.
constexpr double kBitsPerPixel = 2.2;  // a second
constexpr int64_t kUnknownSizeBps[kMaxEncodings] = {150'000, 500'000, 1'500'000};
// Rather a picture that stutters than none: lowest layers are withheld only when they take so many
// times the target, which is a guess until media has tried it.
constexpr double kLowestShare = 8;
// Rate to expect of audio in the first half second.
constexpr base::DataRate kAudioRate = base::DataRate::KilobitsPerSecond(32);

base::DataRate ExpectedRate(const Track& track, const Encoding& encoding) {
  if (encoding.rate().bps() > 0) return encoding.rate();
  const LayerSize size = track.SizeOf(encoding.index());
  const double bps = size.width * size.height * kBitsPerPixel;
  return base::DataRate::BitsPerSecond(bps > 0 ? static_cast<int64_t>(bps)
                                               : kUnknownSizeBps[encoding.index()]);
}

}  // namespace

int LayerForView(const Track& track, int count, uint16_t width, uint16_t height) {
  const double view = static_cast<double>(width) * height;
  for (int i = 0; view > 0 && i < count; ++i) {
    const LayerSize size = track.SizeOf(static_cast<uint8_t>(i));
    if (size.width == 0) break;
    if (static_cast<double>(size.width) * size.height * kStretch >= view) return i;
  }
  return count - 1;
}

LayerControl::Candidate LayerControl::CandidateOf(const VideoView& view, base::Time now) {
  Candidate candidate{.priority = view.priority};
  const Track* track = view.subscription->track();
  if (!track || track->info().muted) return candidate;
  bool any_alive = false;
  for (uint8_t i = 0; i < kMaxEncodings; ++i) {
    const Encoding* encoding = track->Find(i);
    if (!encoding) continue;
    any_alive = any_alive || encoding->alive(now);
    candidate.count = i + 1;
  }
  for (uint8_t i = 0; i < candidate.count; ++i) {
    // As long as none is known to live, each may be about to.
    const Encoding* encoding = track->Find(i);
    if (encoding && (encoding->alive(now) || !any_alive)) {
      candidate.rates[i] = ExpectedRate(*track, *encoding);
    }
  }
  if (view.subscription->target()) candidate.current = view.subscription->target()->index();
  const int best = LayerForView(*track, candidate.count, view.max_width, view.max_height);
  candidate.max_layer = view.gate.Limit(best, candidate.current, now);
  // Rather too big a picture than none.
  const auto sent = std::ranges::find_if(candidate.rates, [](auto rate) { return rate.bps() > 0; });
  const auto lowest = static_cast<int>(sent - candidate.rates.begin());
  candidate.max_layer = std::max(candidate.max_layer, std::min(lowest, candidate.count - 1));
  return candidate;
}

// Below what the view would fill and what was there before, which is still being sent: there is no
// other reason than the rate.
bool LayerControl::NetworkForced(const Candidate& candidate, int layer) {
  const int current = candidate.current;
  return layer < current && layer < candidate.max_layer &&
         candidate.rates[static_cast<size_t>(current)].bps() > 0;
}

void LayerControl::Allocate(std::span<Subscription* const> audio, std::span<VideoView* const> video,
                            base::Time now) {
  demands_.clear();
  audio_rates_.assign(audio.size(), kAudioRate);
  for (size_t i = 0; i < audio.size(); ++i) {
    Track* track = audio[i]->track();
    const bool sends = track && !track->info().muted;
    Encoding* encoding = sends ? track->Obtain(0) : nullptr;
    audio[i]->SetTarget(encoding, now);
    if (!encoding) continue;
    if (encoding->rate().bps() > 0) audio_rates_[i] = encoding->rate();
    demands_.push_back({.kind = cc::SubscriptionKind::kAudio,
                        .layers = std::span(&audio_rates_[i], 1),
                        .max_layer = 0,
                        .current = 0});
  }
  const size_t first_video = demands_.size();
  candidates_.clear();
  for (const VideoView* view : video) candidates_.push_back(CandidateOf(*view, now));
  for (const Candidate& candidate : candidates_) {
    demands_.push_back(
        {.priority = candidate.priority,
         .layers = std::span(candidate.rates).first(static_cast<size_t>(candidate.count)),
         .max_layer = candidate.max_layer,
         .current = candidate.current});
  }
  layers_.assign(demands_.size(), cc::kNoLayer);
  wanted_ = cc::AllocateLayers(target_, demands_, layers_, kLowestShare).wanted;
  for (size_t i = 0; i < video.size(); ++i) {
    const int layer = layers_[first_video + i];
    const Candidate& candidate = candidates_[i];
    if (NetworkForced(candidate, layer)) video[i]->gate.OnDownswitch(now);
    const Track* track = video[i]->subscription->track();
    video[i]->subscription->SetTarget(
        track && layer >= 0 ? track->Find(static_cast<uint8_t>(layer)) : nullptr, now);
  }
}

}  // namespace plaza::sfu
