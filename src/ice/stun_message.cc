#include "ice/stun_message.h"

#include <algorithm>

#include "ice/internal/integrity.h"

namespace plaza::ice {
namespace {

constexpr uint16_t kBindingRequest = 0x0001;
constexpr uint8_t kFamilyV4 = 1;
constexpr uint8_t kFamilyV6 = 2;
/// Attribute types below it must be understood (RFC 8489 section 14).
constexpr uint16_t kComprehensionOptional = 0x8000;

constexpr size_t Padded(size_t size) { return (size + 3) & ~size_t{3}; }

/// The class bits C1 and C0 lie at 8 and 4 of the type; the rest is the method.
constexpr uint16_t kClassMask = 0x0110;
StunClass ClassOf(uint16_t type) {
  return static_cast<StunClass>(((type >> 4) & 1) | ((type >> 7) & 2));
}

/// Undoes the XOR of RFC 8489 section 14.2 with the magic cookie and the transaction id, which are
/// the 16 bytes of the header from offset 4.
std::optional<base::SocketAddress> ReadXorAddress(base::ByteView value, const uint8_t* mask) {
  base::ByteReader reader(value);
  reader.Skip(1);
  const uint8_t family = reader.U8();
  base::SocketAddress address;
  address.port = reader.U16() ^ static_cast<uint16_t>(kMagicCookie >> 16);
  std::array<uint8_t, 16> bytes{};
  const size_t size = family == kFamilyV4 ? 4 : 16;
  const base::ByteView masked = reader.Rest();
  if (!reader.ok() || (family != kFamilyV4 && family != kFamilyV6) || masked.size() != size)
    return std::nullopt;
  for (size_t i = 0; i < size; ++i) bytes[i] = masked[i] ^ mask[i];
  address.ip = family == kFamilyV4 ? base::IpAddress::V4(bytes[0], bytes[1], bytes[2], bytes[3])
                                   : base::IpAddress::V6(bytes);
  return address;
}

}  // namespace

/// Reads attribute after attribute into a message.
class StunParser {
 public:
  explicit StunParser(base::ByteView datagram) : datagram_(datagram) {
    message_.datagram_ = datagram;
  }

  std::optional<StunMessage> Run() {
    base::ByteReader reader(datagram_);
    const uint16_t type = reader.U16();
    if ((type & ~kClassMask) != kBindingRequest) return std::nullopt;
    message_.message_class = ClassOf(type);
    reader.Skip(6);  // length and cookie: IsStun() has seen them
    const base::ByteView transaction = reader.Read(message_.transaction.size());
    std::copy(transaction.begin(), transaction.end(), message_.transaction.begin());
    while (!reader.AtEnd()) {
      if (message_.has_fingerprint) return std::nullopt;  // has to be the last
      const size_t offset = reader.position();
      const auto attribute = static_cast<StunAttribute>(reader.U16());
      const size_t size = reader.U16();
      const base::ByteView value = reader.Read(size);
      reader.Skip(Padded(size) - size);
      if (!reader.ok() || !Read(attribute, value, offset)) return std::nullopt;
    }
    return message_;
  }

 private:
  /// False when the value breaks the attribute's format.
  bool Read(StunAttribute attribute, base::ByteView value, size_t offset) {
    if (attribute == StunAttribute::kFingerprint) {
      return message_.has_fingerprint =
                 value.size() == 4 &&
                 base::LoadU32(value.data()) == ComputeFingerprint(datagram_.first(offset));
    }
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
        const auto address = ReadXorAddress(value, datagram_.data() + 4);
        return address && Set(message_.mapped_address, *address);
      }
      case StunAttribute::kErrorCode:
        return ReadErrorCode(value);
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

  bool ReadErrorCode(base::ByteView value) {
    base::ByteReader reader(value);
    reader.Skip(2);
    const unsigned hundreds = reader.U8() & 7;
    const unsigned rest = reader.U8();
    if (!reader.ok() || hundreds < 3 || hundreds > 6 || rest > 99) return false;
    if (message_.error_code) return true;
    message_.error_code = static_cast<uint16_t>(hundreds * 100 + rest);
    message_.error_reason = base::AsText(reader.Rest());
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
  base::ByteReader reader(datagram.subspan(kStunHeaderSize));
  while (reader.remaining() >= 4) {
    const auto attribute = static_cast<StunAttribute>(reader.U16());
    const size_t size = reader.U16();
    const base::ByteView value = reader.Read(size);
    reader.Skip(Padded(size) - size);
    if (!reader.ok()) return std::nullopt;
    if (attribute != StunAttribute::kUsername) continue;
    const std::string_view username = base::AsText(value);
    const size_t colon = username.find(':');
    if (size > kMaxUsernameSize || colon == 0 || colon == std::string_view::npos)
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
  if (!has_integrity) return false;
  return SameIntegrity(ComputeIntegrity(datagram_.first(integrity_offset_), password),
                       datagram_.subspan(integrity_offset_ + 4, kIntegritySize));
}

}  // namespace plaza::ice
