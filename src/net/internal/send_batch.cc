// Staging and grouping of outgoing datagrams.
#include "net/internal/send_batch.h"

#include <algorithm>
#include <functional>

namespace plaza::net {
namespace {
constexpr size_t kMaxPackets = 4096;
constexpr size_t kSlots = 2 * kMaxPackets;  // a power of two, never more than half full
constexpr uint32_t kFree = UINT32_MAX;
}  // namespace

SendBatch::SendBatch(size_t capacity_bytes)
    : bytes_(std::max(capacity_bytes, kMaxDatagram)), slots_(kSlots, kFree) {
  packets_.reserve(kMaxPackets);
}

std::span<uint8_t> SendBatch::Begin(const base::Path& path, size_t capacity) {
  if (capacity > bytes_.size() - used_ || packets_.size() == kMaxPackets) return {};
  // Begun and discarded datagrams take a destination too.
  if (destinations_.size() == kMaxPackets) return {};
  if (destinations_.empty() || destinations_[current_].path != path) current_ = FindOrAdd(path);
  return {bytes_.data() + used_, capacity};
}

void SendBatch::Commit(size_t size) {
  if (size == 0) return;
  const uint32_t index = static_cast<uint32_t>(packets_.size());
  packets_.push_back({static_cast<uint32_t>(used_), kEndOfChain, static_cast<uint16_t>(size)});
  used_ += size;
  Destination& destination = destinations_[current_];
  if (destination.last == kEndOfChain) {
    destination.first = index;
  } else {
    packets_[destination.last].next = index;
  }
  destination.last = index;
}

void SendBatch::Clear() {
  for (const Destination& destination : destinations_) slots_[destination.slot] = kFree;
  destinations_.clear();
  packets_.clear();
  used_ = 0;
  current_ = 0;
}

uint32_t SendBatch::FindOrAdd(const base::Path& path) {
  uint32_t slot = static_cast<uint32_t>(std::hash<base::Path>{}(path)) & (kSlots - 1);
  for (; slots_[slot] != kFree; slot = (slot + 1) & (kSlots - 1))
    if (destinations_[slots_[slot]].path == path) return slots_[slot];
  const uint32_t index = static_cast<uint32_t>(destinations_.size());
  slots_[slot] = index;
  destinations_.push_back({path, slot, kEndOfChain, kEndOfChain});
  return index;
}

void SendBatch::BuildRuns(bool gso, std::vector<SendRun>& runs) const {
  for (uint32_t d = 0; d < destinations_.size(); ++d) {
    SendRun run{d, kEndOfChain, 0, 0};
    size_t bytes = 0;
    bool ended = true;  // the run so far takes no further datagram
    for (uint32_t i = destinations_[d].first; i != kEndOfChain; i = packets_[i].next) {
      const uint16_t size = packets_[i].size;
      const bool fits = !ended && size <= run.segment_size && run.segments < kMaxRunSegments &&
                        bytes + size <= kMaxRunBytes;
      if (!fits) {
        if (run.segments > 0) runs.push_back(run);
        run = {d, i, 0, size};
        bytes = 0;
      }
      ++run.segments;
      bytes += size;
      ended = !gso || size < run.segment_size;
    }
    if (run.segments > 0) runs.push_back(run);
  }
}

void SendBatch::Split(const SendRun& run, std::vector<SendRun>& runs) const {
  uint32_t index = run.first;
  for (uint16_t i = 0; i < run.segments; ++i, index = packets_[index].next)
    runs.push_back({run.destination, index, 1, packets_[index].size});
}

}  // namespace plaza::net
