// Frame information by codec.
#include "rtp/frame_info.h"

#include "rtp/h264.h"
#include "rtp/vp8.h"

namespace plaza::rtp {
namespace {

void ReadVp8(const Packet& packet, FrameInfo& info) {
  const auto payload = ParseVp8(packet.payload());
  if (!payload) return;
  info.keyframe = payload->keyframe;
  info.first_packet = payload->descriptor.starts_frame();
  info.temporal_id = payload->descriptor.temporal_id.value_or(0);
  info.layer_sync = payload->descriptor.layer_sync;
  info.discardable = payload->descriptor.non_reference;
}

void ReadH264(const Packet& packet, FrameInfo& info) {
  const auto payload = ParseH264(packet.payload());
  if (!payload) return;
  info.keyframe = payload->has_sps || payload->starts_idr;
  info.first_packet = payload->starts_frame;
  info.discardable = payload->non_reference && !payload->has_sps;
}

}  // namespace

FrameInfo ReadFrameInfo(const Packet& packet) {
  FrameInfo info;
  info.last_packet = packet.header.marker;
  switch (packet.codec) {
    case Codec::kOpus:
    case Codec::kRed:
      info.keyframe = info.first_packet = info.last_packet = packet.payload_size > 0;
      info.discardable = true;
      break;
    case Codec::kVp8:
      ReadVp8(packet, info);
      break;
    case Codec::kH264:
      ReadH264(packet, info);
      break;
    case Codec::kVp9:
    case Codec::kAv1:
    case Codec::kH265:
    case Codec::kUnknown:
      break;
  }
  return info;
}

}  // namespace plaza::rtp
