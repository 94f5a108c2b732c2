// What happens in rooms, typed and numbered, and the bus that carries it to whoever reads:
// sessions' room updates take theirs from the room itself; webhooks, metering, the console and the
// log read here.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "room/names.h"
#include "signal/terms.h"

namespace plaza::room {

using signal::EventNumber;
using signal::KickReason;
using signal::MediaKind;
using signal::Role;
using signal::Scene;
using signal::StreamType;
using signal::Track;
using signal::UnpublishReason;

/// Why a member is gone for good. The room's own view; clients see signal::LeaveReason.
enum class Departure : uint8_t { kLeft, kTimeout, kKicked, kBanned, kDismissed };
enum class RoomEnd : uint8_t { kEmpty, kDismissed, kNobodyCameBack };

/// The first member is about to enter; or the server came back after a crash and waits for the
/// members.
struct RoomStarted {
  bool restored = false;
};
/// Everybody is gone. The last event of this life of the room.
struct RoomEnded {
  RoomEnd reason = RoomEnd::kEmpty;
};
struct MemberEntered {
  UserId user;
  Role role = Role::kAnchor;
  std::vector<Track> tracks;
};
/// The member's tracks end with it.
struct MemberGone {
  UserId user;
  Role role = Role::kAnchor;
  Departure reason = Departure::kLeft;
};
/// The same user id entered again and took the place of the first entry.
struct MemberReplaced {
  UserId user;
};
/// On the way to audience the member's tracks have ended before.
struct MemberRoleChanged {
  UserId user;
  Role role = Role::kAnchor;
};
struct TrackStarted {
  UserId user;
  Track track;
};
struct TrackChanged {
  UserId user;
  Track track;
};
struct TrackEnded {
  UserId user;
  Track track;
  UnpublishReason reason = UnpublishReason::kStopped;
};

using EventBody = std::variant<RoomStarted, RoomEnded, MemberEntered, MemberGone, MemberReplaced,
                               MemberRoleChanged, TrackStarted, TrackChanged, TrackEnded>;

struct Event {
  RoomKey room;
  Scene scene = Scene::kRtc;
  EventNumber number;
  base::WallTime at;
  EventBody body;
};

/// Subscribers are called in the order of subscription, at once, on the control thread. They must
/// not change rooms from inside the call.
class EventBus {
 public:
  using Handler = std::function<void(const Event&)>;

  /// Ends the subscription when destroyed.
  class Subscription {
   public:
    Subscription() = default;
    explicit Subscription(std::function<void()> end) : end_(std::move(end)) {}
    Subscription(Subscription&& other) noexcept : end_(std::exchange(other.end_, nullptr)) {}
    Subscription& operator=(Subscription&& other) noexcept {
      std::swap(end_, other.end_);
      return *this;
    }
    ~Subscription() {
      if (end_) end_();
    }

   private:
    std::function<void()> end_;
  };

  [[nodiscard]] Subscription Subscribe(Handler handler);
  void Publish(const Event& event);

 private:
  struct Handlers {
    std::map<uint64_t, Handler> by_id;
    uint64_t next = 1;
  };
  std::shared_ptr<Handlers> handlers_ = std::make_shared<Handlers>();
};

}  // namespace plaza::room
