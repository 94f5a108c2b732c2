// The copy of a track that lives in another graph.
#pragma once

#include <utility>

#include "sfu/internal/track.h"

namespace plaza::sfu {

/// Asks its home for the encodings that are wanted here, and for nothing more.
class RemoteCopy final : public TrackOrigin {
 public:
  RemoteCopy(const TrackId& id, GroupId group, TrackInfo info, LinkId home, RelayLink& link)
      : home_(home), link_(link), track_(id, group, std::move(info), *this) {}

  Track& track() { return track_; }
  LinkId home() const { return home_; }

  void OnStatus(const RelayStatus& status, base::Time now);
  void HandleTick(base::Time now);

 private:
  void RequestKeyframe(uint8_t encoding) override {
    link_.SendKeyframeRequest(track_.id(), encoding);
  }
  void OnWanted() override;

  LinkId home_;
  RelayLink& link_;
  EncodingMask wanted_ = 0;  // as told to the home
  base::Time heard_{};       // of the home, or when it was last reminded
  Track track_;
};

}  // namespace plaza::sfu
