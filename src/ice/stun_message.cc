#include "ice/stun_message.h"

#include "ice/internal/integrity.h"
#include "ice/stun_attributes.h"

namespace plaza::ice {
namespace {

constexpr uint16_t kBindingRequest = 0x0001;
/// Attribute types below it must be understood (RFC 8489 section 14).
constexpr uint16_t kComprehensionOptional = 0x8000;

}  // namespace

/// Reads attribute after attribute into a message.
class StunParser {
 public:
  explicit StunParser(base::ByteView datagram) : datagram_(datagram) {
    message_.datagram_ = datagram;
  }

  std::optional<StunMessage> Run() {
    const StunHeader header = ReadStunHeader(datagram_);
    if (header.method != kStunBinding) return std::nullopt;
    message_.message_class = header.message_class;
    message_.transaction = header.transaction;
    StunAttributes attributes(datagram_);
    while (attributes.Next()) {
      if (message_.has_fingerprint) return std::nullopt;  // has to be the last
      if (!Read(attributes.type(), attributes.value(), attributes.offset())) return std::nullopt;
    }
    if (!attributes.ok()) return std::nullopt;
    return message_;
  }

 private:
  /// False when the value breaks the attribute's format.
  bool Read(StunAttribute attribute, base::ByteView value, size_t offset) {
    if (attribute == StunAttribute::kFingerprint)
      return message_.has_fingerprint = value.size() == 4 && FingerprintHolds(datagram_, offset);
    if (message_.has_integrity) return true;
    switch (attribute) {
      case StunAttribute::kMessageIntegrity:
        message_.integrity_offset_ = offset;
        return message_.has_integrity = value.size() == kIntegritySize;
      case StunAttribute::kUsername:
        return value.size() <= kMaxUsernameSize && Set(message_.username, base::AsText(value));
      case StunAttribute::kPriority:
        return value.size() == 4 && Set(message_.priority, base::LoadU32(value.data()));
      case StunAttribute::kUseCandidate:
        return message_.use_candidate = value.empty();
      case StunAttribute::kIceControlling:
        return value.size() == 8 && Set(message_.ice_controlling, base::LoadU64(value.data()));
      case StunAttribute::kIceControlled:
        return value.size() == 8 && Set(message_.ice_controlled, base::LoadU64(value.data()));
      case StunAttribute::kXorMappedAddress: {
        const auto address = ReadXorAddress(value, datagram_);
        return address && Set(message_.mapped_address, *address);
      }
      case StunAttribute::kErrorCode: {
        const auto code = ReadErrorCode(value);
        if (!message_.error_code && code) message_.error_reason = base::AsText(value.subspan(4));
        return code && Set(message_.error_code, *code);
      }
      case StunAttribute::kSoftware:
        if (message_.software.empty()) message_.software = base::AsText(value);
        return true;
      case StunAttribute::kMappedAddress:
      case StunAttribute::kUnknownAttributes:
        return true;
      default:
        NoteUnknown(static_cast<uint16_t>(attribute));
        return true;
    }
  }

  template <typename T>
  static bool Set(std::optional<T>& field, T value) {
    if (!field) field = value;
    return true;
  }

  void NoteUnknown(uint16_t type) {
    if (type >= kComprehensionOptional || message_.unknown_count_ == kMaxUnknownAttributes) return;
    message_.unknown_[message_.unknown_count_++] = type;
  }

  base::ByteView datagram_;
  StunMessage message_;
};

bool IsStun(base::ByteView datagram) {
  return datagram.size() >= kStunHeaderSize && datagram[0] < 4 &&
         base::LoadU32(datagram.data() + 4) == kMagicCookie &&
         base::LoadU16(datagram.data() + 2) == datagram.size() - kStunHeaderSize &&
         datagram.size() % 4 == 0;
}

std::optional<std::string_view> LocalUfragOf(base::ByteView datagram) {
  if (!IsStun(datagram) || base::LoadU16(datagram.data()) != kBindingRequest) return std::nullopt;
  StunAttributes attributes(datagram);
  while (attributes.Next()) {
    if (attributes.type() != StunAttribute::kUsername) continue;
    const std::string_view username = base::AsText(attributes.value());
    const size_t colon = username.find(':');
    if (username.size() > kMaxUsernameSize || colon == 0 || colon == std::string_view::npos)
      return std::nullopt;
    return username.substr(0, colon);
  }
  return std::nullopt;
}

std::optional<StunMessage> StunMessage::Parse(base::ByteView datagram) {
  if (!IsStun(datagram) || datagram.size() > kMaxStunSize) return std::nullopt;
  return StunParser(datagram).Run();
}

bool StunMessage::CheckIntegrity(std::string_view password) const {
  return has_integrity && IntegrityHolds(datagram_, integrity_offset_, password);
}

}  // namespace plaza::ice
