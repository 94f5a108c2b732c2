// Any bytes as a payload of each video codec. The first byte chooses it.
#include <array>
#include <cstdlib>
#include <iterator>

#include "rtp/av1.h"
#include "rtp/depacketizer.h"
#include "rtp/frame_info.h"
#include "rtp/h264.h"
#include "rtp/h265.h"
#include "rtp/vp8.h"
#include "rtp/vp8_rewriter.h"
#include "rtp/vp9.h"
#include "rtp/vp9_rewriter.h"

using namespace plaza;

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

void FuzzVp8(base::ByteView payload) {
  const auto parsed = rtp::ParseVp8(payload);
  if (!parsed) return;
  Require(parsed->size < payload.size());
  std::array<uint8_t, rtp::kMaxVp8DescriptorSize> room;
  const size_t size = rtp::WriteVp8Descriptor(parsed->descriptor, room);
  Require(size > 0 && size <= parsed->size);
  rtp::Vp8Rewriter rewriter;
  const rtp::Vp8Descriptor out = rewriter.Rewrite(parsed->descriptor);
  rewriter.OnDropped(parsed->descriptor);
  Require(out.picture_id.has_value() == parsed->descriptor.picture_id.has_value());
  Require(rtp::WriteVp8Descriptor(out, room) > 0);
}

void FuzzH264(base::ByteView payload) {
  const auto parsed = rtp::ParseH264(payload);
  rtp::H264UnitReader units(payload);
  while (const auto unit = units.Next()) {
    Require(!unit->empty());
    (void)rtp::ReadH264SpsSize(*unit);
  }
  if (parsed && parsed->type != rtp::h264::kFuA) Require(units.ok());
}

void FuzzVp9(base::ByteView payload) {
  const auto parsed = rtp::ParseVp9(payload);
  if (!parsed) return;
  Require(parsed->size < payload.size());
  Require(parsed->start_size <= parsed->size);
  std::array<uint8_t, rtp::kMaxVp9StartSize> room;
  const size_t size = rtp::WriteVp9Start(parsed->descriptor, room);
  Require(size == parsed->start_size);
  rtp::Vp9Rewriter rewriter;
  Require(rtp::WriteVp9Start(rewriter.Rewrite(parsed->descriptor), room) > 0);
}

void FuzzAv1(base::ByteView payload) {
  rtp::Av1ElementReader elements(payload);
  while (const auto obu = elements.Next()) {
    Require(!obu->empty());
    (void)rtp::ReadAv1SequenceSize(*obu);
  }
  if (rtp::ParseAv1(payload)) Require(elements.ok());
}

void FuzzH265(base::ByteView payload) {
  const auto parsed = rtp::ParseH265(payload);
  rtp::H265UnitReader units(payload);
  while (const auto unit = units.Next()) (void)rtp::ReadH265SpsSize(*unit);
  if (parsed && parsed->type != rtp::h265::kFragment) Require(units.ok());
}

struct Target {
  rtp::Codec codec;
  void (*fuzz)(base::ByteView payload);
};
constexpr Target kTargets[] = {{rtp::Codec::kVp8, FuzzVp8},
                               {rtp::Codec::kH264, FuzzH264},
                               {rtp::Codec::kVp9, FuzzVp9},
                               {rtp::Codec::kAv1, FuzzAv1},
                               {rtp::Codec::kH265, FuzzH265}};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > base::kPacketCapacity) return 0;
  const Target& target = kTargets[data[0] % std::size(kTargets)];
  const base::ByteView payload(data + 1, size - 1);
  target.fuzz(payload);
  base::PacketPool pool;
  rtp::Packet packet;
  packet.buffer = pool.Copy(payload);
  packet.payload_size = static_cast<uint16_t>(payload.size());
  packet.codec = target.codec;
  (void)rtp::ReadFrameInfo(packet);
  base::Bytes frame;
  if (!rtp::AppendPayload(packet.codec, payload, frame)) Require(frame.empty());
  return 0;
}
