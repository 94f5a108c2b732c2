#include "sdp/capabilities.h"

#include <algorithm>

#include "sdp/internal/tokens.h"

namespace plaza::sdp {
namespace {

CodecCapability VideoCodec(std::string name, Parameters parameters) {
  CodecCapability codec;
  codec.name = std::move(name);
  codec.parameters = std::move(parameters);
  codec.feedback = {"goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"};
  codec.rtx = true;
  return codec;
}

CodecCapability H264(std::string profile_level_id) {
  return VideoCodec("H264", {{"level-asymmetry-allowed", "1"},
                             {"packetization-mode", "1"},
                             {"profile-level-id", std::move(profile_level_id)}});
}

}  // namespace

Capabilities DefaultCapabilities() {
  Capabilities all;
  CodecCapability opus;
  opus.name = "opus";
  opus.clock_rate = 48000;
  opus.channels = 2;
  opus.parameters = {{"minptime", "10"}, {"useinbandfec", "1"}};
  // No "nack": without RTX a packet can't be sent again, SRTP forbids to reuse its index.
  opus.feedback = {"transport-cc"};
  all.audio = {opus};
  all.video = {H264("42e01f"), H264("42001f"), H264("4d001f"), VideoCodec("VP8", {})};
  for (const auto u : {uri::kMid, uri::kAudioLevel, uri::kAbsSendTime, uri::kTransportCc})
    all.audio_extensions.emplace_back(u);
  for (const auto u : {uri::kMid, uri::kRid, uri::kRepairedRid, uri::kAbsSendTime,
                       uri::kTransportCc, uri::kVideoOrientation, uri::kPlayoutDelay})
    all.video_extensions.emplace_back(u);
  return all;
}

void PreferVideoCodec(Capabilities& capabilities, std::string_view name, bool only) {
  const auto preferred = [&](const CodecCapability& c) {
    return internal::EqualsIgnoringCase(c.name, name);
  };
  auto& video = capabilities.video;
  const auto rest = std::stable_partition(video.begin(), video.end(), preferred);
  if (only) video.erase(rest, video.end());
}

}  // namespace plaza::sdp
