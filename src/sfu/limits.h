// Every bound of the media graph, and what happens at it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace plaza::sfu {

/// Simulcast encodings of one track; further ones are not accepted.
inline constexpr size_t kMaxEncodings = 3;
/// m-lines of one transport that may carry something; AddTrack and AddSlot refuse higher indexes.
inline constexpr uint16_t kMaxMedia = 512;
/// Slots of one peer; offers that need more, and AddSlot with higher indexes, are refused.
inline constexpr uint32_t kMaxSlots = 64;
/// Tracks in one graph; AddTrack refuses more.
inline constexpr size_t kMaxTracks = 16384;
/// Packets that an encoding keeps for retransmission and late joiners; the oldest leave first.
inline constexpr size_t kVideoHistory = 1024;
inline constexpr size_t kAudioHistory = 128;
inline constexpr base::Duration kHistoryAge = std::chrono::seconds(2);
/// A new subscriber is served from the last keyframe on if that is no further back than this.
inline constexpr size_t kMaxCachedGroup = 160;
inline constexpr base::Duration kMaxCachedGroupAge = std::chrono::milliseconds(1500);
/// The same for one who gets another encoding already, which goes on until the next keyframe.
inline constexpr size_t kMaxSwitchGroup = 16;
/// Packets that a subscription remembers to answer NACKs.
inline constexpr size_t kVideoSent = 512;
inline constexpr size_t kAudioSent = 128;
/// A packet is sent again at most so often.
inline constexpr uint8_t kMaxResends = 10;
/// A published, unmuted track that is silent for so long is reported as stalled.
inline constexpr base::Duration kStalledAfter = std::chrono::seconds(10);
/// An encoding that is silent for so long, while another is not, is no longer chosen.
inline constexpr base::Duration kEncodingDeadAfter = std::chrono::milliseconds(1500);
/// Speakers named at once, loudest first.
inline constexpr size_t kMaxSpeakers = 16;

}  // namespace plaza::sfu
