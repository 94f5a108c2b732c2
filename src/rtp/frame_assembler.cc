// Finding complete frames in a ring of packets.
#include "rtp/frame_assembler.h"

#include <algorithm>
#include <utility>

#include "rtp/depacketizer.h"
#include "rtp/frame_info.h"

namespace plaza::rtp {

bool FrameAssembler::Has(int64_t number) const {
  const Slot& slot = slots_[static_cast<uint64_t>(number) % kWindow];
  return number <= highest_ && number > highest_ - static_cast<int64_t>(kWindow) &&
         static_cast<bool>(slot.packet.buffer);
}

void FrameAssembler::Add(const Packet& packet) {
  if (packet.codec != codec_) return;
  const auto number = Admit(packet.header.sequence_number);
  if (!number) return;
  const FrameInfo info = ReadFrameInfo(packet);
  SlotOf(*number) = {packet, info.keyframe, info.first_packet, info.temporal_id};
  if (!info.keyframe) return;
  keyframes_.insert(std::upper_bound(keyframes_.begin(), keyframes_.end(), *number), *number);
  if (keyframes_.size() > kMaxKeyframes) keyframes_.pop_front();
}

// Makes room for a packet and gives its number; nothing if it is late or here already.
std::optional<int64_t> FrameAssembler::Admit(uint16_t sequence_number) {
  constexpr auto kSize = static_cast<int64_t>(kWindow);
  const int64_t number = unwrapper_.Peek(sequence_number);
  const bool first = !unwrapper_.last();
  if (first || number >= highest_ + kSize || number < next_ - kRestart) {
    Restart(sequence_number);
    keyframe_wish_ = keyframe_wish_ || !first;
    return highest_;
  }
  if (number < next_) {
    // Reordered at the start: nothing was delivered that comes after it.
    if (synchronized_ || number <= highest_ - kSize) return std::nullopt;
    next_ = number;
  }
  if (number <= highest_) return Has(number) ? std::nullopt : std::optional(number);
  if (number - next_ >= kSize) {
    DiscardBelow(number - kSize + 1);
    synchronized_ = false;
    keyframe_wish_ = true;
  }
  highest_ = unwrapper_.Unwrap(sequence_number);
  return number;
}

void FrameAssembler::Restart(uint16_t sequence_number) {
  std::fill(slots_.begin(), slots_.end(), Slot{});
  keyframes_.clear();
  waiting_since_.reset();
  unwrapper_.Reset();
  next_ = highest_ = unwrapper_.Unwrap(sequence_number);
  synchronized_ = false;
}

// How far the frame reaches that starts with `first`; nothing while any of it is missing. A packet
// without payload is padding; it may lie anywhere. Without a marker the next timestamp ends a
// frame; but where a keyframe follows, forwarding may have turned away in the middle of it.
std::optional<FrameAssembler::Extent> FrameAssembler::ExtentOf(int64_t first) {
  if (!Has(first)) return std::nullopt;
  const uint32_t timestamp = SlotOf(first).packet.header.timestamp;
  for (int64_t i = first; Has(i); ++i) {
    const Slot& slot = SlotOf(i);
    if (slot.packet.payload_size == 0) continue;
    if (slot.packet.header.timestamp != timestamp) return Extent{i - 1, !slot.keyframe};
    if (slot.packet.header.marker) return Extent{i, true};
  }
  return std::nullopt;
}

// The last packet of a whole frame.
std::optional<int64_t> FrameAssembler::EndOfFrame(int64_t first) {
  const auto extent = ExtentOf(first);
  return extent && extent->whole ? std::optional(extent->last) : std::nullopt;
}

// Padding, and frames that were cut off.
void FrameAssembler::SkipUseless() {
  for (;;) {
    if (Has(next_) && SlotOf(next_).packet.payload_size == 0) {
      DiscardBelow(next_ + 1);
    } else if (const auto extent = ExtentOf(next_); extent && !extent->whole) {
      DiscardBelow(extent->last + 1);
    } else {
      return;
    }
  }
}

bool FrameAssembler::StartsFrame(int64_t number) {
  if (!Has(number)) return false;
  const Slot& slot = SlotOf(number);
  if (slot.first || !Has(number - 1)) return slot.first;
  const RtpHeader& before = SlotOf(number - 1).packet.header;
  return before.marker || before.timestamp != slot.packet.header.timestamp;
}

bool FrameAssembler::JumpToKeyframe() {
  for (const int64_t start : keyframes_) {
    if (start < next_ || !StartsFrame(start) || !EndOfFrame(start)) continue;
    DiscardBelow(start);
    synchronized_ = true;
    return true;
  }
  return false;
}

void FrameAssembler::DiscardBelow(int64_t number) {
  for (; next_ < number; ++next_) SlotOf(next_) = {};
  while (!keyframes_.empty() && keyframes_.front() < next_) keyframes_.pop_front();
}

void FrameAssembler::WishKeyframe(base::Time now) {
  keyframe_wish_ = true;
  waiting_since_ = now;
}

std::optional<AssembledFrame> FrameAssembler::Next(base::Time now) {
  if (!synchronized_ && !JumpToKeyframe()) {
    if (!waiting_since_ && highest_ >= next_) waiting_since_ = now;
  } else {
    SkipUseless();
    if (const auto end = EndOfFrame(next_)) {
      waiting_since_.reset();
      return Take(next_, *end);
    }
    int64_t gap = next_;
    while (Has(gap)) ++gap;
    if (gap > highest_) {
      waiting_since_.reset();  // the frame is still coming in
    } else if (!waiting_since_) {
      waiting_since_ = now;
    }
  }
  if (now < NextDeadline()) return std::nullopt;
  if (synchronized_ && JumpToKeyframe()) {
    waiting_since_.reset();
    return Take(next_, EndOfFrame(next_).value());
  }
  WishKeyframe(now);
  return std::nullopt;
}

std::optional<AssembledFrame> FrameAssembler::Take(int64_t first, int64_t last) {
  AssembledFrame frame;
  bool sound = true;
  frame.timestamp = SlotOf(first).packet.header.timestamp;
  frame.temporal_id = SlotOf(first).temporal_id;
  frame.first_arrival = frame.last_arrival = SlotOf(first).packet.arrival;
  for (int64_t i = first; i <= last; ++i) {
    const Slot& slot = SlotOf(i);
    frame.keyframe = frame.keyframe || slot.keyframe;
    frame.first_arrival = std::min(frame.first_arrival, slot.packet.arrival);
    frame.last_arrival = std::max(frame.last_arrival, slot.packet.arrival);
    const bool padding = slot.packet.payload_size == 0;
    sound = sound && (padding || AppendPayload(codec_, slot.packet.payload(), frame.data));
  }
  DiscardBelow(last + 1);
  if (sound) return frame;
  synchronized_ = false;
  WishKeyframe(frame.last_arrival);
  return std::nullopt;
}

base::Time FrameAssembler::NextDeadline() const {
  if (!waiting_since_) return base::kNever;
  return *waiting_since_ + (synchronized_ ? kMaxWait : kStartWait);
}

bool FrameAssembler::TakeKeyframeWish() { return std::exchange(keyframe_wish_, false); }

}  // namespace plaza::rtp
