// The offer of a WHIP or WHEP client, as rooms want it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/whip/target.h"
#include "base/result.h"
#include "sdp/session_description.h"
#include "signal/messages.h"

namespace plaza::api {

struct WhipOffer {
  sdp::SessionDescription description;  ///< every m-line one-way
  std::vector<signal::SentTrack> tracks;
};

/// Reads the offer. WHIP: at least one m-line that sends, at most one of each kind (RFC 9725
/// section 4.4.2); they become the published tracks of the target's stream. WHEP: at least one that
/// receives. m-lines of other kinds stay, to be rejected in the answer. kInvalidArgument: no SDP;
/// kUnsupported: SDP, but not such an offer.
base::Result<WhipOffer> ReadWhipOffer(std::string_view text, const WhipTarget& target);

}  // namespace plaza::api
