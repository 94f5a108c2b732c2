// A stamp is 16 bytes: one with the high bit clear, fifteen with it set. Nothing else in a frame
// can look like it.
#include "harness/pattern.h"

#include <algorithm>
#include <array>

namespace plaza::sim {
namespace {

constexpr size_t kStampBytes = 16;
constexpr uint8_t kMark = 0x7B;

using Record = std::array<uint8_t, kStampBytes>;

uint8_t Checksum(base::ByteView bytes) {
  uint32_t sum = 17;
  for (const uint8_t byte : bytes) sum = sum * 31 + byte;
  return static_cast<uint8_t>(0x80 | (sum >> 3));
}

Record Write(const Stamp& stamp) {
  Record record{kMark};
  size_t at = 1;
  const auto put = [&](uint32_t value, int groups) {
    for (; groups > 0; --groups, value >>= 7)
      record[at++] = static_cast<uint8_t>(0x80 | (value & 0x7F));
  };
  put(stamp.source, 3);
  put(stamp.encoding | (stamp.audio ? 4u : 0) | (stamp.keyframe ? 8u : 0), 1);
  put(stamp.frame, 5);
  put(stamp.size, 3);
  put(0x2A, 2);
  record[at] = Checksum(base::ByteView(record).first(at));
  return record;
}

std::optional<Stamp> Read(base::ByteView record) {
  if (record.back() != Checksum(record.first(kStampBytes - 1))) return std::nullopt;
  size_t at = 1;
  const auto get = [&](int groups) {
    uint32_t value = 0;
    for (int i = 0; i < groups; ++i) value |= static_cast<uint32_t>(record[at++] & 0x7F) << (7 * i);
    return value;
  };
  Stamp stamp;
  stamp.source = get(3);
  const uint32_t flags = get(1);
  stamp.encoding = flags & 3;
  stamp.audio = (flags & 4) != 0;
  stamp.keyframe = (flags & 8) != 0;
  stamp.frame = get(5);
  stamp.size = get(3);
  return stamp;
}

void Append(base::Bytes& frame, std::initializer_list<uint8_t> bytes) {
  frame.insert(frame.end(), bytes);
}

// What comes before the stamps.
base::Bytes Headers(rtp::Codec codec, const Stamp& stamp, const Record& record) {
  base::Bytes frame;
  if (codec == rtp::Codec::kVp8) {
    // RFC 6386 section 9.1: the frame tag; on keyframes a start code, width and height.
    if (stamp.keyframe) return {0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xB4, 0};
    return {0x11, 0, 0};
  }
  if (codec != rtp::Codec::kH264) return frame;
  if (!stamp.keyframe) return {0, 0, 0, 1, 0x41, 0x9A};
  Append(frame, {0, 0, 0, 1, 0x67, 0x42, 0xE0, 0x1F});
  frame.insert(frame.end(), record.begin(), record.end());
  Append(frame, {0, 0, 0, 1, 0x68, 0xCE, 0x3C, 0x80, 0, 0, 0, 1, 0x65, 0x88});
  return frame;
}

}  // namespace

base::Bytes MakeFrame(rtp::Codec codec, const Stamp& stamp) {
  const Record record = Write(stamp);
  base::Bytes frame = Headers(codec, stamp, record);
  const size_t size = std::max<size_t>(stamp.size, kMinFrame);
  frame.reserve(size + kStampBytes);
  while (frame.size() < size) frame.insert(frame.end(), record.begin(), record.end());
  frame.resize(size);
  return frame;
}

std::optional<Stamp> FindStamp(base::ByteView piece) {
  for (size_t i = 0; i + kStampBytes <= piece.size(); ++i) {
    if (piece[i] != kMark) continue;
    const base::ByteView record = piece.subspan(i, kStampBytes);
    const bool whole = std::all_of(record.begin() + 1, record.end(),
                                   [](uint8_t byte) { return (byte & 0x80) != 0; });
    if (!whole) continue;
    if (auto stamp = Read(record)) return stamp;
  }
  return std::nullopt;
}

}  // namespace plaza::sim
