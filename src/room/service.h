// The module's parts, wired: what `app` builds once and the doors are given.
#pragma once

#include <functional>
#include <memory>

#include "base/metrics.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "room/apps.h"
#include "room/commands.h"
#include "room/directory.h"
#include "room/events.h"
#include "room/limits.h"
#include "room/media_plane.h"
#include "room/session/door.h"
#include "room/session/gate.h"
#include "store/store.h"

namespace plaza::room {

struct ServiceConfig {
  /// How long a member without a signalling socket is kept, and rooms are kept waiting after a
  /// crash.
  base::Duration member_timeout = std::chrono::seconds(30);
  base::Duration ping_interval = std::chrono::seconds(5);
  /// Of all apps together.
  size_t max_rooms = kMaxRooms;
  size_t max_sessions = kMaxSessions;
};

/// Everything here, all calls and all callbacks of the store, the media plane and sockets, is on
/// one thread. The references must outlive the service; `store` must have been opened with an
/// executor that posts to this thread.
class Service {
 public:
  Service(ServiceConfig config, store::Store& store, MediaPlane& media, const base::Clock& clock,
          base::Random& random, base::Metrics& metrics);
  ~Service();

  /// Reads apps, keys and the rooms that lived when the server died. Doors open after `done` said
  /// so.
  void Start(std::function<void(base::Status)> done);
  /// The server is about to end: tells every client, lets nobody in, and lets nobody be counted as
  /// left.
  void Drain();

  /// Whose events the media plane reports here.
  MediaObserver& media_observer();
  SignalDoor& signal_door();
  Gate& gate();
  Commands& commands();
  Directory& directory();
  Apps& apps();
  EventBus& events();

  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace plaza::room
