// Moving a source's numbers to where the receiver's go on.
#include "rtp/vp9_rewriter.h"

#include <algorithm>

#include "rtp/sequence_number.h"

namespace plaza::rtp {

Vp9Descriptor Vp9Rewriter::Rewrite(const Vp9Descriptor& descriptor) {
  if (switched_) Rebase(descriptor);
  Vp9Descriptor out = descriptor;
  if (descriptor.picture_id) {
    const int64_t id = Unwrap(descriptor);
    highest_source_id_ = std::max(highest_source_id_, id);
    has_picture_id_ = true;
    out.picture_id = static_cast<uint16_t>((id + offset_) & 0x7FFF);
    out.long_picture_id = true;
  }
  if (descriptor.tl0_picture_index) {
    const auto sent = static_cast<uint8_t>(*descriptor.tl0_picture_index + tl0_offset_);
    if (!has_tl0_ || IsNewer(sent, highest_tl0_)) highest_tl0_ = sent;
    has_tl0_ = true;
    out.tl0_picture_index = sent;
  }
  return out;
}

void Vp9Rewriter::Rebase(const Vp9Descriptor& descriptor) {
  switched_ = false;
  const int64_t highest_sent = highest_source_id_ + offset_;
  highest_source_id_ = descriptor.picture_id.value_or(0);
  offset_ = has_picture_id_ ? highest_sent + 1 - highest_source_id_ : 0;
  tl0_offset_ =
      has_tl0_ ? static_cast<uint8_t>(highest_tl0_ + 1 - descriptor.tl0_picture_index.value_or(0))
               : 0;
}

int64_t Vp9Rewriter::Unwrap(const Vp9Descriptor& descriptor) const {
  const int64_t modulus = descriptor.long_picture_id ? 1 << 15 : 1 << 7;
  int64_t ahead = (*descriptor.picture_id - highest_source_id_) & (modulus - 1);
  if (ahead >= modulus / 2) ahead -= modulus;
  return highest_source_id_ + ahead;
}

}  // namespace plaza::rtp
