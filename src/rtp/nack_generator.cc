// Book-keeping of missing packets in a ring over the last sequence numbers.
#include "rtp/nack_generator.h"

#include <algorithm>

namespace plaza::rtp {

NackGenerator::Event NackGenerator::OnPacket(uint16_t sequence_number, bool keyframe_start,
                                             base::Time now) {
  if (!unwrapper_.last()) {
    StartOver(sequence_number);
    return Event::kNone;
  }
  const int64_t number = unwrapper_.Peek(sequence_number);
  if (number <= highest_) return OnOld(sequence_number, number);
  suspect_.reset();
  if (number - highest_ > kWindow) {
    StartOver(sequence_number);
    keyframe_wish_ = !keyframe_start;
    return Event::kReset;
  }
  AdvanceTo(number, now);
  if (keyframe_start) {
    ForgetBelow(number);
    keyframe_wish_ = false;
  }
  return Event::kNone;
}

NackGenerator::Event NackGenerator::OnOld(uint16_t sequence_number, int64_t number) {
  if (number > highest_ - kWindow) {
    suspect_.reset();
    if (SlotOf(number).state == State::kReceived) return Event::kDuplicate;
    const bool missing = IsMissing(number);
    if (missing) Forget(number);
    SlotOf(number).state = State::kReceived;
    return missing ? Event::kRecovered : Event::kNone;
  }
  // RFC 3550 appendix A.1: a sender that restarts shows two packets in a row.
  const bool restarted = suspect_ == sequence_number;
  suspect_ = static_cast<uint16_t>(sequence_number + 1);
  if (!restarted) return Event::kDuplicate;
  StartOver(sequence_number);
  keyframe_wish_ = true;
  return Event::kReset;
}

void NackGenerator::StartOver(uint16_t sequence_number) {
  slots_.fill({});
  missing_count_ = 0;
  suspect_.reset();
  unwrapper_.Reset();
  highest_ = unwrapper_.Unwrap(sequence_number);
  oldest_ = highest_;
  SlotOf(highest_).state = State::kReceived;
}

void NackGenerator::AdvanceTo(int64_t number, base::Time now) {
  const size_t before = missing_count_;
  ForgetBelow(number - kWindow + 1);
  if (missing_count_ < before) keyframe_wish_ = true;
  for (int64_t i = highest_ + 1; i < number; ++i) {
    SlotOf(i) = {State::kMissing, 0, now + kReorderWait};
  }
  missing_count_ += static_cast<size_t>(number - highest_ - 1);
  SlotOf(number) = {State::kReceived};
  highest_ = unwrapper_.Unwrap(static_cast<uint16_t>(number));
}

void NackGenerator::Forget(int64_t number) {
  SlotOf(number).state = State::kUnknown;
  --missing_count_;
}

void NackGenerator::ForgetBelow(int64_t number) {
  for (; oldest_ < std::min(number, highest_ + 1); ++oldest_) {
    if (IsMissing(oldest_)) Forget(oldest_);
  }
}

base::Duration NackGenerator::IntervalAfter(int requests) const {
  // An answer that is only a little late should not be asked for twice.
  auto interval = static_cast<double>((rtt_.value_or(kDefaultRtt) + kReorderWait).count());
  for (int i = 1; i < requests; ++i) interval *= kBackoff;
  return std::clamp(base::Duration(static_cast<int64_t>(interval)), kMinInterval, kMaxInterval);
}

size_t NackGenerator::Collect(base::Time now, std::span<uint16_t> out) {
  size_t count = 0;
  size_t left = missing_count_;
  for (int64_t i = oldest_; left > 0 && count < out.size(); ++i) {
    Slot& slot = SlotOf(i);
    if (slot.state != State::kMissing) continue;
    --left;
    if (slot.due > now) continue;
    if (slot.requests == kMaxRequests) {
      Forget(i);
      keyframe_wish_ = true;
      continue;
    }
    ++slot.requests;
    slot.due = now + IntervalAfter(slot.requests);
    out[count++] = static_cast<uint16_t>(i);
  }
  while (oldest_ < highest_ && !IsMissing(oldest_)) ++oldest_;
  return count;
}

base::Time NackGenerator::NextDeadline() const {
  base::Time next = base::kNever;
  size_t left = missing_count_;
  for (int64_t i = oldest_; left > 0; ++i) {
    const Slot& slot = SlotOf(i);
    if (slot.state != State::kMissing) continue;
    --left;
    next = std::min(next, slot.due);
  }
  return next;
}

bool NackGenerator::TakeKeyframeWish() {
  const bool wish = keyframe_wish_;
  keyframe_wish_ = false;
  return wish;
}

}  // namespace plaza::rtp
