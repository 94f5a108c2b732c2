// One slot of a receiver: its two halves and who is in them.
#pragma once

#include <memory>
#include <optional>

#include "sfu/internal/layer_control.h"
#include "sfu/internal/subscription.h"
#include "sfu/slot_config.h"

namespace plaza::sfu {

struct Slot {
  /// The half that `track` belongs into now; nullptr if it does not.
  Subscription* HalfFor(const TrackId& track) const {
    if (!content || content->source != track.source) return nullptr;
    if (track.kind == rtp::MediaKind::kAudio) return content->audio ? audio.get() : nullptr;
    return content->video ? video.get() : nullptr;
  }

  std::optional<SlotContent> content;
  std::unique_ptr<Subscription> audio;
  std::unique_ptr<Subscription> video;
  VideoView view;
};

}  // namespace plaza::sfu
