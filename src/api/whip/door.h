// WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep): rooms for clients that speak HTTP and WebRTC
// only.
#pragma once

#include <memory>

#include "base/metrics.h"
#include "base/random.h"
#include "net/event_loop.h"
#include "net/http_server.h"
#include "room/service.h"

namespace plaza::api {

/// Sessions at once; beyond: 503.
inline constexpr size_t kMaxWhipSessions = 20'000;

/// POST /whip/{sdkAppId}/{roomId}/{userId} publishes, POST /whep/… watches one user or the main
/// speaker; PATCH (trickle, ICE restart) and DELETE on the session that `Location` names, and POST
/// …/layer for the size of the picture. docs/whip.md says it all. Everything given outlives it.
class WhipDoor {
 public:
  WhipDoor(net::EventLoop& loop, room::Service& service, base::Random& random,
           base::Metrics& metrics);
  ~WhipDoor();

  /// Before the server starts.
  void Mount(net::HttpServer& server);

 private:
  class Sessions;
  std::unique_ptr<Sessions> sessions_;
};

}  // namespace plaza::api
