// Reading and rewriting dependency descriptors.
//
//   |S|E|template id| frame number (16) |   always
//   |structure|active targets|custom indications|custom references|custom chains|   flags, where
//   it is longer than three bytes; then what they announce, in this order
#include "rtp/dependency_descriptor.h"

#include <algorithm>
#include <utility>

#include "rtp/internal/bits.h"
#include "rtp/sequence_number.h"

namespace plaza::rtp {
namespace {

using internal::BitReader;
using internal::BitWriter;

constexpr size_t kMandatorySize = 3;
constexpr size_t kFlagsBit = 24;
constexpr size_t kFlagCount = 5;
constexpr uint8_t kMaxLayerId = 7;

// Which layers the templates are of; they come in order.
bool ReadTemplateLayers(BitReader& bits, DependencyStructure& structure) {
  enum { kSameLayer, kNextTemporal, kNextSpatial, kEnd };
  FrameDependencies frame;
  for (;;) {
    if (structure.templates.size() == kMaxTemplates) return false;
    structure.templates.push_back(frame);
    switch (bits.Bits(2)) {
      case kSameLayer:
        break;
      case kNextTemporal:
        ++frame.temporal_id;
        break;
      case kNextSpatial:
        frame.temporal_id = 0;
        ++frame.spatial_id;
        break;
      case kEnd:
        return bits.ok();
    }
    if (!bits.ok() || frame.temporal_id > kMaxLayerId || frame.spatial_id > kMaxLayerId)
      return false;
  }
}

bool AddReference(uint32_t distance, FrameDependencies& frame) {
  if (frame.reference_count == kMaxFrameReferences) return false;
  frame.references[frame.reference_count++] = static_cast<uint16_t>(distance);
  return true;
}

void ReadIndications(BitReader& bits, size_t targets, FrameDependencies& frame) {
  for (size_t i = 0; i < targets; ++i)
    frame.indications[i] = static_cast<DecodeTargetIndication>(bits.Bits(2));
}

void ReadChains(BitReader& bits, DependencyStructure& structure) {
  const size_t targets = structure.decode_target_count;
  structure.chain_count =
      static_cast<uint8_t>(bits.NonSymmetric(static_cast<uint32_t>(targets) + 1));
  if (structure.chain_count == 0) return;
  for (size_t i = 0; i < targets; ++i)
    structure.chain_of[i] = static_cast<uint8_t>(bits.NonSymmetric(structure.chain_count));
  for (FrameDependencies& frame : structure.templates)
    for (size_t i = 0; i < structure.chain_count; ++i)
      frame.chain_diffs[i] = static_cast<uint8_t>(bits.Bits(4));
}

std::optional<DependencyStructure> ReadStructure(BitReader& bits) {
  DependencyStructure structure;
  structure.template_id_offset = static_cast<uint8_t>(bits.Bits(6));
  structure.decode_target_count = static_cast<uint8_t>(bits.Bits(5) + 1);
  if (!ReadTemplateLayers(bits, structure)) return std::nullopt;
  for (FrameDependencies& frame : structure.templates)
    ReadIndications(bits, structure.decode_target_count, frame);
  for (FrameDependencies& frame : structure.templates)
    while (bits.Flag())
      if (!AddReference(bits.Bits(4) + 1, frame)) return std::nullopt;
  ReadChains(bits, structure);
  if (bits.Flag()) {
    for (int layer = 0; layer <= structure.templates.back().spatial_id; ++layer) {
      const auto width = static_cast<uint16_t>(std::min(bits.Bits(16) + 1, 0xFFFFu));
      const auto height = static_cast<uint16_t>(std::min(bits.Bits(16) + 1, 0xFFFFu));
      structure.sizes.Add({width, height});
    }
  }
  if (!bits.ok()) return std::nullopt;
  return structure;
}

// What a frame says otherwise than its template; false if it is refused.
struct CustomFlags {
  bool indications, references, chains;
};
bool ReadCustom(BitReader& bits, const CustomFlags& custom, const DependencyStructure& structure,
                FrameDependencies& frame) {
  if (custom.indications) ReadIndications(bits, structure.decode_target_count, frame);
  if (custom.references) {
    frame.reference_count = 0;
    while (const uint32_t nibbles = bits.Bits(2))
      if (!AddReference(bits.Bits(nibbles * 4) + 1, frame)) return false;
  }
  if (custom.chains) {
    for (size_t i = 0; i < structure.chain_count; ++i)
      frame.chain_diffs[i] = static_cast<uint8_t>(bits.Bits(8));
  }
  return bits.ok();
}

template <typename Field>
uint8_t HighestOf(const DependencyStructure& structure, size_t target, Field field) {
  uint8_t highest = 0;
  for (const FrameDependencies& frame : structure.templates)
    if (frame.indications[target] != DecodeTargetIndication::kNotPresent)
      highest = std::max(highest, frame.*field);
  return highest;
}

void CopyBits(BitReader& from, size_t count, BitWriter& to) {
  for (; count > 32; count -= 32) to.Bits(from.Bits(32), 32);
  to.Bits(from.Bits(count), count);
}

}  // namespace

uint8_t DependencyStructure::SpatialOf(size_t target) const {
  return HighestOf(*this, target, &FrameDependencies::spatial_id);
}

uint8_t DependencyStructure::TemporalOf(size_t target) const {
  return HighestOf(*this, target, &FrameDependencies::temporal_id);
}

const FrameDependencies* DependencyStructure::Find(uint8_t template_id) const {
  const size_t index = (template_id + kMaxTemplates - template_id_offset) % kMaxTemplates;
  return index < templates.size() ? &templates[index] : nullptr;
}

DependencyDescriptorReader::Outcome DependencyDescriptorReader::Read(
    base::ByteView element, DependencyDescriptor& descriptor) {
  BitReader bits(element);
  descriptor = {};
  descriptor.starts_frame = bits.Flag();
  descriptor.ends_frame = bits.Flag();
  descriptor.template_id = static_cast<uint8_t>(bits.Bits(6));
  descriptor.frame_number = static_cast<uint16_t>(bits.Bits(16));
  if (!bits.ok()) return Outcome::kMalformed;
  const bool extended = element.size() > kMandatorySize;
  descriptor.has_structure = extended && bits.Flag();
  const bool has_mask = extended && bits.Flag();
  CustomFlags custom{};
  if (extended)
    custom = {.indications = bits.Flag(), .references = bits.Flag(), .chains = bits.Flag()};
  std::optional<DependencyStructure> fresh;
  if (descriptor.has_structure) {
    fresh = ReadStructure(bits);
    if (!fresh) return Outcome::kMalformed;
  }
  const auto knows = [&](const std::optional<DependencyStructure>& structure) {
    return structure && structure->Find(descriptor.template_id) ? &*structure : nullptr;
  };
  const DependencyStructure* structure = knows(fresh);
  if (!fresh && !(structure = knows(current_))) structure = knows(previous_);
  if (!structure) return fresh ? Outcome::kMalformed : Outcome::kUnknownTemplate;

  descriptor.mask_bit = static_cast<uint16_t>(bits.position());
  if (has_mask) descriptor.active_targets = bits.Bits(structure->decode_target_count);
  descriptor.frame = *structure->Find(descriptor.template_id);
  if (!ReadCustom(bits, custom, *structure, descriptor.frame)) return Outcome::kMalformed;

  if (fresh) structure = Keep(std::move(*fresh), descriptor.frame_number);
  const bool newest = structure == &*current_ && !IsNewer(mask_frame_, descriptor.frame_number);
  if (has_mask && newest) {
    active_targets_ = *descriptor.active_targets;
    mask_frame_ = descriptor.frame_number;
  }
  read_ = structure;
  return Outcome::kRead;
}

// Packets may be repeated, and come late.
const DependencyStructure* DependencyDescriptorReader::Keep(DependencyStructure structure,
                                                            uint16_t frame_number) {
  if (current_ && IsNewer(structure_frame_, frame_number)) {
    previous_ = std::move(structure);
    return &*previous_;
  }
  if (current_ && frame_number == structure_frame_) {
    current_ = std::move(structure);
    return &*current_;
  }
  previous_ = std::exchange(current_, std::move(structure));
  structure_frame_ = mask_frame_ = frame_number;
  active_targets_ = AllTargets(current_->decode_target_count);
  return &*current_;
}

size_t RewriteDependencyDescriptor(base::ByteView element, const DescriptorPlace& place,
                                   uint16_t frame_number, std::optional<uint32_t> active_targets,
                                   std::span<uint8_t> out) {
  if (element.size() < kMandatorySize) return 0;
  BitReader from(element);
  BitWriter to(out);
  CopyBits(from, 8, to);
  from.Skip(16);
  to.Bits(frame_number, 16);
  if (active_targets) {
    const bool extended = element.size() > kMandatorySize;
    const uint32_t flags = extended ? from.Bits(kFlagCount) : 0;
    to.Bits(flags | 0x08, kFlagCount);
    if (extended) {
      if (place.mask_bit < kFlagsBit + kFlagCount) return 0;
      CopyBits(from, place.mask_bit - kFlagsBit - kFlagCount, to);
      if (place.has_mask) from.Skip(place.decode_target_count);
    }
    to.Bits(*active_targets, place.decode_target_count);
  }
  CopyBits(from, from.remaining(), to);
  return from.ok() && to.ok() ? to.bytes() : 0;
}

}  // namespace plaza::rtp
