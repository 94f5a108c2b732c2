// What the control thread said and when, for the media to be held against.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/time.h"

namespace plaza::sim {

/// Somebody was in a slot.
struct Occupancy {
  uint32_t source = 0;  ///< the publisher's number
  bool audio = false;
  bool video = false;
  base::Time from{};
  base::Time to = base::kNever;
};

/// Who was put into which slot of one connection.
class SlotDiary {
 public:
  void SetLine(const std::string& mid, uint32_t slot) { slots_[mid] = slot; }
  /// `source` 0: nobody.
  void Set(uint32_t slot, uint32_t source, bool audio, bool video, base::Time now) {
    auto& history = history_[slot];
    if (!history.empty()) {
      Occupancy& last = history.back();
      const bool same = last.source == source && last.audio == audio && last.video == video;
      if (same && last.to == base::kNever) return;
      if (last.to == base::kNever) last.to = now;
    }
    if (source != 0) history.push_back({source, audio, video, now});
  }
  /// Whether a packet of `source` may have been sent on this m-line at that time; `late` is what
  /// a command may take.
  bool Allows(const std::string& mid, uint32_t source, bool audio, base::Time sent,
              base::Duration late) const {
    const auto slot = slots_.find(mid);
    if (slot == slots_.end()) return false;
    const auto history = history_.find(slot->second);
    if (history == history_.end()) return false;
    for (const Occupancy& one : history->second) {
      const bool half = audio ? one.audio : one.video;
      const bool ended = one.to != base::kNever && sent > one.to + late;
      if (one.source == source && half && one.from <= sent && !ended) return true;
    }
    return false;
  }
  /// The slots in which `source` is now.
  std::vector<uint32_t> SlotsOf(uint32_t source) const {
    std::vector<uint32_t> slots;
    for (const auto& [slot, history] : history_)
      if (!history.empty() && history.back().source == source && history.back().to == base::kNever)
        slots.push_back(slot);
    return slots;
  }
  std::string MidOf(uint32_t slot, bool audio) const {
    for (const auto& [mid, of] : slots_)
      if (of == slot && (std::stoul(mid) % 2 == 0) == audio) return mid;
    return {};
  }

 private:
  std::map<std::string, uint32_t> slots_;  // by mid
  std::map<uint32_t, std::vector<Occupancy>> history_;
};

/// When a track was forwarded to whoever wished for it.
class TrackDiary {
 public:
  void Set(bool forwarded, base::Time now) {
    const bool before = !spans_.empty() && spans_.back().second == base::kNever;
    if (forwarded == before) return;
    if (forwarded) {
      spans_.emplace_back(now, base::kNever);
    } else {
      spans_.back().second = now;
    }
  }
  bool Allows(base::Time sent, base::Duration late) const {
    for (const auto& [from, to] : spans_)
      if (from <= sent && (to == base::kNever || sent <= to + late)) return true;
    return false;
  }
  bool forwarded() const { return !spans_.empty() && spans_.back().second == base::kNever; }
  base::Time since() const { return spans_.empty() ? base::kNever : spans_.back().first; }

 private:
  std::vector<std::pair<base::Time, base::Time>> spans_;
};

}  // namespace plaza::sim
