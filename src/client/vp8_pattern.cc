// A frame: VP8's header, a mark, the frame's number and size, and bytes that follow from both.
#include "client/vp8_pattern.h"

#include <algorithm>
#include <string_view>

namespace plaza::client {
namespace {

constexpr size_t kInterHeader = 3;
constexpr size_t kKeyHeader = 10;
constexpr std::string_view kMark = "plza";
constexpr size_t kMarkedSize = kMark.size() + 4 + 4;
constexpr uint8_t kStartCode[] = {0x9d, 0x01, 0x2a};
constexpr size_t kMaxFirstPartition = (1 << 19) - 1;

uint8_t PatternByte(uint32_t number, size_t position) {
  const uint32_t mixed = (number * 2654435761u) ^ (static_cast<uint32_t>(position) * 40503u);
  return static_cast<uint8_t>(mixed >> 7);
}

void WriteHeader(base::ByteWriter& writer, const Vp8FrameShape& shape) {
  const size_t header = shape.keyframe ? kKeyHeader : kInterHeader;
  const auto first_partition =
      static_cast<uint32_t>(std::min(shape.size - header, kMaxFirstPartition));
  // Little-endian: inverse keyframe bit, version 0, shown, size of the first partition.
  const uint32_t tag = (shape.keyframe ? 0u : 1u) | 1u << 4 | first_partition << 5;
  for (int shift = 0; shift < 24; shift += 8) writer.U8(static_cast<uint8_t>(tag >> shift));
  if (!shape.keyframe) return;
  writer.Write(kStartCode);
  for (const uint16_t side : {shape.width, shape.height}) {
    writer.U8(static_cast<uint8_t>(side));
    writer.U8(static_cast<uint8_t>(side >> 8 & 0x3f));
  }
}

}  // namespace

base::Bytes MakeVp8Frame(const Vp8FrameShape& shape) {
  Vp8FrameShape whole = shape;
  whole.size = std::max(shape.size, kMinVp8Frame);
  base::Bytes frame(whole.size);
  base::ByteWriter writer(frame);
  WriteHeader(writer, whole);
  writer.Write(base::AsBytes(kMark));
  writer.U32(whole.number);
  writer.U32(static_cast<uint32_t>(whole.size));
  for (size_t i = writer.size(); i < frame.size(); ++i) frame[i] = PatternByte(whole.number, i);
  return frame;
}

FrameCheck CheckVp8Frame(base::ByteView frame) {
  if (frame.empty()) return FrameCheck::kForeign;
  const size_t header = (frame[0] & 1) == 0 ? kKeyHeader : kInterHeader;
  if (frame.size() < header + kMarkedSize) return FrameCheck::kForeign;
  base::ByteReader reader(frame.subspan(header));
  if (base::AsText(reader.Read(kMark.size())) != kMark) return FrameCheck::kForeign;
  const uint32_t number = reader.U32();
  if (reader.U32() != frame.size()) return FrameCheck::kDamaged;
  for (size_t i = header + kMarkedSize; i < frame.size(); ++i) {
    if (frame[i] != PatternByte(number, i)) return FrameCheck::kDamaged;
  }
  return FrameCheck::kIntact;
}

}  // namespace plaza::client
