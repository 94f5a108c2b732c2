// Any bytes as a VP8 and as an H.264 payload. The first byte chooses the codec.
#include <array>
#include <cstdlib>

#include "rtp/depacketizer.h"
#include "rtp/frame_info.h"
#include "rtp/h264.h"
#include "rtp/vp8.h"
#include "rtp/vp8_rewriter.h"

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
  while (const auto unit = units.Next()) Require(!unit->empty());
  if (parsed && parsed->type != rtp::h264::kFuA) Require(units.ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > base::kPacketCapacity) return 0;
  const bool vp8 = (data[0] & 1) == 0;
  const base::ByteView payload(data + 1, size - 1);
  vp8 ? FuzzVp8(payload) : FuzzH264(payload);
  base::PacketPool pool;
  rtp::Packet packet;
  packet.buffer = pool.Copy(payload);
  packet.payload_size = static_cast<uint16_t>(payload.size());
  packet.codec = vp8 ? rtp::Codec::kVp8 : rtp::Codec::kH264;
  (void)rtp::ReadFrameInfo(packet);
  base::Bytes frame;
  if (!rtp::AppendPayload(packet.codec, payload, frame)) Require(frame.empty());
  return 0;
}
