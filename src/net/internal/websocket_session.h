// A WebSocket over a byte stream, for both roles. Behind it is the one source that compiles
// Beast's.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/event_loop.h"
#include "net/http_types.h"
#include "net/internal/byte_stream.h"
#include "net/websocket.h"

namespace plaza::net {

struct WebSocketSetup {
  EventLoop& loop;
  std::shared_ptr<ByteStream> stream;
  WebSocketOptions options;
  base::SocketAddress remote;
  base::Time handshake_deadline = base::kNever;
  std::string leftover = {};           ///< bytes that were read behind the upgrade request
  std::function<void()> on_slow = {};  ///< it is closed because its queue was full
  std::shared_ptr<void> keep = {};     ///< dropped when the connection is gone
};

using WebSocketOpened = std::function<void(base::Result<std::shared_ptr<WebSocket>>)>;

/// Answers the upgrade `request`. `done` is called once, later.
void AcceptWebSocket(WebSocketSetup setup, const HttpRequest& request, WebSocketOpened done);

/// Asks the server for the upgrade. `done` is called once, later; an error's code is the status of
/// a refusal.
void RequestWebSocket(WebSocketSetup setup, const std::string& host, const std::string& target,
                      const HttpHeaders& headers, WebSocketOpened done);

}  // namespace plaza::net
