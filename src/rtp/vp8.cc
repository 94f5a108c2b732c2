// Parsing and writing the VP8 payload descriptor.
//
//       0 1 2 3 4 5 6 7
//      |X|R|N|S|R| PID |   always
//   X: |I|L|T|K|  RSV  |
//   I: |M| picture id  |   M: 15 bits in two bytes
//   L: |   TL0PICIDX   |
// T/K: |TID|Y| KEYIDX  |
#include "rtp/vp8.h"

namespace plaza::rtp {
namespace {

constexpr uint8_t kKeyframeStartCode[] = {0x9D, 0x01, 0x2A};
constexpr size_t kKeyframeHeaderSize = 10;

// Reads the fields that the byte after X announces.
void ReadExtended(base::ByteReader& reader, Vp8Descriptor& descriptor) {
  const uint8_t flags = reader.U8();
  if ((flags & 0x80) != 0) {
    uint16_t id = reader.U8();
    if ((id & 0x80) != 0) {
      id = static_cast<uint16_t>((id & 0x7F) << 8 | reader.U8());
      descriptor.long_picture_id = true;
    }
    descriptor.picture_id = id;
  }
  if ((flags & 0x40) != 0) descriptor.tl0_picture_index = reader.U8();
  if ((flags & 0x30) != 0) {
    const uint8_t byte = reader.U8();
    if ((flags & 0x20) != 0) {
      descriptor.temporal_id = byte >> 6;
      descriptor.layer_sync = (byte & 0x20) != 0;
    }
    if ((flags & 0x10) != 0) descriptor.key_index = byte & 0x1F;
  }
}

// RFC 6386 section 9.1: bit 0 is clear on keyframes; they carry a start code and the picture's
// size.
void ReadFrameHeader(base::ByteView data, Vp8Payload& payload) {
  payload.keyframe = (data[0] & 1) == 0;
  if (!payload.keyframe || data.size() < kKeyframeHeaderSize) return;
  for (size_t i = 0; i < 3; ++i) {
    if (data[3 + i] != kKeyframeStartCode[i]) return;
  }
  payload.width = static_cast<uint16_t>((data[7] << 8 | data[6]) & 0x3FFF);
  payload.height = static_cast<uint16_t>((data[9] << 8 | data[8]) & 0x3FFF);
}

}  // namespace

std::optional<Vp8Payload> ParseVp8(base::ByteView payload) {
  base::ByteReader reader(payload);
  const uint8_t first = reader.U8();
  Vp8Payload result;
  Vp8Descriptor& descriptor = result.descriptor;
  descriptor.non_reference = (first & 0x20) != 0;
  descriptor.start_of_partition = (first & 0x10) != 0;
  descriptor.partition = first & 0x07;
  if ((first & 0x80) != 0) ReadExtended(reader, descriptor);
  if (!reader.ok() || reader.AtEnd()) return std::nullopt;
  result.size = reader.position();
  if (descriptor.starts_frame()) ReadFrameHeader(payload.subspan(result.size), result);
  return result;
}

size_t WriteVp8Descriptor(const Vp8Descriptor& descriptor, std::span<uint8_t> out) {
  base::ByteWriter writer(out);
  const bool has_layer = descriptor.temporal_id || descriptor.key_index;
  const bool extended = descriptor.picture_id || descriptor.tl0_picture_index || has_layer;
  writer.U8(static_cast<uint8_t>((extended ? 0x80 : 0) | (descriptor.non_reference ? 0x20 : 0) |
                                 (descriptor.start_of_partition ? 0x10 : 0) |
                                 (descriptor.partition & 0x07)));
  if (extended) {
    writer.U8(static_cast<uint8_t>(
        (descriptor.picture_id ? 0x80 : 0) | (descriptor.tl0_picture_index ? 0x40 : 0) |
        (descriptor.temporal_id ? 0x20 : 0) | (descriptor.key_index ? 0x10 : 0)));
    if (descriptor.picture_id && descriptor.long_picture_id) {
      writer.U16(0x8000 | *descriptor.picture_id);
    } else if (descriptor.picture_id) {
      writer.U8(*descriptor.picture_id & 0x7F);
    }
    if (descriptor.tl0_picture_index) writer.U8(*descriptor.tl0_picture_index);
    if (has_layer) {
      writer.U8(static_cast<uint8_t>((descriptor.temporal_id.value_or(0) & 3) << 6 |
                                     (descriptor.layer_sync ? 0x20 : 0) |
                                     (descriptor.key_index.value_or(0) & 0x1F)));
    }
  }
  return writer.ok() ? writer.size() : 0;
}

}  // namespace plaza::rtp
