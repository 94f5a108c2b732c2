// A ring of packets, searched from each new packet to the borders of its frame.
#include "client/frame_assembler.h"

#include <algorithm>
#include <utility>

namespace plaza::client {

FrameAssembler::FrameAssembler(OnFrame on_frame)
    : on_frame_(std::move(on_frame)), ring_(kMaxWaitingPackets) {}

void FrameAssembler::Add(const rtp::Packet& packet, const rtp::FrameInfo& info) {
  int64_t number = unwrapper_.Peek(packet.header.sequence_number);
  const auto size = static_cast<int64_t>(ring_.size());
  if (number <= highest_ - size || number < 0) return;
  unwrapper_.Unwrap(packet.header.sequence_number);
  highest_ = std::max(highest_, number);
  Entry& entry = SlotOf(number);
  if (entry.number == number) return;
  entry = {packet, info, number, false};
  Complete(number);
  // H.264 can't always tell a first packet: this one may be the border that the next frame missed.
  Complete(number + 1);
}

const FrameAssembler::Entry* FrameAssembler::Find(int64_t number) {
  const Entry& entry = SlotOf(number);
  return number >= 0 && entry.number == number ? &entry : nullptr;
}

bool FrameAssembler::Starts(int64_t number) {
  const Entry* entry = Find(number);
  if (entry->info.first_packet) return true;
  const Entry* before = number > 0 ? Find(number - 1) : nullptr;
  return before && (before->info.last_packet ||
                    before->packet.header.timestamp != entry->packet.header.timestamp);
}

void FrameAssembler::Complete(int64_t number) {
  const Entry* entry = Find(number);
  if (!entry || entry->done) return;
  const uint32_t timestamp = entry->packet.header.timestamp;
  const auto belongs = [&](int64_t n) {
    const Entry* e = n >= 0 ? Find(n) : nullptr;
    return e && !e->done && e->packet.header.timestamp == timestamp;
  };
  const int64_t limit = static_cast<int64_t>(ring_.size());
  int64_t first = number;
  while (!Starts(first)) {
    if (!belongs(first - 1) || number - first >= limit) return;
    --first;
  }
  WholeFrame frame{timestamp, false, {}};
  found_.clear();
  for (int64_t n = first;; ++n) {
    if (!belongs(n) || n - first >= limit) return;
    const Entry* e = Find(n);
    found_.push_back(&e->packet);
    frame.keyframe = frame.keyframe || e->info.keyframe;
    if (e->info.last_packet) break;
  }
  for (int64_t n = first; n < first + static_cast<int64_t>(found_.size()); ++n)
    SlotOf(n).done = true;
  frame.packets = found_;
  on_frame_(frame);
}

}  // namespace plaza::client
