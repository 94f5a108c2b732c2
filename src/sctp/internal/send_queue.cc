#include "sctp/internal/send_queue.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "sctp/internal/constants.h"

namespace plaza::sctp::internal {

void SendQueue::Push(OutgoingMessage message) {
  assert(!message.payload.empty());
  Stream& stream = streams_[message.stream];
  if (stream.messages.empty() && !stream.paused) turns_.push_back(message.stream);
  stream.bytes += message.payload.size();
  memory_ += message.payload.size() + kEntryOverhead;
  stream.messages.push_back(std::move(message));
}

size_t SendQueue::NextSize(base::Time now) {
  while (!turns_.empty()) {
    Stream& stream = current();
    const OutgoingMessage& message = stream.messages.front();
    if (offset_ > 0 || message.limits.expires_at > now) return message.payload.size() - offset_;
    ++expired_;
    stream.bytes -= message.payload.size();
    PopMessage(stream);
  }
  return 0;
}

Fragment SendQueue::DescribeNext(const Stream& stream) const {
  const OutgoingMessage& message = stream.messages.front();
  Fragment fragment;
  fragment.stream = message.stream;
  fragment.ssn = message.unordered ? uint16_t{0} : stream.next_ssn;
  fragment.ppid = message.ppid;
  fragment.unordered = message.unordered;
  fragment.begin = offset_ == 0;
  fragment.limits = message.limits;
  return fragment;
}

Fragment SendQueue::Take(size_t max) {
  Stream& stream = current();
  Fragment fragment = DescribeNext(stream);
  base::Bytes& payload = stream.messages.front().payload;
  const size_t size = std::min(max, payload.size() - offset_);
  fragment.end = offset_ + size == payload.size();
  if (fragment.begin && fragment.end) {
    memory_ -= payload.size();
    fragment.payload = std::move(payload);
    payload.clear();
  } else {
    fragment.payload.assign(payload.begin() + static_cast<std::ptrdiff_t>(offset_),
                            payload.begin() + static_cast<std::ptrdiff_t>(offset_ + size));
    offset_ += size;
  }
  stream.bytes -= size;
  if (fragment.end) EndMessage(stream);
  return fragment;
}

// The first message has been taken: it had its number.
void SendQueue::EndMessage(Stream& stream) {
  if (!stream.messages.front().unordered) ++stream.next_ssn;
  offset_ = 0;
  PopMessage(stream);
}

// Takes the first message away; the turn goes to the next stream.
void SendQueue::PopMessage(Stream& stream) {
  memory_ -= stream.messages.front().payload.size() + kEntryOverhead;
  stream.messages.pop_front();
  const uint16_t id = turns_.front();
  turns_.pop_front();
  if (!stream.messages.empty()) turns_.push_back(id);
}

const OutgoingMessage* SendQueue::begun() const {
  return offset_ > 0 ? &current().messages.front() : nullptr;
}

Fragment SendQueue::DropBegun() {
  assert(offset_ > 0);
  Stream& stream = current();
  Fragment fragment = DescribeNext(stream);
  fragment.end = true;
  stream.bytes -= stream.messages.front().payload.size() - offset_;
  EndMessage(stream);
  return fragment;
}

size_t SendQueue::BytesOf(uint16_t stream) const {
  const auto found = streams_.find(stream);
  return found == streams_.end() ? 0 : found->second.bytes;
}

bool SendQueue::IsEmpty(uint16_t stream) const {
  const auto found = streams_.find(stream);
  return found == streams_.end() || found->second.messages.empty();
}

void SendQueue::Clear(uint16_t id) {
  const auto found = streams_.find(id);
  if (found == streams_.end()) return;
  Stream& stream = found->second;
  const size_t kept = offset_ > 0 && turns_.front() == id ? 1 : 0;
  while (stream.messages.size() > kept) {
    const size_t size = stream.messages.back().payload.size();
    stream.bytes -= size;
    memory_ -= size + kEntryOverhead;
    stream.messages.pop_back();
  }
  if (stream.messages.empty()) std::erase(turns_, id);
}

void SendQueue::Resume(uint16_t id, bool reset) {
  const auto found = streams_.find(id);
  if (found == streams_.end() || !found->second.paused) return;
  Stream& stream = found->second;
  stream.paused = false;
  if (reset) stream.next_ssn = 0;
  if (!stream.messages.empty()) turns_.push_back(id);
}

}  // namespace plaza::sctp::internal
