// Notes what a graph tells.
#pragma once

#include <vector>

#include "sfu/graph.h"

namespace plaza::sfu::testing {

class RecordingObserver final : public GraphObserver {
 public:
  struct Unsupported {
    PeerId peer;
    uint32_t slot;
    rtp::MediaKind kind;
    rtp::Codec codec;
    friend bool operator==(const Unsupported&, const Unsupported&) = default;
  };

  void OnTrackStalled(const TrackId& track, bool is_stalled) override {
    stalled.emplace_back(track, is_stalled);
  }
  void OnSpeakers(GroupId, std::span<const Speaker> now) override {
    speakers.emplace_back(now.begin(), now.end());
  }
  void OnCodecUnsupported(PeerId peer, uint32_t slot, rtp::MediaKind kind,
                          rtp::Codec codec) override {
    unsupported.push_back({peer, slot, kind, codec});
  }

  std::vector<std::pair<TrackId, bool>> stalled;
  std::vector<std::vector<Speaker>> speakers;
  std::vector<Unsupported> unsupported;
};

}  // namespace plaza::sfu::testing
