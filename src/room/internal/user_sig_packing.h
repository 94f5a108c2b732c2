// The outer form of a UserSig: zlib (RFC 1950), then base64 with an alphabet of its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace plaza::room {

std::string PackUserSig(std::string_view json);
/// Nothing if the text is longer than kMaxUserSigBytes, is not of this form, or would inflate to
/// more than kMaxUserSigInflated.
std::optional<std::string> UnpackUserSig(std::string_view text);

}  // namespace plaza::room
