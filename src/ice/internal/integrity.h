// The two checksums of STUN: MESSAGE-INTEGRITY and FINGERPRINT (RFC 8489 sections 14.5, 14.7).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace plaza::ice {

inline constexpr size_t kIntegritySize = 20;
using Integrity = std::array<uint8_t, kIntegritySize>;

/// HMAC-SHA1 with `password` over `message`, which ends where the MESSAGE-INTEGRITY attribute is to
/// begin, with the header's length taken as if that attribute were the last. `message` is at least
/// a header and at most kMaxStunSize.
Integrity ComputeIntegrity(base::ByteView message, std::string_view password);

/// Compares in a time that does not depend on where they differ.
bool SameIntegrity(const Integrity& computed, base::ByteView received);

/// The value of FINGERPRINT for `message`, which ends where the attribute is to begin and whose
/// header already counts it.
uint32_t ComputeFingerprint(base::ByteView message);

}  // namespace plaza::ice
