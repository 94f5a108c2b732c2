// Text forms of bytes: base64 and hexadecimal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace plaza::base {

/// Standard base64 with padding (RFC 4648 section 4).
std::string Base64Encode(ByteView bytes);
/// The bytes, or nothing if `text` is not padded standard base64.
std::optional<Bytes> Base64Decode(std::string_view text);
/// URL-safe base64 without padding (RFC 4648 section 5).
std::string Base64UrlEncode(ByteView bytes);
std::optional<Bytes> Base64UrlDecode(std::string_view text);
/// Two lower-case digits a byte.
std::string HexEncode(ByteView bytes);
std::optional<Bytes> HexDecode(std::string_view text);

}  // namespace plaza::base
