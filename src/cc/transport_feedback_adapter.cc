// Matching feedback with the packets sent.
#include "cc/transport_feedback_adapter.h"

#include "rtp/sequence_number.h"

namespace plaza::cc {

TransportFeedbackAdapter::TransportFeedbackAdapter() : slots_(kCapacity) {}

uint16_t TransportFeedbackAdapter::OnPacketSent(size_t size, base::Time now) {
  const int64_t number = next_number_++;
  slots_[static_cast<size_t>(number) % kCapacity] = {number, now, static_cast<uint32_t>(size),
                                                     State::kSent};
  return static_cast<uint16_t>(number);
}

std::span<const PacketResult> TransportFeedbackAdapter::OnFeedback(
    const rtp::rtcp::TransportFeedback& feedback, base::Time now) {
  results_.clear();
  const base::Time reference = UnwrapReference(feedback.reference);
  const int64_t last = next_number_ - 1;
  int64_t number = last + rtp::Distance(feedback.base_sequence_number, static_cast<uint16_t>(last));
  rtp::rtcp::PacketStatusReader reader(feedback);
  std::optional<base::Time> newest_sent;
  for (; const auto status = reader.Next(); ++number) {
    if (number < 0 || number > last) continue;
    Slot& slot = slots_[static_cast<size_t>(number) % kCapacity];
    if (slot.number != number || slot.state == State::kEmpty) continue;
    if (!status->arrival && slot.state == State::kLost) continue;
    PacketResult result{number, slot.sent, slot.size, std::nullopt, slot.state == State::kLost};
    if (status->arrival) {
      result.arrival = reference + (*status->arrival - feedback.reference);
      newest_sent = slot.sent;
    }
    slot.state = status->arrival ? State::kEmpty : State::kLost;
    results_.push_back(result);
  }
  if (newest_sent) rtt_ = now - *newest_sent;
  return results_;
}

base::Time TransportFeedbackAdapter::UnwrapReference(base::Duration reference) {
  using rtp::rtcp::kFeedbackTimeWrap;
  if (last_reference_) {
    base::Duration ahead = (reference - *last_reference_) % kFeedbackTimeWrap;
    if (ahead >= kFeedbackTimeWrap / 2) ahead -= kFeedbackTimeWrap;
    if (ahead < -kFeedbackTimeWrap / 2) ahead += kFeedbackTimeWrap;
    reference = *last_reference_ + ahead;
  }
  last_reference_ = reference;
  return base::Time(reference);
}

}  // namespace plaza::cc
