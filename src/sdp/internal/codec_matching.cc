#include "sdp/internal/codec_matching.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "sdp/internal/tokens.h"

namespace plaza::sdp::internal {
namespace {

// Parameters that make two formats different codecs, and what their absence means.
struct Distinction {
  std::string_view name;
  std::string_view absent;
};
constexpr std::array<Distinction, 3> kDistinctions = {{
    {"packetization-mode", "0"},     // RFC 6184 section 8.1
    {"profile-level-id", "42000a"},  // RFC 6184 section 8.1: baseline
    {"profile-id", "0"},             // RFC 9628 (VP9)
}};

bool SameValue(std::string_view name, std::string_view a, std::string_view b) {
  if (name != "profile-level-id") return a == b;
  const auto profile = H264ProfileOf(a);
  return profile && profile == H264ProfileOf(b);
}

std::vector<std::string> Common(const std::vector<std::string>& ours,
                                const std::vector<std::string>& theirs) {
  std::vector<std::string> common;
  for (const std::string& value : theirs)
    if (std::find(ours.begin(), ours.end(), value) != ours.end()) common.push_back(value);
  return common;
}

}  // namespace

std::optional<H264Profile> H264ProfileOf(std::string_view profile_level_id) {
  const auto bytes = base::HexDecode(profile_level_id);
  if (!bytes || bytes->size() != 3) return std::nullopt;
  struct Pattern {
    uint8_t idc, mask, iop;
    H264Profile profile;
  };
  static constexpr Pattern kPatterns[] = {
      {0x42, 0x4f, 0x40, H264Profile::kConstrainedBaseline},
      {0x4d, 0x8f, 0x80, H264Profile::kConstrainedBaseline},
      {0x58, 0xcf, 0xc0, H264Profile::kConstrainedBaseline},
      {0x42, 0x4f, 0x00, H264Profile::kBaseline},
      {0x58, 0xcf, 0x80, H264Profile::kBaseline},
      {0x4d, 0xaf, 0x00, H264Profile::kMain},
      {0x58, 0xcf, 0x00, H264Profile::kExtended},
      {0x64, 0xff, 0x00, H264Profile::kHigh},
      {0x64, 0xff, 0x0c, H264Profile::kConstrainedHigh},
  };
  for (const Pattern& p : kPatterns)
    if ((*bytes)[0] == p.idc && ((*bytes)[1] & p.mask) == p.iop) return p.profile;
  return std::nullopt;
}

bool Matches(const CodecCapability& capability, const Payload& payload) {
  if (!EqualsIgnoringCase(capability.name, payload.name) ||
      capability.clock_rate != payload.clock_rate || capability.channels != payload.channels)
    return false;
  const bool h264 = EqualsIgnoringCase(capability.name, "H264");
  for (const auto& [name, absent] : kDistinctions) {
    if (!h264 && name != "profile-id") continue;
    const auto ours = Find(capability.parameters, name).value_or(absent);
    const auto theirs = Find(payload.parameters, name).value_or(absent);
    if (!SameValue(name, ours, theirs)) return false;
  }
  return true;
}

std::optional<uint8_t> RtxPayloadOf(const std::vector<Payload>& payloads, uint8_t payload_type) {
  for (const Payload& payload : payloads) {
    if (!EqualsIgnoringCase(payload.name, "rtx")) continue;
    const auto apt = Find(payload.parameters, "apt");
    if (apt && ParseNumber<uint8_t>(*apt) == payload_type) return payload.type;
  }
  return std::nullopt;
}

std::vector<NegotiatedCodec> MatchCodecs(const std::vector<CodecCapability>& capabilities,
                                         const std::vector<Payload>& offered) {
  std::vector<NegotiatedCodec> codecs;
  for (const CodecCapability& capability : capabilities) {
    const auto payload = std::find_if(offered.begin(), offered.end(),
                                      [&](const Payload& p) { return Matches(capability, p); });
    if (payload == offered.end()) continue;
    const auto taken = [&](const NegotiatedCodec& c) { return c.payload_type == payload->type; };
    if (std::any_of(codecs.begin(), codecs.end(), taken)) continue;
    NegotiatedCodec codec;
    codec.name = capability.name;
    codec.payload_type = payload->type;
    codec.clock_rate = payload->clock_rate;
    codec.channels = payload->channels;
    // The offer's own values go back (stereo, level…): what is forwarded is up to the other side's
    // peers.
    codec.parameters = payload->parameters;
    for (const Parameter& parameter : capability.parameters)
      if (!Find(codec.parameters, parameter.name)) codec.parameters.push_back(parameter);
    codec.feedback = Common(capability.feedback, payload->feedback);
    if (capability.rtx) codec.rtx_payload_type = RtxPayloadOf(offered, payload->type);
    codecs.push_back(std::move(codec));
  }
  return codecs;
}

std::vector<Payload> ToPayloads(const std::vector<NegotiatedCodec>& codecs) {
  std::vector<Payload> payloads;
  for (const NegotiatedCodec& codec : codecs) {
    payloads.push_back({codec.payload_type, codec.name, codec.clock_rate, codec.channels,
                        codec.parameters, codec.feedback});
    if (!codec.rtx_payload_type) continue;
    payloads.push_back({*codec.rtx_payload_type,
                        "rtx",
                        codec.clock_rate,
                        1,
                        {{"apt", std::to_string(codec.payload_type)}},
                        {}});
  }
  return payloads;
}

}  // namespace plaza::sdp::internal
