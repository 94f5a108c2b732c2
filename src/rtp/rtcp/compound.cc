// The common header of RTCP packets.
#include "rtp/rtcp/compound.h"

namespace plaza::rtp::rtcp {

std::optional<Element> CompoundReader::Next() {
  if (!ok_ || reader_.AtEnd()) return std::nullopt;
  const uint8_t first = reader_.U8();
  Element element;
  element.type = static_cast<PacketType>(reader_.U8());
  element.count = first & 0x1F;
  const size_t size = reader_.U16() * size_t{4};
  element.body = reader_.Read(size);
  ok_ = reader_.ok() && first >> 6 == 2;
  if (ok_ && (first & 0x20) != 0) {
    const size_t padding = element.body.empty() ? 0 : element.body.back();
    // RFC 3550 section 6.4.1 pads the last element alone, by fours. Browsers pad transport
    // feedback, wherever it stands, by the one to three bytes that its deltas leave.
    ok_ = padding > 0 && padding <= element.body.size();
    if (ok_) element.body = element.body.first(element.body.size() - padding);
  }
  if (!ok_) return std::nullopt;
  return element;
}

bool IsRtcp(base::ByteView datagram) {
  return datagram.size() >= 4 && datagram[0] >> 6 == 2 && datagram[1] >= 192 && datagram[1] <= 223;
}

bool IsWellFormed(base::ByteView compound) {
  CompoundReader reader(compound);
  bool any = false;
  while (reader.Next()) any = true;
  return any && reader.ok();
}

bool CompoundWriter::Finish(PacketType type, uint8_t count, size_t size) {
  if (size / 4 - 1 > UINT16_MAX || count > 31) return false;
  uint8_t* header = out_.data() + size_;
  header[0] = static_cast<uint8_t>(0x80 | count);
  header[1] = static_cast<uint8_t>(type);
  base::StoreU16(header + 2, static_cast<uint16_t>(size / 4 - 1));
  size_ += size;
  return true;
}

}  // namespace plaza::rtp::rtcp
