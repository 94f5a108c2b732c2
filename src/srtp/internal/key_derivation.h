// Session keys from the master key (RFC 3711 section 4.3, key derivation rate 0).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace plaza::srtp {

enum class PacketKind : uint8_t { kRtp, kRtcp };

/// The keys for one kind of packet in one direction. GCM uses the salt's first 12 bytes, and no
/// authentication key.
struct SessionKeys {
  std::array<uint8_t, 16> encryption{};
  std::array<uint8_t, 20> authentication{};
  std::array<uint8_t, 14> salt{};
  ~SessionKeys();
};

/// `master` is the 16-byte master key and the master salt after it; a salt of 12 bytes is padded
/// with zeros at its end (RFC 7714 section 11). Nothing if the sizes are wrong or the cipher fails.
std::optional<SessionKeys> DeriveSessionKeys(base::ByteView master, PacketKind kind);

}  // namespace plaza::srtp
