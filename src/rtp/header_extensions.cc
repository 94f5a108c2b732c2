// The table of known header extensions.
#include "rtp/header_extensions.h"

namespace plaza::rtp {
namespace {

constexpr std::array<std::string_view, static_cast<size_t>(Extension::kCount)> kUris = {
    "urn:ietf:params:rtp-hdrext:sdes:mid",
    "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
    "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    "urn:3gpp:video-orientation",
    "urn:ietf:params:rtp-hdrext:toffset",
    "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
    "http://www.webrtc.org/experiments/rtp-hdrext/video-content-type",
    "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
    "http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00",
};

}  // namespace

std::string_view UriOf(Extension extension) {
  const auto index = static_cast<size_t>(extension);
  return index < kUris.size() ? kUris[index] : std::string_view();
}

std::optional<Extension> ExtensionOf(std::string_view uri) {
  for (size_t i = 0; i < kUris.size(); ++i) {
    if (kUris[i] == uri) return static_cast<Extension>(i);
  }
  return std::nullopt;
}

std::optional<Extension> ExtensionMap::Of(uint8_t id) const {
  for (size_t i = 0; id != 0 && i < ids_.size(); ++i) {
    if (ids_[i] == id) return static_cast<Extension>(i);
  }
  return std::nullopt;
}

}  // namespace plaza::rtp
