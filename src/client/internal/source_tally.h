// What was received from whom, over all slots and connections.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "client/statistics.h"

namespace plaza::client::internal {

/// A user's stream, as slots carry it.
struct SourceKey {
  std::string user_id;
  signal::StreamType stream = signal::StreamType::kMain;
  friend bool operator<(const SourceKey& a, const SourceKey& b) {
    return std::tie(a.user_id, a.stream) < std::tie(b.user_id, b.stream);
  }
};

class SourceTally {
 public:
  /// Beyond so many sources, further ones are counted as nobody's.
  static constexpr size_t kMaxSources = 4096;

  /// Packets of a slot that nobody was announced in are counted for the user "".
  void Add(const std::optional<SourceKey>& source, bool video, const ReceiveCounters& counters);
  std::vector<SourceStatistics> List() const;

 private:
  std::map<SourceKey, SourceStatistics> sources_;
};

}  // namespace plaza::client::internal
