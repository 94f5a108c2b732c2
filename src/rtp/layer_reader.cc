// From the descriptors of a stream to the layers of its frames.
#include "rtp/layer_reader.h"

#include <algorithm>

namespace plaza::rtp {
namespace {

using enum DecodeTargetIndication;

// VP9 and the like number pictures; frames of a picture then count its spatial layers.
constexpr int64_t kFramesPerPicture = kMaxSpatialLayers;

uint8_t Limit(uint8_t id, size_t count) {
  return static_cast<uint8_t>(std::min<size_t>(id, count - 1));
}
Layer Limit(uint8_t spatial_id, uint8_t temporal_id) {
  return {Limit(spatial_id, kMaxSpatialLayers), Limit(temporal_id, kMaxTemporalLayers)};
}

void Refer(int64_t distance, LayerInfo& info) {
  if (distance <= 0 || distance > UINT16_MAX || info.reference_count == info.references.size())
    return;
  info.references[info.reference_count++] = static_cast<uint16_t>(distance);
}

template <typename Indication>
void IndicateAll(LayerInfo& info, Indication indication) {
  for (size_t i = 0; i < kMaxLayers; ++i) info.SetFor(LayerAt(i), indication(LayerAt(i)));
}

// The decode target that is best among those with no layers above `up_to`; the lowest if there are
// none.
size_t TargetFor(const DependencyStructure& structure, uint32_t active, Layer up_to) {
  std::optional<size_t> best;
  Layer best_layer;
  std::optional<size_t> lowest;
  Layer lowest_layer;
  for (size_t i = 0; i < structure.decode_target_count; ++i) {
    if ((active >> i & 1) == 0) continue;
    const Layer layer = Limit(structure.SpatialOf(i), structure.TemporalOf(i));
    const bool fits = layer.spatial <= up_to.spatial && layer.temporal <= up_to.temporal;
    if (fits && (!best || layer >= best_layer)) {
      best = i;
      best_layer = layer;
    }
    if (!lowest || layer < lowest_layer) {
      lowest = i;
      lowest_layer = layer;
    }
  }
  return best.value_or(lowest.value_or(0));
}

}  // namespace

LayerReader::Result LayerReader::Read(const Packet& packet,
                                      const std::optional<base::ByteView>& descriptor) {
  Result result;
  const bool marker = packet.header.marker;
  if (packet.codec == Codec::kVp8) {
    result.vp8 = ParseVp8(packet.payload());
    if (result.vp8) result.frame = FrameInfoOf(*result.vp8, marker);
  } else if (packet.codec == Codec::kVp9) {
    result.vp9 = ParseVp9(packet.payload());
    if (result.vp9) result.frame = FrameInfoOf(*result.vp9, marker);
  } else {
    result.frame = ReadFrameInfo(packet);
  }
  if (packet.payload_size == 0) return result;
  if (descriptor && ReadDescriptor(packet, *descriptor, result)) return result;
  if (result.vp9 && result.vp9->descriptor.layer && result.vp9->descriptor.picture_id) {
    if (result.vp9->spatial_layers > 0)
      vp9_layers_ = Limit(result.vp9->spatial_layers, kMaxSpatialLayers + 1);
    result.layers = FromVp9(result.vp9->descriptor, marker);
  } else if ((result.vp8 && result.vp8->descriptor.temporal_id) || packet.codec == Codec::kH265) {
    result.layers = FromTemporal(result.frame, packet.header.timestamp);
  }
  return result;
}

// True if the descriptor is what counts: it is sound, or will be when its structure is here.
bool LayerReader::ReadDescriptor(const Packet& packet, base::ByteView element, Result& result) {
  DependencyDescriptor descriptor;
  switch (descriptors_.Read(element, descriptor)) {
    case DependencyDescriptorReader::Outcome::kMalformed:
      return false;
    case DependencyDescriptorReader::Outcome::kUnknownTemplate:
      result.wait = true;
      return true;
    case DependencyDescriptorReader::Outcome::kRead:
      break;
  }
  const DependencyStructure& structure = *descriptors_.structure();
  if (descriptor.has_structure || mapped_ != &structure ||
      mapped_targets_ != descriptors_.active_targets()) {
    MapLayers();
  }
  result.layers = FromDescriptor(descriptor);
  result.descriptor = {
      .offset = static_cast<uint16_t>(element.data() - packet.buffer.view().data()),
      .size = static_cast<uint8_t>(element.size()),
      .decode_target_count = structure.decode_target_count,
      .mask_bit = descriptor.mask_bit,
      .has_mask = descriptor.active_targets.has_value(),
      .has_structure = descriptor.has_structure};
  FrameInfo& frame = result.frame;
  frame.first_packet = descriptor.starts_frame && descriptor.frame.spatial_id == 0;
  frame.keyframe =
      frame.first_packet && descriptor.has_structure && descriptor.frame.reference_count == 0;
  frame.temporal_id = descriptor.frame.temporal_id;
  if (descriptor.has_structure && structure.sizes.count > 0) frame.sizes = structure.sizes;
  return true;
}

void LayerReader::MapLayers() {
  mapped_ = descriptors_.structure();
  mapped_targets_ = descriptors_.active_targets();
  for (size_t i = 0; i < kMaxLayers; ++i)
    target_of_[i] = static_cast<uint8_t>(TargetFor(*mapped_, mapped_targets_, LayerAt(i)));
}

LayerInfo LayerReader::FromDescriptor(const DependencyDescriptor& descriptor) {
  const FrameDependencies& frame = descriptor.frame;
  LayerInfo info{.layer = Limit(frame.spatial_id, frame.temporal_id),
                 .starts_frame = descriptor.starts_frame,
                 .ends_frame = descriptor.ends_frame,
                 .reference_count = frame.reference_count,
                 .references = frame.references};
  IndicateAll(info, [&](Layer up_to) { return frame.indications[target_of_[IndexOf(up_to)]]; });
  info.frame = Number(Numbering::kFrameNumbers, frame_numbers_.Unwrap(descriptor.frame_number));
  return info;
}

// RFC 9628 section 4.2. What is not told of references: every frame but those of key pictures needs
// the last one of its spatial layer and temporal layer 0.
LayerInfo LayerReader::FromVp9(const Vp9Descriptor& descriptor, bool ends_picture) {
  const Vp9Layer& at = *descriptor.layer;
  LayerInfo info{.layer = Limit(at.spatial_id, at.temporal_id),
                 .starts_frame = descriptor.starts_frame,
                 .ends_frame = descriptor.ends_frame};
  const int64_t modulus = descriptor.long_picture_id ? 1 << 15 : 1 << 7;
  const int64_t before = picture_id_.value_or(*descriptor.picture_id);
  int64_t ahead = (*descriptor.picture_id - before) & (modulus - 1);
  if (ahead >= modulus / 2) ahead -= modulus;
  const int64_t picture = before + ahead;
  picture_id_ = std::max(before, picture);
  const int64_t frame = picture * kFramesPerPicture + info.layer.spatial;

  std::optional<int64_t>& base = base_frames_[info.layer.spatial];
  if (at.inter_layer_predicted) Refer(1, info);
  if (descriptor.inter_picture_predicted && descriptor.flexible) {
    for (uint8_t i = 0; i < descriptor.reference_count; ++i)
      Refer(descriptor.references[i] * kFramesPerPicture, info);
  } else if (descriptor.inter_picture_predicted && base) {
    Refer(frame - *base, info);
  }
  if (info.layer.temporal == 0) base = std::max(base.value_or(frame), frame);
  const uint8_t top = static_cast<uint8_t>(std::max<uint8_t>(vp9_layers_, 1) - 1);
  if (ends_picture && ahead >= 0) vp9_layers_ = static_cast<uint8_t>(info.layer.spatial + 1);

  IndicateAll(info, [&](Layer up_to) {
    const uint8_t spatial = std::min(up_to.spatial, top);
    if (info.layer.temporal > up_to.temporal || info.layer.spatial > spatial) return kNotPresent;
    if (info.layer.spatial < spatial && descriptor.not_inter_layer_reference) return kNotPresent;
    if (!descriptor.inter_picture_predicted || up_to.temporal == 0) return kSwitch;
    const bool up = info.layer.temporal < up_to.temporal || descriptor.flexible;
    return at.switching_up && up ? kSwitch : kRequired;
  });
  info.frame = Number(Numbering::kPictureIds, frame);
  return info;
}

// RFC 7741 section 4.2 (TID, Y), RFC 7798 section 1.1.4 (TID, with TSA and STSA as Y).
LayerInfo LayerReader::FromTemporal(const FrameInfo& frame, uint32_t timestamp) {
  LayerInfo info{.layer = Limit(0, frame.temporal_id),
                 .starts_frame = frame.first_packet,
                 .ends_frame = frame.last_packet};
  IndicateAll(info, [&](Layer up_to) {
    if (info.layer.temporal > up_to.temporal) return kNotPresent;
    const bool sync = frame.layer_sync && info.layer.temporal == up_to.temporal;
    return frame.keyframe || sync || up_to.temporal == 0 ? kSwitch : kRequired;
  });
  info.frame = Number(Numbering::kTimestamps, timestamps_.Unwrap(timestamp));
  return info;
}

// Streams may change how they number frames; to all who look at them later, numbers rise.
int64_t LayerReader::Number(Numbering numbering, int64_t number) {
  if (numbering != numbering_) {
    numbering_ = numbering;
    number_base_ = highest_number_ + 1 - number;
  }
  highest_number_ = std::max(highest_number_, number + number_base_);
  return number + number_base_;
}

}  // namespace plaza::rtp
