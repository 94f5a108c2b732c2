// Adding up counters.
#include "client/statistics.h"

#include "client/internal/source_tally.h"

namespace plaza::client {

ReceiveCounters& ReceiveCounters::operator+=(const ReceiveCounters& other) {
  packets += other.packets;
  bytes += other.bytes;
  recovered += other.recovered;
  nacked += other.nacked;
  lost += other.lost;
  frames += other.frames;
  keyframes += other.keyframes;
  damaged_frames += other.damaged_frames;
  keyframe_requests += other.keyframe_requests;
  return *this;
}

namespace internal {

void SourceTally::Add(const std::optional<SourceKey>& source, bool video,
                      const ReceiveCounters& counters) {
  if (counters == ReceiveCounters{}) return;
  SourceKey key = source.value_or(SourceKey{});
  if (sources_.size() >= kMaxSources && !sources_.contains(key)) key = {};
  SourceStatistics& entry = sources_[key];
  entry.user_id = key.user_id;
  entry.stream = key.stream;
  (video ? entry.video : entry.audio) += counters;
}

std::vector<SourceStatistics> SourceTally::List() const {
  std::vector<SourceStatistics> list;
  for (const auto& [key, source] : sources_) list.push_back(source);
  return list;
}

}  // namespace internal
}  // namespace plaza::client
