// Which offered formats are the codecs that we carry.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sdp/capabilities.h"
#include "sdp/negotiation.h"
#include "sdp/session_description.h"

namespace plaza::sdp::internal {

/// The profiles of H.264 that profile-level-id can name (RFC 6184 table 5).
enum class H264Profile {
  kConstrainedBaseline,
  kBaseline,
  kMain,
  kExtended,
  kHigh,
  kConstrainedHigh
};
std::optional<H264Profile> H264ProfileOf(std::string_view profile_level_id);

/// `payload` is what `capability` describes.
bool Matches(const CodecCapability& capability, const Payload& payload);

/// The codecs of `offered` that we carry, in our order, with the parameters and feedback of our
/// answer.
std::vector<NegotiatedCodec> MatchCodecs(const std::vector<CodecCapability>& capabilities,
                                         const std::vector<Payload>& offered);

/// Formats of `codecs` for an m-line, each codec followed by its retransmission format.
std::vector<Payload> ToPayloads(const std::vector<NegotiatedCodec>& codecs);

/// The format that retransmits `payload_type`, or nothing (RFC 4588: apt).
std::optional<uint8_t> RtxPayloadOf(const std::vector<Payload>& payloads, uint8_t payload_type);

}  // namespace plaza::sdp::internal
