#include "sctp/internal/data_receiver.h"

#include <algorithm>

#include "sctp/internal/constants.h"

namespace plaza::sctp::internal {

DataReceiver::Outcome DataReceiver::OnData(const DataChunk& data, base::Time now) {
  const Tsn tsn = tsns_.Unwrap(data.tsn);
  // What comes next is always taken: only then can what waits go on. An honest sender's fills at
  // most one message beside the buffer.
  const size_t memory = reassembler_.memory();
  const bool next = tsn == tsns_.cumulative() + 1;
  if (memory >= buffer_ && !next && tsns_.Check(tsn) == TsnMap::Arrival::kNew) {
    sack_now_ = true;
    return Outcome::kDropped;
  }
  if (next && memory >= 2 * buffer_ + max_message_size_) return Outcome::kExhausted;
  const TsnMap::Arrival arrival = tsns_.Add(tsn);
  Note(arrival, data.immediate, now);
  if (arrival == TsnMap::Arrival::kRefused) return Outcome::kDropped;
  if (arrival == TsnMap::Arrival::kDuplicate) return Outcome::kTaken;
  if (!reassembler_.Add(tsn, data)) return Outcome::kTooLarge;
  reassembler_.OnCumulative(tsns_.cumulative());
  return Outcome::kTaken;
}

void DataReceiver::OnUselessData(const DataChunk& data, base::Time now) {
  Note(tsns_.Add(tsns_.Unwrap(data.tsn)), data.immediate, now);
  reassembler_.OnCumulative(tsns_.cumulative());
}

void DataReceiver::OnForwardTsn(const ForwardTsnChunk& forward) {
  const Tsn tsn = tsns_.Unwrap(forward.new_cumulative_tsn);
  sack_now_ = true;  // also when it is an old one: the SACK for it was lost
  if (tsn <= tsns_.cumulative() || tsn > tsns_.cumulative() + kMaxTsnAhead) return;
  tsns_.Skip(tsn);
  reassembler_.OnCumulative(tsns_.cumulative());
  for (size_t i = 0; i < forward.skipped_count(); ++i) {
    const SkippedStream skipped = forward.skipped(i);
    if (skipped.stream < kMaxStreams) reassembler_.Skip(skipped);
  }
}

void DataReceiver::Note(TsnMap::Arrival arrival, bool immediate, base::Time now) {
  packet_has_data_ = true;
  if (immediate || arrival != TsnMap::Arrival::kNew || tsns_.has_gaps() || first_) sack_now_ = true;
  first_ = false;
  if (sack_at_ == base::kNever) sack_at_ = now + kSackDelay;
}

void DataReceiver::OnPacketEnd() {
  if (!packet_has_data_) return;
  packet_has_data_ = false;
  if (++packets_unacknowledged_ >= 2) sack_now_ = true;
}

void DataReceiver::SendSack(Outbox& out) {
  const size_t window = buffer_ - std::min(buffer_, reassembler_.memory());
  WriteSack(ToWireTsn(tsns_.cumulative()), static_cast<uint32_t>(window), tsns_.Gaps(),
            tsns_.TakeDuplicates(), out);
  sack_now_ = false;
  sack_at_ = base::kNever;
  packets_unacknowledged_ = 0;
}

}  // namespace plaza::sctp::internal
