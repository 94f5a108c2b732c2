// Response heads as bytes.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "net/http_types.h"

namespace plaza::net {

enum class BodyFraming { kNone, kLength, kChunked, kUntilClose };

struct HeadOptions {
  BodyFraming framing = BodyFraming::kLength;
  uint64_t length = 0;  ///< with kLength
  bool close = false;   ///< the connection ends after this response
  bool http_1_0 = false;
};

/// Status line, the response's fields, the framing's, Date and the empty line (RFC 9112). Fields
/// that the framing owns and fields that would break the message (line ends) are left out.
std::string ResponseHead(const HttpResponse& response, const HeadOptions& options,
                         base::WallTime now);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7).
std::string HttpDate(base::WallTime time);
/// Of that form only; nothing for others.
std::optional<base::WallTime> ParseHttpDate(std::string_view text);

}  // namespace plaza::net
