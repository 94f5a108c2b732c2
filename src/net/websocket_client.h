// Opens a WebSocket as a client.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/event_loop.h"
#include "net/http_types.h"
#include "net/tls.h"
#include "net/websocket.h"

namespace plaza::net {

struct WebSocketClientOptions {
  WebSocketOptions
      websocket;  ///< its handshake time-out covers resolving, connecting, TLS and upgrade
  TlsTrust trust;
  HttpHeaders headers;  ///< sent with the upgrade
};

/// Opens `url` (ws://host:port/path or wss://…). `done` is called once, on the loop's thread,
/// later; set the socket's callbacks in it. A refusal by the server is an error whose code is the
/// HTTP status.
void OpenWebSocket(EventLoop& loop, const std::string& url, WebSocketClientOptions options,
                   std::function<void(base::Result<std::shared_ptr<WebSocket>>)> done);

}  // namespace plaza::net
