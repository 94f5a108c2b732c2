// Frame information by codec.
#include "rtp/frame_info.h"

#include "rtp/av1.h"
#include "rtp/h264.h"
#include "rtp/h265.h"

namespace plaza::rtp {
namespace {

void AddSize(PictureSize size, FrameInfo& info) {
  if (size.width > 0) info.sizes.Add(size);
}

void ReadH264(const Packet& packet, FrameInfo& info) {
  const auto payload = ParseH264(packet.payload());
  if (!payload) return;
  info.keyframe = payload->has_sps || payload->starts_idr;
  info.first_packet = payload->starts_frame;
  info.discardable = payload->non_reference && !payload->has_sps;
  AddSize(payload->size, info);
}

void ReadH265(const Packet& packet, FrameInfo& info) {
  const auto payload = ParseH265(packet.payload());
  if (!payload) return;
  info.keyframe = payload->has_parameter_sets || payload->starts_irap;
  info.first_packet = payload->starts_frame;
  info.temporal_id = payload->temporal_id;
  info.layer_sync = payload->layer_sync;
  AddSize(payload->size, info);
}

void ReadAv1(const Packet& packet, FrameInfo& info) {
  const auto payload = ParseAv1(packet.payload());
  if (!payload) return;
  info.keyframe = info.first_packet = payload->starts_key_picture();
  AddSize(payload->size, info);
}

}  // namespace

FrameInfo FrameInfoOf(const Vp8Payload& payload, bool marker) {
  FrameInfo info{.keyframe = payload.keyframe,
                 .first_packet = payload.descriptor.starts_frame(),
                 .last_packet = marker,
                 .temporal_id = payload.descriptor.temporal_id.value_or(0),
                 .layer_sync = payload.descriptor.layer_sync,
                 .discardable = payload.descriptor.non_reference};
  AddSize({payload.width, payload.height}, info);
  return info;
}

FrameInfo FrameInfoOf(const Vp9Payload& payload, bool marker) {
  const Vp9Descriptor& descriptor = payload.descriptor;
  const Vp9Layer layer = descriptor.layer.value_or(Vp9Layer());
  return {.keyframe = payload.keyframe,
          .first_packet = descriptor.starts_frame && layer.spatial_id == 0,
          .last_packet = marker,
          .temporal_id = layer.temporal_id,
          .layer_sync = layer.switching_up,
          .sizes = payload.sizes};
}

FrameInfo ReadFrameInfo(const Packet& packet) {
  FrameInfo info;
  const bool marker = packet.header.marker;
  info.last_packet = marker;
  switch (packet.codec) {
    case Codec::kOpus:
    case Codec::kRed:
      info.keyframe = info.first_packet = info.last_packet = packet.payload_size > 0;
      info.discardable = true;
      break;
    case Codec::kVp8:
      if (const auto payload = ParseVp8(packet.payload())) return FrameInfoOf(*payload, marker);
      break;
    case Codec::kVp9:
      if (const auto payload = ParseVp9(packet.payload())) return FrameInfoOf(*payload, marker);
      break;
    case Codec::kH264:
      ReadH264(packet, info);
      break;
    case Codec::kH265:
      ReadH265(packet, info);
      break;
    case Codec::kAv1:
      ReadAv1(packet, info);
      break;
    case Codec::kUnknown:
      break;
  }
  return info;
}

}  // namespace plaza::rtp
