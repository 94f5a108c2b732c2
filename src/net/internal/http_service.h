// What all connections of one server share: options, routes, counters, and who is connected.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/socket_address.h"
#include "net/event_loop.h"
#include "net/http_server.h"
#include "net/websocket.h"

namespace plaza::net {

class HttpConnection;

struct RouteMatch {
  const HttpRoute* route = nullptr;
  const WebSocketRoute* websocket = nullptr;
  std::string allow;  ///< the methods of the path, where none fits
};

/// Kept alive by the server and its connections.
struct HttpService : std::enable_shared_from_this<HttpService> {
  /// Why a connection is not taken.
  enum class Admission { kAdmitted, kTooMany, kTooManyOfAddress };

  HttpService(EventLoop& service_loop, HttpServerOptions server_options)
      : loop(service_loop), options(std::move(server_options)) {}

  RouteMatch Match(const std::string& path, const std::string& method) const;
  /// Whose connection it is that begins so; null: HTTP's.
  const ByteRoute* MatchBytes(uint8_t first_byte) const;

  Admission Admit(const base::SocketAddress& remote);
  /// The place of one admitted connection; dropping it frees the place.
  std::shared_ptr<void> TakePlace(const base::SocketAddress& remote);
  /// Registers a WebSocket, or a connection of another protocol, for as long as the returned handle
  /// lives.
  std::shared_ptr<void> Register(const std::shared_ptr<WebSocket>& socket);
  std::shared_ptr<void> Register(const std::shared_ptr<Connection>& connection);
  /// Calls on_empty if the last connection has gone while stopping.
  void CheckEmpty();

  EventLoop& loop;
  const HttpServerOptions options;
  std::vector<HttpRoute> routes;
  std::vector<WebSocketRoute> websocket_routes;
  std::vector<ByteRoute> byte_routes;
  HttpServerCounters counters;
  bool stopping = false;
  std::function<void()> on_empty;

  std::unordered_set<HttpConnection*> connections;  ///< that are not WebSockets
  std::unordered_map<WebSocket*, std::weak_ptr<WebSocket>> websockets;
  std::unordered_map<Connection*, std::weak_ptr<Connection>> byte_connections;
  std::unordered_map<base::SocketAddress, size_t> per_address;  ///< see AddressKey in the source
};

}  // namespace plaza::net
