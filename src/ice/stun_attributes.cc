#include "ice/stun_attributes.h"

#include <algorithm>

#include "ice/internal/integrity.h"

namespace plaza::ice {
namespace {

constexpr uint8_t kFamilyV4 = 1;
constexpr uint8_t kFamilyV6 = 2;

constexpr size_t Padded(size_t size) { return (size + 3) & ~size_t{3}; }

}  // namespace

// The class bits C1 and C0 lie at 8 and 4 of the type, the method's in between and around.
StunHeader ReadStunHeader(base::ByteView datagram) {
  const unsigned type = base::LoadU16(datagram.data());
  StunHeader header;
  header.method = static_cast<uint16_t>((type & 0xf) | (type >> 1 & 0x70) | (type >> 2 & 0xf80));
  header.message_class = static_cast<StunClass>((type >> 4 & 1) | (type >> 7 & 2));
  std::copy_n(datagram.data() + 8, header.transaction.size(), header.transaction.begin());
  return header;
}

bool StunAttributes::Next() {
  base::ByteReader reader(datagram_.subspan(position_));
  if (!ok_ || reader.AtEnd()) return false;
  offset_ = position_;
  type_ = static_cast<StunAttribute>(reader.U16());
  const size_t size = reader.U16();
  value_ = reader.Read(size);
  reader.Skip(Padded(size) - size);
  position_ += reader.position();
  return ok_ = reader.ok();
}

std::optional<base::SocketAddress> ReadXorAddress(base::ByteView value, base::ByteView datagram) {
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
  // The mask is the magic cookie and the transaction id, which the header holds in a row.
  const base::ByteView mask = datagram.subspan(4, size);
  for (size_t i = 0; i < size; ++i) bytes[i] = masked[i] ^ mask[i];
  address.ip = family == kFamilyV4 ? base::IpAddress::V4(bytes[0], bytes[1], bytes[2], bytes[3])
                                   : base::IpAddress::V6(bytes);
  return address;
}

std::optional<uint16_t> ReadErrorCode(base::ByteView value) {
  base::ByteReader reader(value);
  reader.Skip(2);
  const unsigned hundreds = reader.U8() & 7;
  const unsigned rest = reader.U8();
  if (!reader.ok() || hundreds < 3 || hundreds > 6 || rest > 99) return std::nullopt;
  return static_cast<uint16_t>(hundreds * 100 + rest);
}

bool IntegrityHolds(base::ByteView datagram, size_t offset, std::string_view key) {
  return SameIntegrity(ComputeIntegrity(datagram.first(offset), key),
                       datagram.subspan(offset + 4, kIntegritySize));
}

bool FingerprintHolds(base::ByteView datagram, size_t offset) {
  return offset + 8 <= datagram.size() &&
         base::LoadU32(datagram.data() + offset + 4) == ComputeFingerprint(datagram.first(offset));
}

}  // namespace plaza::ice
