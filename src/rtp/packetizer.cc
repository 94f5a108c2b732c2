// Payloads of H.264 and VP8.
#include "rtp/packetizer.h"

#include <algorithm>
#include <array>
#include <vector>

#include "rtp/annexb.h"
#include "rtp/h264.h"

namespace plaza::rtp {
namespace {

constexpr size_t kFuHeaderSize = 2;
constexpr size_t kStapHeaderSize = 1;
constexpr size_t kStapSizeSize = 2;

// Gives the pieces of `data` to `visit(piece, first, last)`: as few as fit into `max_size`, of even
// size.
template <typename Visit>
void ForEachPiece(base::ByteView data, size_t max_size, Visit&& visit) {
  const size_t pieces = (data.size() + max_size - 1) / max_size;
  for (size_t i = 0; i < pieces; ++i) {
    const size_t size = data.size() / (pieces - i);
    visit(data.first(size), i == 0, i + 1 == pieces);
    data = data.subspan(size);
  }
}

void SendFuA(base::ByteView unit, size_t max_payload_size, bool last_unit,
             const PayloadSink& sink) {
  const uint8_t header = unit[0];
  base::Bytes payload;
  ForEachPiece(unit.subspan(1), max_payload_size - kFuHeaderSize,
               [&](base::ByteView piece, bool first, bool last) {
                 payload.clear();
                 payload.push_back(static_cast<uint8_t>((header & 0xE0) | h264::kFuA));
                 payload.push_back(static_cast<uint8_t>((first ? 0x80 : 0) | (last ? 0x40 : 0) |
                                                        (header & 0x1F)));
                 payload.insert(payload.end(), piece.begin(), piece.end());
                 sink(payload, last && last_unit);
               });
}

void SendStapA(std::span<const base::ByteView> units, bool last, const PayloadSink& sink) {
  base::Bytes payload = {h264::kStapA};
  for (const base::ByteView unit : units) {
    // F is set if any unit has it, NRI is the highest of all (RFC 6184 section 5.7).
    const uint8_t forbidden = (payload[0] | unit[0]) & 0x80;
    const uint8_t importance = std::max<uint8_t>(payload[0] & 0x60, unit[0] & 0x60);
    payload[0] = static_cast<uint8_t>(forbidden | importance | h264::kStapA);
    payload.push_back(static_cast<uint8_t>(unit.size() >> 8));
    payload.push_back(static_cast<uint8_t>(unit.size()));
    payload.insert(payload.end(), unit.begin(), unit.end());
  }
  sink(payload, last);
}

// How many units from the front fit into one STAP-A.
size_t CountThatFit(std::span<const base::ByteView> units, size_t max_payload_size) {
  size_t size = kStapHeaderSize;
  size_t count = 0;
  for (const base::ByteView unit : units) {
    size += kStapSizeSize + unit.size();
    if (size > max_payload_size) break;
    ++count;
  }
  return count;
}

}  // namespace

void PacketizeH264(base::ByteView access_unit, size_t max_payload_size, const PayloadSink& sink) {
  max_payload_size = std::max(max_payload_size, kMinPayloadSize);
  std::vector<base::ByteView> units;
  AnnexBReader reader(access_unit);
  while (const auto unit = reader.Next()) units.push_back(*unit);

  for (std::span<const base::ByteView> rest(units); !rest.empty();) {
    const size_t together = CountThatFit(rest, max_payload_size);
    const size_t count = std::max<size_t>(together, 1);
    const bool last = count == rest.size();
    if (together > 1) {
      SendStapA(rest.first(count), last, sink);
    } else if (rest[0].size() <= max_payload_size) {
      sink(rest[0], last);
    } else {
      SendFuA(rest[0], max_payload_size, last, sink);
    }
    rest = rest.subspan(count);
  }
}

void PacketizeVp8(base::ByteView frame, Vp8Descriptor descriptor, size_t max_payload_size,
                  const PayloadSink& sink) {
  max_payload_size = std::max(max_payload_size, kMinPayloadSize);
  base::Bytes payload;
  ForEachPiece(frame, max_payload_size - kMaxVp8DescriptorSize,
               [&](base::ByteView piece, bool first, bool last) {
                 descriptor.start_of_partition = first;
                 descriptor.partition = 0;
                 payload.resize(kMaxVp8DescriptorSize);
                 payload.resize(WriteVp8Descriptor(descriptor, payload));
                 payload.insert(payload.end(), piece.begin(), piece.end());
                 sink(payload, last);
               });
}

}  // namespace plaza::rtp
