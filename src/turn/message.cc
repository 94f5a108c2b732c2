#include "turn/message.h"

namespace plaza::turn {
namespace {

using ice::StunAttribute;

constexpr uint16_t kComprehensionOptional = 0x8000;
constexpr size_t kIntegritySize = 20;

template <typename T>
bool Set(std::optional<T>& field, T value) {
  if (!field) field = value;
  return true;
}

bool SetText(std::optional<std::string_view>& field, base::ByteView value) {
  return value.size() <= kMaxTextSize && Set(field, base::AsText(value));
}

}  // namespace

std::optional<Message> Message::Parse(base::ByteView datagram) {
  if (!ice::IsStun(datagram) || datagram.size() > kMaxMessageSize) return std::nullopt;
  Message message;
  message.datagram_ = datagram;
  message.header = ice::ReadStunHeader(datagram);
  ice::StunAttributes attributes(datagram);
  bool ended = false;
  while (attributes.Next()) {
    if (ended) return std::nullopt;  // FINGERPRINT has to be the last
    if (attributes.type() == StunAttribute::kFingerprint) {
      ended =
          attributes.value().size() == 4 && ice::FingerprintHolds(datagram, attributes.offset());
      if (!ended) return std::nullopt;
    } else if (!message.has_integrity &&
               !message.Read(attributes.type(), attributes.value(), attributes.offset())) {
      return std::nullopt;
    }
  }
  if (!attributes.ok()) return std::nullopt;
  return message;
}

bool Message::Read(StunAttribute attribute, base::ByteView value, size_t offset) {
  switch (attribute) {
    case StunAttribute::kMessageIntegrity:
      integrity_offset_ = offset;
      return has_integrity = value.size() == kIntegritySize;
    case StunAttribute::kUsername:
      return SetText(username, value);
    case StunAttribute::kRealm:
      return SetText(realm, value);
    case StunAttribute::kNonce:
      return SetText(nonce, value);
    case StunAttribute::kLifetime:
      return value.size() == 4 && Set(lifetime, base::LoadU32(value.data()));
    case StunAttribute::kChannelNumber:
      return value.size() == 4 && Set(channel, base::LoadU16(value.data()));
    case StunAttribute::kRequestedTransport:
      return value.size() == 4 && Set(requested_transport, value[0]);
    case StunAttribute::kRequestedAddressFamily:
      return value.size() == 4 && Set(requested_family, value[0]);
    case StunAttribute::kEvenPort:
      return value.size() == 1 && Set(even_port, (value[0] & 0x80) != 0);
    case StunAttribute::kReservationToken:
      return has_reservation_token = value.size() == 8;
    case StunAttribute::kXorPeerAddress: {
      const auto address = ice::ReadXorAddress(value, datagram_);
      if (!address || peer_count_ == kMaxPeers) return false;
      peers_[peer_count_++] = *address;
      return true;
    }
    case StunAttribute::kData:
      return Set(data, value);
    case StunAttribute::kDontFragment:
    case StunAttribute::kMappedAddress:
    case StunAttribute::kErrorCode:
    case StunAttribute::kUnknownAttributes:
    case StunAttribute::kXorMappedAddress:
    case StunAttribute::kXorRelayedAddress:
      return true;
    default: {
      const auto type = static_cast<uint16_t>(attribute);
      if (type < kComprehensionOptional && unknown_count_ < kMaxUnknownAttributes)
        unknown_[unknown_count_++] = type;
      return true;
    }
  }
}

bool Message::CheckIntegrity(std::string_view key) const {
  return has_integrity && datagram_.size() <= ice::kMaxStunSize &&
         ice::IntegrityHolds(datagram_, integrity_offset_, key);
}

bool IsChannelData(base::ByteView datagram) {
  return datagram.size() >= kChannelHeaderSize && datagram[0] >= 0x40 && datagram[0] <= 0x4f;
}

std::optional<ChannelData> ReadChannelData(base::ByteView datagram) {
  if (!IsChannelData(datagram)) return std::nullopt;
  const size_t size = base::LoadU16(datagram.data() + 2);
  if (size > datagram.size() - kChannelHeaderSize) return std::nullopt;
  return ChannelData{base::LoadU16(datagram.data()), datagram.subspan(kChannelHeaderSize, size)};
}

}  // namespace plaza::turn
