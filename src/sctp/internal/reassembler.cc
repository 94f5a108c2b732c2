#include "sctp/internal/reassembler.h"

#include <iterator>
#include <utility>

#include "sctp/internal/constants.h"

namespace plaza::sctp::internal {
namespace {

size_t CostOf(const base::Bytes& payload) { return payload.size() + kEntryOverhead; }

}  // namespace

bool Reassembler::Continues(const Run& before, Tsn first, const Run& after) {
  return before.last + 1 == first && !before.end && !after.begin && before.stream == after.stream &&
         before.unordered == after.unordered && before.ssn == after.ssn;
}

bool Reassembler::Add(Tsn tsn, const DataChunk& data) {
  Run run;
  run.last = tsn;
  run.stream = data.stream;
  run.ssn = data.ssn;
  run.ppid = data.ppid;
  run.unordered = data.unordered;
  run.begin = data.begin;
  run.end = data.end;
  run.payload.assign(data.payload.begin(), data.payload.end());
  if (run.payload.size() > max_message_size_) return false;
  memory_ += CostOf(run.payload);
  auto at = runs_.insert_or_assign(tsn, std::move(run)).first;
  if (!JoinNext(at)) return false;
  if (at != runs_.begin()) {
    const auto before = std::prev(at);
    if (Continues(before->second, at->first, at->second)) {
      if (!JoinNext(before)) return false;
      at = before;
    }
  }
  if (at->second.begin && at->second.end) Finish(at);
  return true;
}

bool Reassembler::JoinNext(Runs::iterator at) {
  const auto next = std::next(at);
  if (next == runs_.end() || !Continues(at->second, next->first, next->second)) return true;
  Run& run = at->second;
  const base::Bytes& more = next->second.payload;
  if (run.payload.size() + more.size() > max_message_size_) return false;
  run.payload.insert(run.payload.end(), more.begin(), more.end());
  run.last = next->second.last;
  run.end = next->second.end;
  runs_.erase(next);
  memory_ -= kEntryOverhead;
  return true;
}

void Reassembler::Drop(Runs::iterator run) {
  memory_ -= CostOf(run->second.payload);
  runs_.erase(run);
}

void Reassembler::Finish(Runs::iterator at) {
  Run run = std::move(at->second);
  runs_.erase(at);
  const size_t cost = CostOf(run.payload);
  ReceivedMessage message{run.stream, run.ppid, std::move(run.payload)};
  if (run.unordered) {
    memory_ -= cost;
    ready_.push_back(std::move(message));
    return;
  }
  Stream& stream = streams_[run.stream];
  const Ssn ssn = UnwrapSsn(run.ssn, stream.next);
  // A number that was used or skipped before can't be put in order any more.
  if (ssn < stream.next || !stream.waiting.emplace(ssn, std::move(message)).second) {
    memory_ -= cost;
    return;
  }
  ReleaseInOrder(stream);
}

void Reassembler::ReleaseInOrder(Stream& stream) {
  while (!stream.waiting.empty() && stream.waiting.begin()->first <= stream.next) {
    const auto first = stream.waiting.begin();
    if (first->first == stream.next) ++stream.next;
    memory_ -= CostOf(first->second.payload);
    ready_.push_back(std::move(first->second));
    stream.waiting.erase(first);
  }
}

void Reassembler::Skip(SkippedStream skipped) {
  Stream& stream = streams_[skipped.stream];
  const Ssn ssn = UnwrapSsn(skipped.ssn, stream.next);
  if (ssn < stream.next) return;
  stream.next = ssn + 1;
  ReleaseInOrder(stream);
}

void Reassembler::OnCumulative(Tsn cumulative) {
  // Every TSN up to the cumulative one is known: a run before it can only grow at its end, there.
  for (auto run = runs_.begin(); run != runs_.end() && run->first <= cumulative;) {
    const auto next = std::next(run);
    const bool can_grow = run->second.begin && run->second.last >= cumulative;
    if (!can_grow) Drop(run);
    run = next;
  }
}

void Reassembler::ResetStream(uint16_t id) {
  const auto stream = streams_.find(id);
  if (stream == streams_.end()) return;
  for (const auto& [ssn, message] : stream->second.waiting) memory_ -= CostOf(message.payload);
  streams_.erase(stream);
}

void Reassembler::ResetAllStreams() {
  while (!streams_.empty()) ResetStream(streams_.begin()->first);
}

std::vector<ReceivedMessage> Reassembler::TakeReady() { return std::exchange(ready_, {}); }

}  // namespace plaza::sctp::internal
