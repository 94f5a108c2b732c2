// Writing dependency descriptors, for tests: what of a real sender a test wants to have otherwise.
#pragma once

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "rtp/dependency_descriptor.h"
#include "rtp/internal/bits.h"

namespace plaza::rtp::testing {

namespace internal {

inline void WriteStructure(const DependencyStructure& structure, rtp::internal::BitWriter& bits) {
  const size_t targets = structure.decode_target_count;
  const auto& templates = structure.templates;
  bits.Bits(structure.template_id_offset, 6);
  bits.Bits(static_cast<uint32_t>(targets - 1), 5);
  for (size_t i = 1; i < templates.size(); ++i) {
    const bool next_spatial = templates[i].spatial_id != templates[i - 1].spatial_id;
    const bool next_temporal = templates[i].temporal_id != templates[i - 1].temporal_id;
    bits.Bits(next_spatial ? 2 : (next_temporal ? 1 : 0), 2);
  }
  bits.Bits(3, 2);
  for (const auto& frame : templates)
    for (size_t i = 0; i < targets; ++i) bits.Bits(static_cast<uint32_t>(frame.indications[i]), 2);
  for (const auto& frame : templates) {
    for (const uint16_t distance : frame.refers_to()) {
      bits.Flag(true);
      bits.Bits(distance - 1u, 4);
    }
    bits.Flag(false);
  }
  bits.NonSymmetric(structure.chain_count, static_cast<uint32_t>(targets + 1));
  if (structure.chain_count > 0) {
    for (size_t i = 0; i < targets; ++i)
      bits.NonSymmetric(structure.chain_of[i], structure.chain_count);
    for (const auto& frame : templates)
      for (size_t i = 0; i < structure.chain_count; ++i) bits.Bits(frame.chain_diffs[i], 4);
  }
  bits.Flag(structure.sizes.count > 0);
  for (size_t i = 0; i < structure.sizes.count; ++i) {
    bits.Bits(structure.sizes.layers[i].width - 1u, 16);
    bits.Bits(structure.sizes.layers[i].height - 1u, 16);
  }
}

}  // namespace internal

/// Everything of `descriptor` that differs from its template in `structure` is written as custom;
/// the structure itself if the descriptor has it.
inline base::Bytes WriteDependencyDescriptor(const DependencyDescriptor& descriptor,
                                             const DependencyStructure& structure) {
  std::array<uint8_t, kMaxDescriptorSize> room{};
  rtp::internal::BitWriter bits(room);
  const FrameDependencies& frame = descriptor.frame;
  const FrameDependencies& common = *structure.Find(descriptor.template_id);
  const bool indications = frame.indications != common.indications;
  const bool references = !std::ranges::equal(frame.refers_to(), common.refers_to());
  const bool chains = frame.chain_diffs != common.chain_diffs;
  bits.Flag(descriptor.starts_frame);
  bits.Flag(descriptor.ends_frame);
  bits.Bits(descriptor.template_id, 6);
  bits.Bits(descriptor.frame_number, 16);
  if (descriptor.has_structure || descriptor.active_targets || indications || references ||
      chains) {
    bits.Flag(descriptor.has_structure);
    bits.Flag(descriptor.active_targets.has_value());
    bits.Flag(indications);
    bits.Flag(references);
    bits.Flag(chains);
    if (descriptor.has_structure) internal::WriteStructure(structure, bits);
    if (descriptor.active_targets)
      bits.Bits(*descriptor.active_targets, structure.decode_target_count);
    for (size_t i = 0; indications && i < structure.decode_target_count; ++i)
      bits.Bits(static_cast<uint32_t>(frame.indications[i]), 2);
    for (const uint16_t distance : frame.refers_to()) {
      if (!references) break;
      const uint32_t nibbles = distance <= 16 ? 1 : (distance <= 256 ? 2 : 3);
      bits.Bits(nibbles, 2);
      bits.Bits(distance - 1u, nibbles * 4);
    }
    if (references) bits.Bits(0, 2);
    for (size_t i = 0; chains && i < structure.chain_count; ++i) bits.Bits(frame.chain_diffs[i], 8);
  }
  return base::Bytes(room.begin(), room.begin() + static_cast<ptrdiff_t>(bits.bytes()));
}

}  // namespace plaza::rtp::testing
