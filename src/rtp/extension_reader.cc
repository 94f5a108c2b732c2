// Walking over one-byte and two-byte header extension elements, and reading the known ones.
#include "rtp/extension_reader.h"

namespace plaza::rtp {
namespace {

std::optional<base::ByteView> Find(const Packet& packet, const ExtensionMap& map, Extension kind) {
  return FindExtension(packet, map.IdOf(kind));
}

std::optional<base::ByteView> FindSized(const Packet& packet, const ExtensionMap& map,
                                        Extension kind, size_t size) {
  auto value = Find(packet, map, kind);
  if (value && value->size() != size) value.reset();
  return value;
}

std::optional<std::string_view> FindText(const Packet& packet, const ExtensionMap& map,
                                         Extension kind) {
  const auto value = Find(packet, map, kind);
  if (!value || value->empty()) return std::nullopt;
  return base::AsText(*value);
}

}  // namespace

ExtensionReader::ExtensionReader(const Packet& packet)
    : ExtensionReader(packet.buffer.view().subspan(packet.header.extension_offset,
                                                   packet.header.extension_size),
                      packet.header.extension_profile) {}

std::optional<ExtensionElement> ExtensionReader::Next() {
  const bool one_byte = profile_ == kOneByteProfile;
  if (!one_byte && (profile_ & 0xFFF0) != kTwoByteProfile) return std::nullopt;
  while (!reader_.AtEnd()) {
    ExtensionElement element;
    const uint8_t first = reader_.U8();
    if (first == 0) continue;  // padding
    size_t size;
    if (one_byte) {
      element.id = first >> 4;
      size = (first & 0x0Fu) + 1;
      if (element.id == 15) break;  // reserved: stop reading (RFC 8285 section 4.2)
    } else {
      element.id = first;
      size = reader_.U8();
    }
    element.value = reader_.Read(size);
    if (!reader_.ok()) break;
    if (element.id != 0) return element;
  }
  reader_ = base::ByteReader({});
  return std::nullopt;
}

std::optional<base::ByteView> FindExtension(const Packet& packet, uint8_t id) {
  if (id == 0 || packet.header.extension_size == 0) return std::nullopt;
  ExtensionReader reader(packet);
  while (const auto element = reader.Next()) {
    if (element->id == id) return element->value;
  }
  return std::nullopt;
}

std::optional<std::string_view> ReadMid(const Packet& packet, const ExtensionMap& map) {
  return FindText(packet, map, Extension::kMid);
}

std::optional<std::string_view> ReadRid(const Packet& packet, const ExtensionMap& map) {
  return FindText(packet, map, Extension::kRid);
}

std::optional<std::string_view> ReadRepairedRid(const Packet& packet, const ExtensionMap& map) {
  return FindText(packet, map, Extension::kRepairedRid);
}

std::optional<AudioLevel> ReadAudioLevel(const Packet& packet, const ExtensionMap& map) {
  const auto value = Find(packet, map, Extension::kAudioLevel);
  // The two-byte form may carry a padding byte after the level (RFC 6464 section 3).
  if (!value || value->empty() || value->size() > 2) return std::nullopt;
  const uint8_t byte = (*value)[0];
  return AudioLevel{static_cast<uint8_t>(byte & 0x7F), (byte & 0x80) != 0};
}

std::optional<uint16_t> ReadTransportSequenceNumber(const Packet& packet, const ExtensionMap& map) {
  const auto value = FindSized(packet, map, Extension::kTransportCc, 2);
  if (!value) return std::nullopt;
  return base::LoadU16(value->data());
}

std::optional<uint32_t> ReadAbsSendTime(const Packet& packet, const ExtensionMap& map) {
  const auto value = FindSized(packet, map, Extension::kAbsSendTime, 3);
  if (!value) return std::nullopt;
  return base::LoadU24(value->data());
}

std::optional<VideoOrientation> ReadVideoOrientation(const Packet& packet,
                                                     const ExtensionMap& map) {
  const auto value = FindSized(packet, map, Extension::kVideoOrientation, 1);
  if (!value) return std::nullopt;
  const uint8_t byte = (*value)[0];
  return VideoOrientation{static_cast<uint8_t>(byte & 0x03), (byte & 0x04) != 0,
                          (byte & 0x08) != 0};
}

std::optional<int32_t> ReadTimestampOffset(const Packet& packet, const ExtensionMap& map) {
  const auto value = FindSized(packet, map, Extension::kTimestampOffset, 3);
  if (!value) return std::nullopt;
  // Sign-extends 24 bits.
  return static_cast<int32_t>(base::LoadU24(value->data()) << 8) >> 8;
}

std::optional<PlayoutDelay> ReadPlayoutDelay(const Packet& packet, const ExtensionMap& map) {
  const auto value = FindSized(packet, map, Extension::kPlayoutDelay, 3);
  if (!value) return std::nullopt;
  const uint32_t both = base::LoadU24(value->data());
  return PlayoutDelay{static_cast<uint16_t>(both >> 12), static_cast<uint16_t>(both & 0xFFF)};
}

}  // namespace plaza::rtp
