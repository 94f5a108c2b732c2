// HMAC-SHA256 (RFC 2104), and comparing without telling by time where two texts differ.
#pragma once

#include <array>
#include <string_view>

#include "base/bytes.h"

namespace plaza::room {

std::array<uint8_t, 32> HmacSha256(base::ByteView key, std::string_view text);
bool SameInConstantTime(base::ByteView a, base::ByteView b);

}  // namespace plaza::room
