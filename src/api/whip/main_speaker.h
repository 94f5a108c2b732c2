// Whom somebody watches who watches only one: the one who has the floor.
#pragma once

#include <optional>
#include <vector>

#include "base/time.h"
#include "room/member_observer.h"

namespace plaza::api {

/// Somebody who was the loudest for so long takes over from whom is watched.
inline constexpr base::Duration kFloorTime = std::chrono::seconds(1);

/// Of those who publish, the one who spoke last for a second; before anybody spoke, the one who
/// publishes longest.
class MainSpeaker {
 public:
  /// Somebody publishes, or does no longer.
  void SetPublishing(const room::UserId& user, bool publishing, base::Time now);
  /// Who speaks now, loudest first.
  void SetSpeakers(const std::vector<room::SpeakerView>& speakers, base::Time now);
  /// Nobody if nobody publishes.
  const std::optional<room::UserId>& current() const { return current_; }

  /// When HandleTimeout() may change who it is.
  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);

 private:
  void Choose(base::Time now);
  bool Publishes(const room::UserId& user) const;

  std::vector<room::UserId> publishing_;  // the longest first
  std::vector<room::UserId> speaking_;    // the loudest first
  std::optional<room::UserId> loudest_;
  base::Time loudest_since_{};
  std::optional<room::UserId> current_;
};

}  // namespace plaza::api
