#include "sctp/internal/outstanding.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "sctp/internal/constants.h"

namespace plaza::sctp::internal {

Tsn Outstanding::Add(Fragment fragment, base::Time now) {
  flight_ += SizeOf(fragment);
  memory_ += SizeOf(fragment);
  const Tsn tsn = last() + 1;
  chunks_.push_back({std::move(fragment), State::kInFlight, now, 1, 0, tsn + 1});
  return tsn;
}

void Outstanding::AddAbandoned(Fragment fragment) {
  memory_ += SizeOf(fragment);
  chunks_.push_back({std::move(fragment), State::kAbandoned});
}

void Outstanding::SetState(Chunk& chunk, State state) {
  const size_t size = SizeOf(chunk.fragment);
  if (chunk.state == State::kInFlight) flight_ -= size;
  if (chunk.state == State::kLost) --lost_;
  if (state == State::kInFlight) flight_ += size;
  if (state == State::kLost) ++lost_;
  chunk.state = state;
}

void Outstanding::Acknowledge(Chunk& chunk, Acknowledged& result, base::Time now) {
  if (chunk.state != State::kInFlight && chunk.state != State::kLost) return;
  result.bytes += SizeOf(chunk.fragment);
  if (chunk.transmissions == 1) result.round_trip = now - chunk.sent_at;  // Karn's rule
  SetState(chunk, State::kAcknowledged);
}

void Outstanding::PopFront(Acknowledged& result, base::Time now) {
  Chunk& chunk = chunks_.front();
  Acknowledge(chunk, result, now);
  memory_ -= SizeOf(chunk.fragment);
  chunks_.pop_front();
  ++cumulative_;
  result.advanced = true;
}

std::optional<Outstanding::Acknowledged> Outstanding::OnSack(const SackChunk& sack, bool recovering,
                                                             base::Time now) {
  const Tsn cumulative = UnwrapTsn(sack.cumulative_tsn, cumulative_);
  if (cumulative < cumulative_ || cumulative > last()) return std::nullopt;
  Acknowledged result;
  Tsn newest = cumulative_;  // the highest TSN that was not acknowledged before
  Tsn highest = cumulative;  // the highest that is acknowledged now
  while (cumulative_ < cumulative) {
    const size_t before = result.bytes;
    PopFront(result, now);
    if (result.bytes > before) newest = cumulative_;
  }
  for (size_t i = 0; i < sack.gap_count(); ++i) {
    const GapBlock gap = sack.gap(i);
    const Tsn first = cumulative_ + gap.first;
    const Tsn end = std::min(cumulative_ + gap.last, last());
    if (first <= highest || first > end) break;  // not in order: nothing to rely on
    for (Tsn tsn = first; tsn <= end; ++tsn) {
      const size_t before = result.bytes;
      Acknowledge(chunks_[static_cast<size_t>(tsn - cumulative_ - 1)], result, now);
      if (result.bytes > before) newest = tsn;
    }
    highest = end;
  }
  // What follows the cumulative TSN is missing, whatever an earlier gap block said.
  if (!chunks_.empty() && chunks_.front().state == State::kAcknowledged) Lose(0, now);
  CountMisses(recovering && result.advanced ? highest : newest, result, now);
  return result;
}

void Outstanding::CountMisses(Tsn highest, Acknowledged& result, base::Time now) {
  const auto count = static_cast<size_t>(std::max<Tsn>(highest - cumulative_ - 1, 0));
  for (size_t i = 0; i < count; ++i) {
    Chunk& chunk = chunks_[i];
    if (chunk.state != State::kInFlight || highest < chunk.judged_by) continue;
    if (++chunk.misses < kMissesUntilLost) continue;
    result.lost = true;
    Lose(i, now);
  }
}

void Outstanding::OnTimeout(base::Time now) {
  for (size_t i = 0; i < chunks_.size(); ++i)
    if (chunks_[i].state == State::kInFlight) Lose(i, now);
}

void Outstanding::Lose(size_t index, base::Time now) {
  Chunk& chunk = chunks_[index];
  const Limits& limits = chunk.fragment.limits;
  if (chunk.transmissions > limits.max_retransmits || limits.expires_at <= now)
    return AbandonMessage(index);
  chunk.misses = 0;
  SetState(chunk, State::kLost);
}

void Outstanding::AbandonLast() {
  if (!chunks_.empty()) AbandonMessage(chunks_.size() - 1);
}

// The chunks of a message follow each other.
void Outstanding::AbandonMessage(size_t index) {
  ++abandoned_messages_;
  size_t first = index;
  while (first > 0 && !chunks_[first].fragment.begin) --first;
  for (size_t i = first; i < chunks_.size(); ++i) {
    SetState(chunks_[i], State::kAbandoned);
    if (chunks_[i].fragment.end) break;
  }
}

Outstanding::Chunk* Outstanding::FindLost(Tsn& tsn) {
  if (lost_ == 0) return nullptr;
  const auto found = std::find_if(chunks_.begin(), chunks_.end(),
                                  [](const Chunk& c) { return c.state == State::kLost; });
  assert(found != chunks_.end());
  tsn = cumulative_ + 1 + (found - chunks_.begin());
  return &*found;
}

void Outstanding::OnSentAgain(Chunk& chunk, base::Time now) {
  SetState(chunk, State::kInFlight);
  ++chunk.transmissions;
  chunk.sent_at = now;
  chunk.misses = 0;
  chunk.judged_by = last() + 1;
}

Tsn Outstanding::AbandonedUpTo(std::vector<SkippedStream>& skipped) const {
  Tsn point = cumulative_;
  for (const Chunk& chunk : chunks_) {
    if (chunk.state != State::kAbandoned) break;
    if (!chunk.fragment.unordered) {
      const uint16_t stream = chunk.fragment.stream;
      const auto known = std::find_if(skipped.begin(), skipped.end(),
                                      [&](const SkippedStream& s) { return s.stream == stream; });
      if (known != skipped.end()) {
        known->ssn = chunk.fragment.ssn;
      } else if (skipped.size() == kMaxSkippedStreams) {
        break;
      } else {
        skipped.push_back({stream, chunk.fragment.ssn});
      }
    }
    ++point;
  }
  return point;
}

}  // namespace plaza::sctp::internal
