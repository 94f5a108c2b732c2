// Mapping the source's numbers to the receiver's.
#include "rtp/vp8_rewriter.h"

#include <algorithm>

#include "rtp/sequence_number.h"

namespace plaza::rtp {

void Vp8Rewriter::OnDropped(const Vp8Descriptor& descriptor) {
  // After a switch the first frame sent gets the next number whatever was left out before it.
  if (switched_ || !descriptor.picture_id) return;
  const int64_t id = Unwrap(descriptor);
  if (id <= highest_source_id_) return;
  highest_source_id_ = id;
  AddStep({id + 1, OffsetAt(id) - 1});
}

Vp8Descriptor Vp8Rewriter::Rewrite(const Vp8Descriptor& descriptor) {
  if (switched_) Rebase(descriptor);
  Vp8Descriptor out = descriptor;
  if (descriptor.picture_id) {
    const int64_t id = Unwrap(descriptor);
    const int64_t sent = id + OffsetAt(id);
    highest_source_id_ = std::max(highest_source_id_, id);
    highest_sent_id_ = has_picture_id_ ? std::max(highest_sent_id_, sent) : sent;
    has_picture_id_ = true;
    out.picture_id = static_cast<uint16_t>(sent & 0x7FFF);
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

void Vp8Rewriter::Rebase(const Vp8Descriptor& descriptor) {
  switched_ = false;
  step_count_ = 0;
  highest_source_id_ = descriptor.picture_id.value_or(0);
  AddStep({INT64_MIN, has_picture_id_ ? highest_sent_id_ + 1 - highest_source_id_ : 0});
  tl0_offset_ =
      has_tl0_ ? static_cast<uint8_t>(highest_tl0_ + 1 - descriptor.tl0_picture_index.value_or(0))
               : 0;
}

int64_t Vp8Rewriter::Unwrap(const Vp8Descriptor& descriptor) const {
  const int64_t modulus = descriptor.long_picture_id ? 1 << 15 : 1 << 7;
  int64_t ahead = (*descriptor.picture_id - highest_source_id_) & (modulus - 1);
  if (ahead >= modulus / 2) ahead -= modulus;
  return highest_source_id_ + ahead;
}

int64_t Vp8Rewriter::OffsetAt(int64_t source_id) const {
  const size_t kept = std::min(step_count_, kMaxSteps);
  for (size_t back = 1; back <= kept; ++back) {
    const Step& step = steps_[(step_count_ - back) % kMaxSteps];
    if (step.from <= source_id || back == kept) return step.offset;
  }
  return 0;
}

void Vp8Rewriter::AddStep(Step step) { steps_[step_count_++ % kMaxSteps] = step; }

}  // namespace plaza::rtp
