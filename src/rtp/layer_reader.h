// Telling the layers of one received stream.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "rtp/dependency_descriptor.h"
#include "rtp/frame_info.h"
#include "rtp/layer_info.h"
#include "rtp/packet.h"
#include "rtp/sequence_number.h"
#include "rtp/vp8.h"
#include "rtp/vp9.h"

namespace plaza::rtp {

/// Reads the dependency descriptor where packets have one, else what the codec's payload says of
/// layers: VP9 and VP8 by their descriptors, H.265 by its temporal ids. Belongs to one stream,
/// whose packets may come in any order.
class LayerReader {
 public:
  struct Result {
    FrameInfo frame;
    std::optional<LayerInfo> layers;  ///< nothing: the stream has no layers, or does not tell them
    DescriptorPlace descriptor;
    std::optional<Vp8Payload> vp8;  ///< of packets of these codecs that have a payload
    std::optional<Vp9Payload> vp9;
    /// The packet that describes the templates of this one has not come: read this one again after
    /// it.
    bool wait = false;
  };

  /// `descriptor`: the extension element, if the packet has one.
  Result Read(const Packet& packet, const std::optional<base::ByteView>& descriptor);

 private:
  enum class Numbering : uint8_t { kNone, kTimestamps, kPictureIds, kFrameNumbers };

  bool ReadDescriptor(const Packet& packet, base::ByteView element, Result& result);
  LayerInfo FromDescriptor(const DependencyDescriptor& descriptor);
  void MapLayers();
  LayerInfo FromVp9(const Vp9Descriptor& descriptor, bool ends_picture);
  LayerInfo FromTemporal(const FrameInfo& frame, uint32_t timestamp);
  int64_t Number(Numbering numbering, int64_t number);

  DependencyDescriptorReader descriptors_;
  const DependencyStructure* mapped_ = nullptr;
  uint32_t mapped_targets_ = 0;
  std::array<uint8_t, kMaxLayers> target_of_{};  // decode target, by layer

  SequenceUnwrapper frame_numbers_;
  TimestampUnwrapper timestamps_;
  std::optional<int64_t> picture_id_;  // highest, unwrapped
  // VP9: the last frame of temporal layer 0, by spatial layer.
  std::array<std::optional<int64_t>, kMaxSpatialLayers> base_frames_{};
  uint8_t vp9_layers_ = 1;  // spatial ones that pictures have now

  Numbering numbering_ = Numbering::kNone;
  int64_t number_base_ = 0;
  int64_t highest_number_ = 0;
};

}  // namespace plaza::rtp
