// What we can carry, in the order we like it: one side of a negotiation.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdp/session_description.h"

namespace plaza::sdp {

/// One codec that we carry.
struct CodecCapability {
  std::string name;  ///< as a=rtpmap spells it; compared without case
  uint32_t clock_rate = 90000;
  uint8_t channels = 1;
  /// Parameters that the other side's format must agree with. For H264 `profile-level-id` stands
  /// for its profile (RFC 6184; the level is each side's own) and an absent `packetization-mode` is
  /// 0. Offered as is.
  Parameters parameters;
  std::vector<std::string> feedback;  ///< a=rtcp-fb values, agreed where both have them
  bool rtx = false;                   ///< retransmission format (RFC 4588) wanted beside it
};

/// What one side can do. The order of codecs is the order of preference that an answer states.
struct Capabilities {
  std::vector<CodecCapability> audio;
  std::vector<CodecCapability> video;
  std::vector<std::string> audio_extensions;  ///< header extension URIs
  std::vector<std::string> video_extensions;
  size_t max_rids = 3;                ///< simulcast encodings taken of one section
  bool data = false;                  ///< data channels; without, m=application is rejected
  uint64_t max_message_size = 65536;  ///< of a data channel, that we take
  /// Chromium's encoder starts at this rate instead of 300 kbit/s (x-google-start-bitrate in the
  /// answer of sections where it sends).
  std::optional<uint32_t> start_bitrate_kbps;
};

namespace uri {
inline constexpr std::string_view kMid = "urn:ietf:params:rtp-hdrext:sdes:mid";
inline constexpr std::string_view kRid = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
inline constexpr std::string_view kRepairedRid =
    "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
inline constexpr std::string_view kAudioLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
inline constexpr std::string_view kTransportCc =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
inline constexpr std::string_view kAbsSendTime =
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";
inline constexpr std::string_view kVideoOrientation = "urn:3gpp:video-orientation";
inline constexpr std::string_view kPlayoutDelay =
    "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";
}  // namespace uri

/// What Plaza forwards: Opus; H.264 (constrained baseline, baseline, main; packetization-mode 1)
/// and VP8 with retransmission and keyframe requests.
Capabilities DefaultCapabilities();

/// Moves the video codecs called `name` to the front. With `only`, removes the others.
void PreferVideoCodec(Capabilities& capabilities, std::string_view name, bool only = false);

}  // namespace plaza::sdp
