#include "api/whip/offer.h"

#include <algorithm>
#include <utility>

namespace plaza::api {
namespace {

using sdp::MediaKind;

base::Error Unusable(std::string message) {
  return {base::ErrorKind::kUnsupported, std::move(message), "sdp", 0};
}

/// Makes the section one-way, and says whether anything can flow that way.
bool Direct(sdp::MediaSection& section, bool egress) {
  if (!section.is_rtp() || section.rejected()) return false;
  const bool flows = egress ? sdp::Receives(section.direction) : sdp::Sends(section.direction);
  section.direction = sdp::MakeDirection(!egress && flows, egress && flows);
  return flows;
}

signal::SentTrack TrackOf(const sdp::MediaSection& section, signal::StreamType stream) {
  signal::SentTrack track;
  track.mid = section.mid;
  track.kind =
      section.kind == MediaKind::kVideo ? signal::MediaKind::kVideo : signal::MediaKind::kAudio;
  track.stream = stream;
  track.published = true;
  return track;
}

}  // namespace

base::Result<WhipOffer> ReadWhipOffer(std::string_view text, const WhipTarget& target) {
  auto description = sdp::Parse(text);
  if (!description) return description.error();
  WhipOffer offer{std::move(*description), {}};
  bool flows = false;
  for (sdp::MediaSection& section : offer.description.sections) {
    if (!Direct(section, target.egress)) continue;
    flows = true;
    if (target.egress) continue;
    if (section.mid.empty()) return Unusable("an m-line has no a=mid");
    offer.tracks.push_back(TrackOf(section, target.stream));
  }
  if (!flows)
    return Unusable(target.egress ? "no m-line receives audio or video"
                                  : "no m-line sends audio or video");
  for (const signal::MediaKind kind : {signal::MediaKind::kAudio, signal::MediaKind::kVideo})
    if (std::count_if(offer.tracks.begin(), offer.tracks.end(),
                      [&](const signal::SentTrack& track) { return track.kind == kind; }) > 1)
      return Unusable("one audio and one video m-line may send, not two of a kind");
  return offer;
}

}  // namespace plaza::api
