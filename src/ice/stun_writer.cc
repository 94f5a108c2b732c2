#include "ice/stun_writer.h"

#include <algorithm>

#include "ice/internal/integrity.h"

namespace plaza::ice {
namespace {

constexpr size_t kFingerprintAttributeSize = 8;

// The bits of the class lie within those of the method (RFC 8489 section 5).
constexpr uint16_t TypeOf(StunClass message_class, uint16_t method) {
  const auto bits = static_cast<unsigned>(message_class);
  return static_cast<uint16_t>((method & 0xf) | (method & 0x70) << 1 | (method & 0xf80) << 2 |
                               (bits & 1) << 4 | (bits & 2) << 7);
}

}  // namespace

StunWriter::StunWriter(std::span<uint8_t> out, StunClass message_class,
                       const TransactionId& transaction, uint16_t method)
    : out_(out), writer_(out_) {
  writer_.U16(TypeOf(message_class, method));
  writer_.U16(0);  // the length, known at the end
  writer_.U32(kMagicCookie);
  writer_.Write(transaction);
}

void StunWriter::Username(std::string_view receiver_ufrag, std::string_view sender_ufrag) {
  const size_t size = receiver_ufrag.size() + 1 + sender_ufrag.size();
  Begin(StunAttribute::kUsername, size);
  writer_.Write(base::AsBytes(receiver_ufrag));
  writer_.U8(':');
  writer_.Write(base::AsBytes(sender_ufrag));
  Pad(size);
}

void StunWriter::Priority(uint32_t priority) {
  Begin(StunAttribute::kPriority, 4);
  writer_.U32(priority);
}

void StunWriter::UseCandidate() { Begin(StunAttribute::kUseCandidate, 0); }

void StunWriter::IceControlling(uint64_t tie_breaker) {
  Begin(StunAttribute::kIceControlling, 8);
  writer_.U64(tie_breaker);
}

void StunWriter::IceControlled(uint64_t tie_breaker) {
  Begin(StunAttribute::kIceControlled, 8);
  writer_.U64(tie_breaker);
}

void StunWriter::XorAddress(StunAttribute type, const base::SocketAddress& address) {
  const bool v4 = address.ip.is_v4();
  const size_t size = v4 ? 4 : 16;
  Begin(type, 4 + size);
  writer_.U8(0);
  writer_.U8(v4 ? 1 : 2);
  writer_.U16(address.port ^ static_cast<uint16_t>(kMagicCookie >> 16));
  // The address is masked by the cookie and the transaction id, which the header holds in a row.
  if (!writer_.ok()) return;
  const base::ByteView bytes = base::ByteView(address.ip.bytes()).last(size);
  for (size_t i = 0; i < size; ++i) writer_.U8(bytes[i] ^ out_[4 + i]);
}

void StunWriter::ErrorCode(uint16_t code, std::string_view reason) {
  Begin(StunAttribute::kErrorCode, 4 + reason.size());
  writer_.U16(0);
  writer_.U8(static_cast<uint8_t>(code / 100));
  writer_.U8(static_cast<uint8_t>(code % 100));
  writer_.Write(base::AsBytes(reason));
  Pad(reason.size());
}

void StunWriter::UnknownAttributes(std::span<const uint16_t> types) {
  Begin(StunAttribute::kUnknownAttributes, 2 * types.size());
  for (const uint16_t type : types) writer_.U16(type);
  Pad(2 * types.size());
}

void StunWriter::Attribute(StunAttribute type, base::ByteView value) {
  Begin(type, value.size());
  writer_.Write(value);
  Pad(value.size());
}

size_t StunWriter::Finish(std::string_view password) {
  constexpr size_t kEnd = 4 + kIntegritySize + kFingerprintAttributeSize;
  if (!password.empty() && writer_.size() + kEnd > kMaxStunSize) return 0;
  if (!password.empty() && writer_.ok()) {
    const Integrity integrity = ComputeIntegrity(writer_.written(), password);
    Begin(StunAttribute::kMessageIntegrity, integrity.size());
    writer_.Write(integrity);
  }
  if (!writer_.ok()) return 0;
  const size_t length = writer_.size() - kStunHeaderSize + kFingerprintAttributeSize;
  base::StoreU16(out_.data() + 2, static_cast<uint16_t>(length));
  const uint32_t fingerprint = ComputeFingerprint(writer_.written());
  Begin(StunAttribute::kFingerprint, 4);
  writer_.U32(fingerprint);
  return writer_.ok() ? writer_.size() : 0;
}

void StunWriter::Begin(StunAttribute type, size_t size) {
  writer_.U16(static_cast<uint16_t>(type));
  writer_.U16(static_cast<uint16_t>(size));
}

void StunWriter::Pad(size_t size) { writer_.Zeros((4 - size % 4) % 4); }

}  // namespace plaza::ice
