// Parsing and writing the VP9 payload descriptor.
//
//      |I|P|L|F|B|E|V|Z|   always
//   I: |M| picture id  |   M: 15 bits in two bytes
//   L: | TID |U| SID |D|
//      |   TL0PICIDX   |   L without F
// FP: (|   P_DIFF    |N|)  up to three, as long as N is set
//   V: scalability structure
#include "rtp/vp9.h"

#include "rtp/internal/bits.h"

namespace plaza::rtp {
namespace {

constexpr uint32_t kSyncCode = 0x498342;
constexpr uint32_t kRgb = 7;

// VP9 bitstream specification section 6.2. Senders that number no pictures are known to leave P
// clear on all of them: then the frame itself says what it is.
void ReadFrameHeader(base::ByteView data, Vp9Payload& payload) {
  internal::BitReader bits(data);
  const bool is_vp9 = bits.Bits(2) == 2;
  uint32_t profile = bits.Bits(1);
  profile |= bits.Bits(1) << 1;
  if (profile == 3) bits.Skip(1);
  const bool shows_existing = bits.Flag();
  const bool predicted = bits.Flag();
  if (!is_vp9) return;
  if (!payload.descriptor.picture_id && (shows_existing || predicted)) payload.keyframe = false;
  bits.Skip(2);  // show_frame, error_resilient_mode
  if (shows_existing || predicted || bits.Bits(24) != kSyncCode) return;
  if (profile >= 2) bits.Skip(1);  // ten_or_twelve_bit
  const bool rgb = bits.Bits(3) == kRgb;
  if (!rgb) bits.Skip(1);                          // color_range
  if (profile % 2 == 1) bits.Skip(rgb ? 1u : 3u);  // subsampling, reserved
  const uint32_t width = bits.Bits(16) + 1;
  const uint32_t height = bits.Bits(16) + 1;
  if (!bits.ok() || payload.sizes.count > 0 || width > UINT16_MAX || height > UINT16_MAX) return;
  payload.sizes.Add({static_cast<uint16_t>(width), static_cast<uint16_t>(height)});
}

// | N_S |Y|G|-|-|-|, with Y N_S + 1 pairs of width and height, with G a group of pictures.
void ReadStructure(base::ByteReader& reader, Vp9Payload& payload) {
  const uint8_t first = reader.U8();
  payload.spatial_layers = static_cast<uint8_t>((first >> 5) + 1);
  if ((first & 0x10) != 0) {
    for (int layer = 0; layer < payload.spatial_layers; ++layer) {
      const uint16_t width = reader.U16();
      const uint16_t height = reader.U16();
      payload.sizes.Add({width, height});
    }
  }
  if ((first & 0x08) == 0) return;
  for (int pictures = reader.U8(); pictures > 0; --pictures) {
    const uint8_t picture = reader.U8();
    reader.Skip(picture >> 2 & 3);  // its references
  }
}

void ReadLayer(base::ByteReader& reader, Vp9Descriptor& descriptor) {
  const uint8_t byte = reader.U8();
  descriptor.layer = Vp9Layer{static_cast<uint8_t>(byte >> 5), static_cast<uint8_t>(byte >> 1 & 7),
                              (byte & 0x10) != 0, (byte & 0x01) != 0};
  if (!descriptor.flexible) descriptor.tl0_picture_index = reader.U8();
}

bool ReadReferences(base::ByteReader& reader, Vp9Descriptor& descriptor) {
  for (;;) {
    if (descriptor.reference_count == kMaxVp9References) return false;
    const uint8_t byte = reader.U8();
    descriptor.references[descriptor.reference_count++] = byte >> 1;
    if ((byte & 1) == 0) return true;
  }
}

}  // namespace

std::optional<Vp9Payload> ParseVp9(base::ByteView payload) {
  base::ByteReader reader(payload);
  const uint8_t first = reader.U8();
  Vp9Payload result;
  Vp9Descriptor& descriptor = result.descriptor;
  descriptor.inter_picture_predicted = (first & 0x40) != 0;
  descriptor.flexible = (first & 0x10) != 0;
  descriptor.starts_frame = (first & 0x08) != 0;
  descriptor.ends_frame = (first & 0x04) != 0;
  descriptor.has_structure = (first & 0x02) != 0;
  descriptor.not_inter_layer_reference = (first & 0x01) != 0;
  if ((first & 0x80) != 0) {
    uint16_t id = reader.U8();
    if ((id & 0x80) != 0) {
      id = static_cast<uint16_t>((id & 0x7F) << 8 | reader.U8());
      descriptor.long_picture_id = true;
    }
    descriptor.picture_id = id;
  }
  if ((first & 0x20) != 0) ReadLayer(reader, descriptor);
  result.start_size = static_cast<uint8_t>(reader.position());
  if (descriptor.flexible && descriptor.inter_picture_predicted &&
      !ReadReferences(reader, descriptor)) {
    return std::nullopt;
  }
  if (descriptor.has_structure) ReadStructure(reader, result);
  if (!reader.ok() || reader.AtEnd()) return std::nullopt;
  result.size = static_cast<uint16_t>(reader.position());
  result.keyframe = descriptor.starts_frame && !descriptor.inter_picture_predicted &&
                    descriptor.spatial_id() == 0;
  if (result.keyframe) ReadFrameHeader(payload.subspan(result.size), result);
  return result;
}

size_t WriteVp9Start(const Vp9Descriptor& descriptor, std::span<uint8_t> out) {
  base::ByteWriter writer(out);
  const auto flag = [](bool set, int bit) { return static_cast<uint8_t>(set ? bit : 0); };
  writer.U8(flag(descriptor.picture_id.has_value(), 0x80) |
            flag(descriptor.inter_picture_predicted, 0x40) |
            flag(descriptor.layer.has_value(), 0x20) | flag(descriptor.flexible, 0x10) |
            flag(descriptor.starts_frame, 0x08) | flag(descriptor.ends_frame, 0x04) |
            flag(descriptor.has_structure, 0x02) |
            flag(descriptor.not_inter_layer_reference, 0x01));
  if (descriptor.picture_id && descriptor.long_picture_id) {
    writer.U16(0x8000 | *descriptor.picture_id);
  } else if (descriptor.picture_id) {
    writer.U8(*descriptor.picture_id & 0x7F);
  }
  if (descriptor.layer) {
    const Vp9Layer& layer = *descriptor.layer;
    writer.U8(static_cast<uint8_t>((layer.temporal_id & 7) << 5 | flag(layer.switching_up, 0x10) |
                                   (layer.spatial_id & 7) << 1 |
                                   flag(layer.inter_layer_predicted, 0x01)));
    if (!descriptor.flexible) writer.U8(descriptor.tl0_picture_index.value_or(0));
  }
  return writer.ok() ? writer.size() : 0;
}

}  // namespace plaza::rtp
