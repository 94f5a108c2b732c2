// Which of many things is due next.
#pragma once

#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/time.h"

namespace plaza::room {

/// At most one deadline for each key. Setting only ever moves it closer: who is called too early
/// looks again and sets it anew, which is cheaper than moving it with every message.
template <typename Key>
class Deadlines {
 public:
  void SetIfEarlier(const Key& key, base::Time time) {
    if (time == base::kNever) return;
    const auto [found, added] = times_.try_emplace(key, time);
    if (!added) {
      if (found->second <= time) return;
      order_.erase({found->second, key});
      found->second = time;
    }
    order_.emplace(time, key);
  }
  void Erase(const Key& key) {
    const auto found = times_.find(key);
    if (found == times_.end()) return;
    order_.erase({found->second, key});
    times_.erase(found);
  }
  base::Time Next() const { return order_.empty() ? base::kNever : order_.begin()->first; }
  /// Takes out one that is due.
  std::optional<Key> PopDue(base::Time now) {
    if (now < Next()) return std::nullopt;
    Key key = order_.begin()->second;
    Erase(key);
    return key;
  }

 private:
  std::unordered_map<Key, base::Time> times_;
  std::set<std::pair<base::Time, Key>> order_;
};

}  // namespace plaza::room
