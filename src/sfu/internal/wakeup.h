// Who of many has something to do, and when, without looking at all of them.
#pragma once

#include <algorithm>
#include <vector>

#include "base/time.h"

namespace plaza::sfu {

class Peer;
class WakeupList;

/// A peer's next appointment. The list must outlive it.
class Wakeup {
 public:
  Wakeup(WakeupList& list, Peer& owner) : list_(list), owner_(owner) {}
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  /// At the end of the turn.
  void Now() { At(base::Time::min()); }
  /// Not later than `time`.
  void At(base::Time time);

 private:
  friend class WakeupList;
  WakeupList& list_;
  Peer& owner_;
  base::Time time_ = base::kNever;
  bool listed_ = false;
};

/// Those who have an appointment.
class WakeupList {
 public:
  base::Time Next() const {
    base::Time next = base::kNever;
    for (const Wakeup* wakeup : listed_) next = std::min(next, wakeup->time_);
    return next;
  }
  /// Takes out a peer whose time has come; nullptr if there is none.
  Peer* Take(base::Time now) {
    for (size_t i = 0; i < listed_.size(); ++i) {
      Wakeup* wakeup = listed_[i];
      if (wakeup->time_ > now) continue;
      listed_[i] = listed_.back();
      listed_.pop_back();
      wakeup->listed_ = false;
      wakeup->time_ = base::kNever;
      return &wakeup->owner_;
    }
    return nullptr;
  }

 private:
  friend class Wakeup;
  std::vector<Wakeup*> listed_;
};

inline Wakeup::~Wakeup() {
  if (listed_) std::erase(list_.listed_, this);
}

inline void Wakeup::At(base::Time time) {
  time_ = std::min(time_, time);
  if (listed_ || time == base::kNever) return;
  listed_ = true;
  list_.listed_.push_back(this);
}

}  // namespace plaza::sfu
