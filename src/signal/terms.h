// The words that the signalling protocol and the rooms share: kinds, streams, scenes, roles,
// reasons.
#pragma once

#include <cstdint>
#include <string>

namespace plaza::signal {

enum class MediaKind : uint8_t { kAudio, kVideo };
/// main: camera and microphone; aux: screen and its sound.
enum class StreamType : uint8_t { kMain, kAux };
/// rtc: a call, everyone sees everyone; live: anchors on a stage before an unseen audience.
enum class Scene : uint8_t { kRtc, kLive };
enum class Role : uint8_t { kAnchor, kAudience };

/// Why a member is gone. kRole: an anchor of a live scene became audience.
enum class LeaveReason : uint8_t { kLeave, kTimeout, kKick, kRole };
/// Why somebody was put out. kKick: by the same user id entering again, or by an administrator.
enum class KickReason : uint8_t { kKick, kBanned, kRoomDisband };
enum class UnpublishReason : uint8_t { kStopped, kTimeout };

/// One simulcast encoding of a video track; `rid` is empty if there is only one.
struct Layer {
  std::string rid;
  uint16_t width = 0;
  uint16_t height = 0;
  friend bool operator==(const Layer&, const Layer&) = default;
};

/// A published track as a room announces it; sizes are those of the highest layer, 0 for audio.
struct Track {
  MediaKind kind = MediaKind::kAudio;
  StreamType stream = StreamType::kMain;
  bool muted = false;
  uint16_t width = 0;
  uint16_t height = 0;
  friend bool operator==(const Track&, const Track&) = default;
};

/// The room's own number of an event: `epoch` grows with each life of the room, `number` within it.
struct EventNumber {
  uint64_t epoch = 0;
  uint64_t number = 0;
  friend auto operator<=>(const EventNumber&, const EventNumber&) = default;
};

}  // namespace plaza::signal
