// The dependency descriptor (RTP Payload Format for AV1, version 1.0.0, appendix A): what a frame
// of a layered stream needs, and for which layers it is needed, whatever the codec.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "rtp/picture_sizes.h"

namespace plaza::rtp {

inline constexpr size_t kMaxDecodeTargets = 32;
inline constexpr size_t kMaxTemplates = 64;
/// Frames that one frame refers to. The specification sets no bound; a descriptor with more is
/// refused.
inline constexpr size_t kMaxFrameReferences = 8;
/// An extension element has at most 255 bytes, and what is rewritten may grow by its mask.
inline constexpr size_t kMaxDescriptorSize = 255;

/// What a frame is to those who decode up to a target (section A.4).
enum class DecodeTargetIndication : uint8_t {
  kNotPresent = 0,
  kDiscardable = 1,  ///< no other frame of the target needs it
  kSwitch = 2,       ///< who can decode it can decode all that follow of the target
  kRequired = 3,
};

/// What a template, or a frame of its own, says.
struct FrameDependencies {
  uint8_t spatial_id = 0;
  uint8_t temporal_id = 0;
  std::array<DecodeTargetIndication, kMaxDecodeTargets> indications{};
  /// Distances to the frames it refers to, in frame numbers.
  std::array<uint16_t, kMaxFrameReferences> references{};
  uint8_t reference_count = 0;
  /// For each chain the distance to its frame before; 0: the chain begins here.
  std::array<uint8_t, kMaxDecodeTargets> chain_diffs{};

  std::span<const uint16_t> refers_to() const {
    return std::span(references).first(reference_count);
  }
};

struct DependencyStructure {
  uint8_t template_id_offset = 0;
  uint8_t decode_target_count = 0;
  uint8_t chain_count = 0;
  std::array<uint8_t, kMaxDecodeTargets> chain_of{};  ///< by decode target; with chains only
  std::vector<FrameDependencies> templates;
  PictureSizes sizes;  ///< of the spatial layers, if it tells them

  /// The highest layers that a decode target has frames of.
  uint8_t SpatialOf(size_t target) const;
  uint8_t TemporalOf(size_t target) const;
  const FrameDependencies* Find(uint8_t template_id) const;
};

struct DependencyDescriptor {
  bool starts_frame = false;
  bool ends_frame = false;
  uint8_t template_id = 0;
  uint16_t frame_number = 0;
  bool has_structure = false;
  std::optional<uint32_t> active_targets;  ///< bit i: decode target i; what the packet itself says
  FrameDependencies frame;
  uint16_t mask_bit = 0;  ///< where the active targets are, or would be, from the first bit
};

/// The descriptors of one stream. The structure that templates are taken from is kept, and the one
/// before it, for packets that come late.
class DependencyDescriptorReader {
 public:
  enum class Outcome : uint8_t {
    kRead,
    kMalformed,
    kUnknownTemplate,  ///< the packet with its structure has not come
  };
  /// Fills `descriptor` if it gives kRead.
  Outcome Read(base::ByteView element, DependencyDescriptor& descriptor);

  /// Of the last descriptor read; its structure and the targets that are active there.
  const DependencyStructure* structure() const { return read_; }
  uint32_t active_targets() const { return active_targets_; }

 private:
  const DependencyStructure* Keep(DependencyStructure structure, uint16_t frame_number);

  std::optional<DependencyStructure> current_;
  std::optional<DependencyStructure> previous_;
  const DependencyStructure* read_ = nullptr;
  uint16_t structure_frame_ = 0;  // where the current structure came
  uint16_t mask_frame_ = 0;       // where the active targets were told
  uint32_t active_targets_ = 0;   // of the current structure
};

/// All decode targets of a structure.
constexpr uint32_t AllTargets(size_t decode_target_count) {
  return decode_target_count >= 32 ? UINT32_MAX : (1u << decode_target_count) - 1;
}

/// Where a descriptor lies, and what of it rewriting has to know.
struct DescriptorPlace {
  uint16_t offset = 0;  ///< from the packet's first byte
  uint8_t size = 0;     ///< 0: the packet has none
  uint8_t decode_target_count = 0;
  uint16_t mask_bit = 0;
  bool has_mask = false;
  bool has_structure = false;
};

/// Writes the descriptor `element` with another frame number and, if they are given, other active
/// targets. Returns its size, or 0 if it does not fit into `out`.
size_t RewriteDependencyDescriptor(base::ByteView element, const DescriptorPlace& place,
                                   uint16_t frame_number, std::optional<uint32_t> active_targets,
                                   std::span<uint8_t> out);

}  // namespace plaza::rtp
