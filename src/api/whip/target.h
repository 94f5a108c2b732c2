// What the URL of a WHIP or WHEP request names: an endpoint, where sessions begin, or a session.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "net/http_types.h"
#include "signal/terms.h"

namespace plaza::api {

/// /whip/{sdkAppId}/{roomId}/{userId} or /whep/…, and for a session one more segment, its id.
struct WhipTarget {
  bool egress = false;  ///< WHEP
  uint32_t sdk_app_id = 0;
  std::optional<uint64_t> room_id;         ///< of a numeric room, else
  std::optional<std::string> str_room_id;  ///< of a room named by a text
  std::string user_id;
  std::string session;  ///< empty for an endpoint
  std::string part;     ///< what of the session: "", or "layer"

  // From the query.
  signal::StreamType stream = signal::StreamType::kMain;  ///< what is published or watched
  signal::Scene scene = signal::Scene::kRtc;              ///< of a room that this opens
  std::optional<std::string> from;                        ///< WHEP: the only user to watch
  std::optional<std::string> private_map_key;
};

/// Errors are kNotFound for a path that is none of these, kInvalidArgument with the name of the
/// segment or query parameter that breaks a rule.
base::Result<WhipTarget> ReadWhipTarget(const net::HttpRequest& request);

/// The userSig: of `Authorization: Bearer`, or else of `?token=`. Empty if there is none.
std::string BearerToken(const net::HttpRequest& request);

}  // namespace plaza::api
