// WS /v1/signal: hands WebSockets to the room's signalling door.
#pragma once

#include "net/http_server.h"
#include "room/session/door.h"

namespace plaza::api {

/// `door` outlives the server.
void MountSignalSocket(net::HttpServer& server, room::SignalDoor& door);

}  // namespace plaza::api
