// Writes STUN messages (RFC 8489) into a buffer of the caller.
#pragma once

#include <span>
#include <string_view>

#include "base/bytes.h"
#include "ice/stun_message.h"

namespace plaza::ice {

/// Attributes appear in the order of the calls; Finish() comes last. A message that does not fit
/// gives size 0 at the end.
class StunWriter {
 public:
  StunWriter(std::span<uint8_t> out, StunClass message_class, const TransactionId& transaction,
             uint16_t method = kStunBinding);

  /// "receiver's fragment:sender's fragment".
  void Username(std::string_view receiver_ufrag, std::string_view sender_ufrag);
  void Priority(uint32_t priority);
  void UseCandidate();
  void IceControlling(uint64_t tie_breaker);
  void IceControlled(uint64_t tie_breaker);
  void XorMappedAddress(const base::SocketAddress& address) {
    XorAddress(StunAttribute::kXorMappedAddress, address);
  }
  void XorAddress(StunAttribute type, const base::SocketAddress& address);
  void ErrorCode(uint16_t code, std::string_view reason);
  void UnknownAttributes(std::span<const uint16_t> types);
  /// Any other.
  void Attribute(StunAttribute type, base::ByteView value);

  /// Adds MESSAGE-INTEGRITY unless `password` (or long-term key) is empty, and FINGERPRINT. Returns
  /// the message's size, or 0 if it did not fit.
  size_t Finish(std::string_view password);

 private:
  void Begin(StunAttribute type, size_t size);
  /// Fills up an attribute whose value has `size` bytes, modulo 4.
  void Pad(size_t size);

  std::span<uint8_t> out_;
  base::ByteWriter writer_;
};

}  // namespace plaza::ice
