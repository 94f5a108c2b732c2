// STUN messages (RFC 8489) as ICE uses them: the Binding method, parsed into views without
// allocation.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/socket_address.h"

namespace plaza::ice {

/// Largest message that is taken, or made: a datagram that no link fragments.
inline constexpr size_t kMaxStunSize = 1280;
inline constexpr size_t kStunHeaderSize = 20;
inline constexpr uint32_t kMagicCookie = 0x2112a442;
/// RFC 8489 section 14.3: bytes of a username.
inline constexpr size_t kMaxUsernameSize = 513;
/// Unknown comprehension-required attributes that are named in a 420 answer.
inline constexpr size_t kMaxUnknownAttributes = 8;

using TransactionId = std::array<uint8_t, 12>;

/// The method that all of ICE is (RFC 8489 section 3). Those of TURN are in turn/message.h.
inline constexpr uint16_t kStunBinding = 0x001;

enum class StunClass : uint8_t { kRequest = 0, kIndication = 1, kSuccess = 2, kError = 3 };

/// ERROR-CODE values that ICE meets.
enum StunError : uint16_t {
  kBadRequest = 400,
  kUnauthenticated = 401,
  kUnknownAttribute = 420,
  kRoleConflict = 487,
};

/// Attribute types of the IANA registry, those of TURN (RFC 8656) included.
enum class StunAttribute : uint16_t {
  kMappedAddress = 0x0001,
  kUsername = 0x0006,
  kMessageIntegrity = 0x0008,
  kErrorCode = 0x0009,
  kUnknownAttributes = 0x000a,
  kChannelNumber = 0x000c,
  kLifetime = 0x000d,
  kXorPeerAddress = 0x0012,
  kData = 0x0013,
  kRealm = 0x0014,
  kNonce = 0x0015,
  kXorRelayedAddress = 0x0016,
  kRequestedAddressFamily = 0x0017,
  kEvenPort = 0x0018,
  kRequestedTransport = 0x0019,
  kDontFragment = 0x001a,
  kXorMappedAddress = 0x0020,
  kReservationToken = 0x0022,
  kPriority = 0x0024,
  kUseCandidate = 0x0025,
  kSoftware = 0x8022,
  kFingerprint = 0x8028,
  kIceControlled = 0x8029,
  kIceControlling = 0x802a,
};

/// Whether a datagram of a multiplexed port is STUN (RFC 7983): first byte 0 to 3, the magic cookie
/// and a length that is that of the datagram. A few instructions.
bool IsStun(base::ByteView datagram);

/// Ours of the two username fragments in the USERNAME of a Binding request, the one before the
/// colon: by it the peer is found that an unknown path belongs to. Checks nothing else. A view into
/// `datagram`; nothing if there is none.
std::optional<std::string_view> LocalUfragOf(base::ByteView datagram);

/// One Binding message. The views point into the datagram that was parsed. Of repeated attributes
/// the first counts; what follows MESSAGE-INTEGRITY is not trusted and not read.
struct StunMessage {
  StunClass message_class = StunClass::kRequest;
  TransactionId transaction{};
  std::optional<std::string_view> username;
  std::optional<uint32_t> priority;
  bool use_candidate = false;
  std::optional<uint64_t> ice_controlling;            ///< tie-breaker
  std::optional<uint64_t> ice_controlled;             ///< tie-breaker
  std::optional<base::SocketAddress> mapped_address;  ///< XOR-MAPPED-ADDRESS
  std::optional<uint16_t> error_code;                 ///< 300 to 699
  std::string_view error_reason;
  std::string_view software;
  bool has_integrity = false;
  bool has_fingerprint = false;  ///< present, and then right

  /// Comprehension-required attributes that are not known, at most kMaxUnknownAttributes of them.
  std::span<const uint16_t> unknown_attributes() const { return {unknown_.data(), unknown_count_}; }
  /// Whether MESSAGE-INTEGRITY is there and made with `password` (short-term credentials).
  bool CheckIntegrity(std::string_view password) const;

  /// Nothing when it is not a Binding message, a length or a value is broken, or FINGERPRINT is
  /// wrong.
  static std::optional<StunMessage> Parse(base::ByteView datagram);

 private:
  friend class StunParser;
  base::ByteView datagram_;
  size_t integrity_offset_ = 0;
  std::array<uint16_t, kMaxUnknownAttributes> unknown_{};
  size_t unknown_count_ = 0;
};

}  // namespace plaza::ice
