// RTP header extensions (RFC 8285): which ones we know, and the ids agreed on one hop.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace plaza::rtp {

enum class Extension : uint8_t {
  kMid,          ///< RFC 8843
  kRid,          ///< RFC 8852
  kRepairedRid,  ///< RFC 8852
  kAudioLevel,   ///< RFC 6464
  kTransportCc,  ///< transport-wide sequence number
  kAbsSendTime,
  kVideoOrientation,  ///< 3GPP TS 26.114
  kTimestampOffset,   ///< RFC 5450
  kPlayoutDelay,
  kContentType,
  kDependencyDescriptor,
  kAbsCaptureTime,
  kVideoLayersAllocation,
  kCount,
};

/// The URI by which SDP's extmap names it.
std::string_view UriOf(Extension extension);
std::optional<Extension> ExtensionOf(std::string_view uri);

/// Ids (1 to 255; 0 is "not agreed") of the extensions on one hop.
class ExtensionMap {
 public:
  uint8_t IdOf(Extension extension) const { return ids_[static_cast<size_t>(extension)]; }
  std::optional<Extension> Of(uint8_t id) const;
  void Set(Extension extension, uint8_t id) { ids_[static_cast<size_t>(extension)] = id; }

 private:
  std::array<uint8_t, static_cast<size_t>(Extension::kCount)> ids_{};
};

}  // namespace plaza::rtp
