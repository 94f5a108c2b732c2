#include "sctp/internal/data_sender.h"

#include <algorithm>
#include <utility>

#include "sctp/internal/chunks.h"

namespace plaza::sctp::internal {

DataSender::DataSender(const Config& config, SendQueue& queue, RetransmissionTimeout& timeout,
                       PathHealth& health)
    : config_(config),
      queue_(queue),
      timeout_(timeout),
      health_(health),
      outstanding_(config.initial_tsn),
      window_(config.max_chunk),
      remote_window_(config.remote_window),
      recovery_end_(outstanding_.cumulative()),
      forwarded_(outstanding_.cumulative()) {}

bool DataSender::MaySend(size_t size) const {
  const size_t flight = outstanding_.flight();
  if (flight == 0) return true;  // also the probe of a closed window
  return flight < window_.bytes() && flight + size <= remote_window_;
}

void DataSender::Send(Outbox& out, base::Time now) {
  DropRestOfAbandoned(now);
  SendForwardTsn(out, now);
  size_t burst = kMaxBurst * config_.max_chunk;
  SendLost(out, burst, now);
  SendNew(out, burst, now);
}

void DataSender::SendLost(Outbox& out, size_t& burst, base::Time now) {
  Tsn tsn = 0;
  while (Outstanding::Chunk* chunk = outstanding_.FindLost(tsn)) {
    const size_t size = Outstanding::SizeOf(chunk->fragment);
    if (size > burst || !(MaySend(size) || repair_now_)) return;
    repair_now_ = false;
    burst -= size;
    outstanding_.OnSentAgain(*chunk, now);
    ++retransmissions_;
    if (tsn == outstanding_.cumulative() + 1) retransmit_at_ = base::kNever;  // starts anew
    Transmit(out, tsn, chunk->fragment, true, now);
  }
}

void DataSender::SendNew(Outbox& out, size_t& burst, base::Time now) {
  constexpr size_t kHeaders = kTlvHeaderSize + kDataFields;
  const size_t max_payload = config_.max_chunk - kHeaders;
  while (outstanding_.size() < kMaxOutstandingChunks) {
    const size_t left = queue_.NextSize(now);
    if (left == 0) return;
    // A message is not cut for a small rest of a packet.
    size_t room = out.room() > kDataFields ? out.room() - kDataFields : 0;
    if (left > room && room < max_payload / 2) room = max_payload;
    const size_t size = std::min(left, room);
    if (size + kHeaders > burst || !MaySend(size + kHeaders)) return;
    burst -= size + kHeaders;
    const bool last_for_now = outstanding_.flight() + size + kHeaders >= window_.bytes();
    Fragment fragment = queue_.Take(size);
    if (!config_.forward_tsn) fragment.limits = {};
    const Tsn tsn = outstanding_.last() + 1;
    Transmit(out, tsn, fragment, last_for_now, now);
    outstanding_.Add(std::move(fragment), now);
  }
}

void DataSender::Transmit(Outbox& out, Tsn tsn, const Fragment& fragment, bool immediate,
                          base::Time now) {
  DataChunk data;
  data.tsn = ToWireTsn(tsn);
  data.stream = fragment.stream;
  data.ssn = fragment.ssn;
  data.ppid = fragment.ppid;
  data.begin = fragment.begin;
  data.end = fragment.end;
  data.unordered = fragment.unordered;
  data.immediate = immediate;
  data.payload = fragment.payload;
  Write(data, out);
  if (retransmit_at_ == base::kNever) retransmit_at_ = now + timeout_.value();
}

// A message of which a part is given up, or whose time has passed, is not begun in vain: the last
// chunk of it, which is never sent, makes a FORWARD TSN pass over the whole message.
void DataSender::DropRestOfAbandoned(base::Time now) {
  const OutgoingMessage* begun = queue_.begun();
  if (!begun || !config_.forward_tsn) return;
  if (!outstanding_.last_is_open_and_abandoned()) {
    if (begun->limits.expires_at > now) return;
    outstanding_.AbandonLast();
  }
  outstanding_.AddAbandoned(queue_.DropBegun());
}

void DataSender::SendForwardTsn(Outbox& out, base::Time now) {
  skipped_.clear();
  const Tsn point = outstanding_.AbandonedUpTo(skipped_);
  if (point == outstanding_.cumulative()) return;
  if (point == forwarded_ && now - forwarded_at_ < timeout_.round_trip()) return;
  forwarded_ = point;
  forwarded_at_ = now;
  WriteForwardTsn(ToWireTsn(point), skipped_, out);
  if (retransmit_at_ == base::kNever) retransmit_at_ = now + timeout_.value();
}

void DataSender::OnSack(const SackChunk& sack, base::Time now) {
  const size_t flight = outstanding_.flight();
  const bool recovering = outstanding_.cumulative() < recovery_end_;
  const auto result = outstanding_.OnSack(sack, recovering, now);
  if (!result) return;
  if (result->bytes > 0 || result->advanced || sack.window == 0) health_.OnAnswered();
  if (result->round_trip) timeout_.OnMeasured(*result->round_trip);
  remote_window_ = sack.window + outstanding_.flight();
  if (result->advanced && outstanding_.cumulative() >= recovery_end_)
    window_.OnAcknowledged(result->bytes, flight);
  if (result->lost && outstanding_.cumulative() >= recovery_end_) {
    window_.OnLoss();
    recovery_end_ = outstanding_.last();
    repair_now_ = true;
  }
  if (outstanding_.empty()) {
    retransmit_at_ = base::kNever;
    window_.OnIdle();
  } else if (result->advanced) {
    retransmit_at_ = now + timeout_.value();
  }
}

void DataSender::OnCumulativeTsn(uint32_t tsn, base::Time now) {
  SackChunk sack;
  sack.cumulative_tsn = tsn;
  const size_t window = remote_window_;
  OnSack(sack, now);
  remote_window_ = window;
}

void DataSender::HandleTimeout(base::Time now) {
  if (retransmit_at_ > now) return;
  retransmit_at_ = base::kNever;
  health_.OnUnanswered();
  timeout_.BackOff();
  window_.OnTimeout();
  recovery_end_ = outstanding_.cumulative();
  forwarded_at_ = {};
  outstanding_.OnTimeout(now);
  // Where nothing can be sent at once, the timer goes on.
  if (!outstanding_.empty()) retransmit_at_ = now + timeout_.value();
}

}  // namespace plaza::sctp::internal
