// The messages of TURN (RFC 8656) as a server reads them: STUN with other methods, and ChannelData.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/socket_address.h"
#include "ice/stun_attributes.h"

namespace plaza::turn {

/// Methods (RFC 8656 section 17).
enum Method : uint16_t {
  kBinding = ice::kStunBinding,
  kAllocate = 0x003,
  kRefresh = 0x004,
  kSend = 0x006,
  kData = 0x007,
  kCreatePermission = 0x008,
  kChannelBind = 0x009,
};

/// ERROR-CODE values (RFC 8489 section 14.8, RFC 8656 section 19).
enum ErrorCode : uint16_t {
  kBadRequest = 400,
  kUnauthenticated = 401,
  kForbidden = 403,
  kUnknownAttribute = 420,
  kAllocationMismatch = 437,
  kStaleNonce = 438,
  kAddressFamilyNotSupported = 440,
  kWrongCredentials = 441,
  kUnsupportedTransport = 442,
  kPeerAddressFamilyMismatch = 443,
  kAllocationQuotaReached = 486,
  kInsufficientCapacity = 508,
};

/// The largest datagram that is relayed with what TURN puts around it.
inline constexpr size_t kMaxMessageSize = 1600;
inline constexpr size_t kMaxUnknownAttributes = 8;
/// XOR-PEER-ADDRESS attributes that one request may have.
inline constexpr size_t kMaxPeers = 16;
inline constexpr size_t kMaxTextSize = 512;

/// Numbers that a client may bind to a peer (RFC 8656 section 12).
inline constexpr uint16_t kFirstChannel = 0x4000;
inline constexpr uint16_t kLastChannel = 0x4fff;
inline constexpr size_t kChannelHeaderSize = 4;

/// One STUN-formatted message. The views point into the datagram that was parsed. Of repeated
/// attributes the first counts, but for peers; of what follows MESSAGE-INTEGRITY only FINGERPRINT
/// is read.
struct Message {
  ice::StunHeader header;
  std::optional<std::string_view> username, realm, nonce;
  std::optional<uint32_t> lifetime;  ///< seconds
  std::optional<uint16_t> channel;
  std::optional<uint8_t> requested_transport;  ///< IP protocol number
  std::optional<uint8_t> requested_family;     ///< 1: IPv4, 2: IPv6
  std::optional<bool> even_port;               ///< and whether the next higher is to be reserved
  bool has_reservation_token = false;
  std::optional<base::ByteView> data;
  bool has_integrity = false;

  std::span<const base::SocketAddress> peers() const { return {peers_.data(), peer_count_}; }
  /// Comprehension-required attributes that are not known.
  std::span<const uint16_t> unknown_attributes() const { return {unknown_.data(), unknown_count_}; }
  /// Whether MESSAGE-INTEGRITY was made with `key` (long-term credentials, RFC 8489 section 9.2).
  bool CheckIntegrity(std::string_view key) const;

  /// Nothing when it is not STUN, a length or a value is broken, or FINGERPRINT is wrong.
  static std::optional<Message> Parse(base::ByteView datagram);

 private:
  bool Read(ice::StunAttribute attribute, base::ByteView value, size_t offset);

  base::ByteView datagram_;
  size_t integrity_offset_ = 0;
  std::array<base::SocketAddress, kMaxPeers> peers_;
  size_t peer_count_ = 0;
  std::array<uint16_t, kMaxUnknownAttributes> unknown_{};
  size_t unknown_count_ = 0;
};

struct ChannelData {
  uint16_t channel = 0;
  base::ByteView data;
};

/// Whether it can only be ChannelData (RFC 7983).
bool IsChannelData(base::ByteView datagram);
/// Padding behind the data is ignored. Nothing if it is cut off or names no legal channel.
std::optional<ChannelData> ReadChannelData(base::ByteView datagram);

}  // namespace plaza::turn
