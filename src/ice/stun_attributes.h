// What all STUN messages (RFC 8489) have in common, whatever their method: header, attributes,
// addresses and checksums. ICE and TURN read theirs with it.
#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/socket_address.h"
#include "ice/stun_message.h"

namespace plaza::ice {

struct StunHeader {
  uint16_t method = 0;
  StunClass message_class = StunClass::kRequest;
  TransactionId transaction{};
};

/// `datagram` is one for which IsStun() is true, here and below.
StunHeader ReadStunHeader(base::ByteView datagram);

/// Walks over the attributes of a message; allocates nothing.
class StunAttributes {
 public:
  explicit StunAttributes(base::ByteView datagram)
      : datagram_(datagram), position_(kStunHeaderSize) {}

  /// Goes to the next attribute. False at the end, and when the next one is cut off: then ok() is
  /// false as well.
  bool Next();
  bool ok() const { return ok_; }

  StunAttribute type() const { return type_; }
  base::ByteView value() const { return value_; }
  /// Where the attribute begins in the datagram.
  size_t offset() const { return offset_; }

 private:
  base::ByteView datagram_;
  size_t position_;
  bool ok_ = true;
  StunAttribute type_{};
  base::ByteView value_;
  size_t offset_ = 0;
};

/// The value of an attribute whose address is masked with the header (RFC 8489 section 14.2).
std::optional<base::SocketAddress> ReadXorAddress(base::ByteView value, base::ByteView datagram);
/// The number that is the value of ERROR-CODE (section 14.8), 300 to 699.
std::optional<uint16_t> ReadErrorCode(base::ByteView value);
/// Whether the MESSAGE-INTEGRITY at `offset` was made with `key`.
bool IntegrityHolds(base::ByteView datagram, size_t offset, std::string_view key);
/// Whether the FINGERPRINT at `offset` is right.
bool FingerprintHolds(base::ByteView datagram, size_t offset);

}  // namespace plaza::ice
