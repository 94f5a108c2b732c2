// Recording arrivals in a ring and reporting them in order.
#include "cc/transport_feedback_generator.h"

#include <algorithm>

namespace plaza::cc {

TransportFeedbackGenerator::TransportFeedbackGenerator() : arrivals_(kWindow) {}

void TransportFeedbackGenerator::OnPacket(uint16_t transport_sequence_number, base::Time arrival) {
  constexpr auto kFar = static_cast<int64_t>(kWindow);
  int64_t number = unwrapper_.Peek(transport_sequence_number);
  if (!unwrapper_.last() || number >= highest_ + kFar || number <= highest_ - kFar) {
    StartOver(transport_sequence_number);
    number = highest_;
  } else if (number > highest_) {
    for (int64_t i = highest_ + 1; i < number; ++i) SlotOf(i).reset();
    highest_ = unwrapper_.Unwrap(transport_sequence_number);
    next_ = std::max(next_, highest_ - kFar + 1);
  } else if (SlotOf(number)) {
    return;  // a duplicate
  }
  SlotOf(number) = arrival;
  next_ = std::min(next_, number);
  if (pending_++ == 0) first_pending_ = arrival;
}

void TransportFeedbackGenerator::StartOver(uint16_t transport_sequence_number) {
  std::fill(arrivals_.begin(), arrivals_.end(), std::nullopt);
  unwrapper_.Reset();
  highest_ = next_ = unwrapper_.Unwrap(transport_sequence_number);
  pending_ = 0;
}

base::Time TransportFeedbackGenerator::NextDeadline() const {
  if (pending_ == 0) return base::kNever;
  return first_pending_ + (pending_ >= kBusyPackets ? kBusyInterval : kIdleInterval);
}

bool TransportFeedbackGenerator::Build(rtp::rtcp::CompoundWriter& writer, uint32_t sender_ssrc,
                                       uint32_t media_ssrc) {
  if (pending_ == 0) return false;
  const int64_t end = Fill();
  if (!builder_.Write(writer, sender_ssrc, media_ssrc, feedback_count_)) return false;
  ++feedback_count_;
  next_ = end;
  if (next_ > highest_) pending_ = 0;
  return true;
}

// Puts what is not reported yet into the builder; returns the first number that is left over. The
// highest number has arrived, so there is always one to report.
int64_t TransportFeedbackGenerator::Fill() {
  int64_t number = next_;
  while (!SlotOf(number)) ++number;
  // A hole of half a feedback is not worth telling: the sender knows by what comes after.
  const bool hole = number - next_ > static_cast<int64_t>(builder_.kMaxStatuses / 2);
  const int64_t first = hole ? number : next_;
  builder_.Start(static_cast<uint16_t>(first), *SlotOf(number));
  int64_t end = first;
  for (; number <= highest_; ++number) {
    const auto& arrival = SlotOf(number);
    if (!arrival) continue;
    if (!builder_.Add(static_cast<uint16_t>(number), *arrival)) break;
    end = number + 1;
  }
  return end;
}

}  // namespace plaza::cc
