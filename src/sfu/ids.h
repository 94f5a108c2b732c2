// What things are called in the media graph.
#pragma once

#include <compare>
#include <cstdint>

#include "base/strong_id.h"
#include "rtp/packet.h"

namespace plaza::sfu {

/// Whoever publishes and receives over one transport.
using PeerId = base::StrongId<struct PeerTag>;
/// Peers only ever receive from their own group: a living room.
using GroupId = base::StrongId<struct GroupTag>;
/// Another graph (worker) that tracks are relayed to and from.
using LinkId = base::StrongId<struct LinkTag, uint32_t>;

/// What a peer publishes together, audio and video in lip sync; `stream` tells a peer's sources
/// apart (camera and screen).
struct Source {
  PeerId peer;
  uint8_t stream = 0;
  friend auto operator<=>(const Source&, const Source&) = default;
};

/// One published track. The name is known before the track is: a slot may be assigned a source
/// that publishes later, or is published on another worker.
struct TrackId {
  Source source;
  rtp::MediaKind kind = rtp::MediaKind::kAudio;
  friend auto operator<=>(const TrackId&, const TrackId&) = default;
};

}  // namespace plaza::sfu

template <>
struct std::hash<plaza::sfu::TrackId> {
  size_t operator()(const plaza::sfu::TrackId& id) const {
    const uint64_t mixed = id.source.peer.value() * 512 + id.source.stream * 2u +
                           (id.kind == plaza::rtp::MediaKind::kVideo ? 1 : 0);
    return std::hash<uint64_t>{}(mixed);
  }
};
