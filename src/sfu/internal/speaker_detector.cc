// Smoothing levels and telling who speaks.
#include "sfu/internal/speaker_detector.h"

#include <algorithm>

#include "sfu/limits.h"

namespace plaza::sfu {
namespace {

// -60 dBov and below is 0, 0 dBov is 100.
constexpr float kFloorDb = 60;
// For packets of 20 ms: about 60 ms up and 400 ms down.
constexpr float kAttack = 0.3f;
constexpr float kRelease = 0.05f;
// One begins to speak at -45 dBov and has stopped at -51.
constexpr uint8_t kBegins = 25;
constexpr uint8_t kStops = 15;
// Whose packets stay away (DTX, mute) is silent.
constexpr base::Duration kSilentAfter = std::chrono::milliseconds(600);
// Differences that are worth telling.
constexpr int kStep = 8;

bool SameButForNoise(const Speaker& a, const Speaker& b) {
  return a.source == b.source && std::abs(a.level - b.level) < kStep;
}

}  // namespace

void Voice::OnLevel(uint8_t level, base::Time now) {
  const float loudness =
      std::max(0.f, (kFloorDb - static_cast<float>(level & 0x7F)) * 100 / kFloorDb);
  smoothed_ += (loudness - smoothed_) * (loudness > smoothed_ ? kAttack : kRelease);
  heard_ = now;
}

uint8_t Voice::level(base::Time now) const {
  return now - heard_ > kSilentAfter ? 0 : static_cast<uint8_t>(smoothed_ + 0.5f);
}

Voice& SpeakerDetector::Add(const Source& source) { return voices_.emplace_back(source); }

void SpeakerDetector::Remove(const Voice& voice) {
  voices_.remove_if([&](const Voice& other) { return &other == &voice; });
}

std::optional<std::span<const Speaker>> SpeakerDetector::Poll(base::Time now) {
  if (now - polled_ < kInterval) return std::nullopt;
  polled_ = now;
  Collect(now);
  if (std::ranges::equal(current_, told_, SameButForNoise)) return std::nullopt;
  told_ = current_;
  return std::span<const Speaker>(told_);
}

void SpeakerDetector::Collect(base::Time now) {
  current_.clear();
  for (Voice& voice : voices_) {
    const uint8_t level = voice.level(now);
    voice.speaks_ = level >= (voice.speaks_ ? kStops : kBegins);
    if (voice.speaks_) current_.push_back({voice.source(), level});
  }
  std::ranges::stable_sort(current_, std::greater<>(), &Speaker::level);
  if (current_.size() > kMaxSpeakers) current_.resize(kMaxSpeakers);
}

}  // namespace plaza::sfu
