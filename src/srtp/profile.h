// The SRTP protection profiles that Plaza speaks, and their sizes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace plaza::srtp {

/// Values are the IANA numbers that use_srtp carries (RFC 5764 section 4.1.2, RFC 7714
/// section 14.2).
enum class Profile : uint16_t {
  kAes128CmSha1Tag80 = 0x0001,  ///< AES_CM_128_HMAC_SHA1_80 (RFC 3711)
  kAeadAes128Gcm = 0x0007,      ///< AEAD_AES_128_GCM (RFC 7714)
};

/// Bytes of a master key, the same for both profiles.
inline constexpr size_t kMasterKeySize = 16;

/// Bytes of a profile's master salt.
constexpr size_t MasterSaltSize(Profile profile) {
  return profile == Profile::kAeadAes128Gcm ? 12 : 14;
}

/// Bytes that protection adds to an RTP packet: the authentication tag.
constexpr size_t RtpOverhead(Profile profile) {
  return profile == Profile::kAeadAes128Gcm ? 16 : 10;
}

/// Bytes that protection adds to an RTCP packet: the tag and the E flag with the index.
constexpr size_t RtcpOverhead(Profile profile) { return RtpOverhead(profile) + 4; }

/// The most that any profile adds; for those who make room before they know the profile.
inline constexpr size_t kMaxRtpOverhead = 16;
inline constexpr size_t kMaxRtcpOverhead = 20;

}  // namespace plaza::srtp
