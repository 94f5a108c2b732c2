// HMAC-SHA1 (RFC 2104), for passwords and nonces.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace plaza::turn::internal {

std::array<uint8_t, 20> HmacSha1(std::string_view key, std::string_view text);

}  // namespace plaza::turn::internal
