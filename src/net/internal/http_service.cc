// Routing and admission.
#include "net/internal/http_service.h"

#include <algorithm>
#include <cstdint>

namespace plaza::net {
namespace {

// Whoever has one IPv6 address has its whole /64.
base::SocketAddress AddressKey(const base::SocketAddress& remote) {
  if (remote.ip.is_v4()) return {remote.ip, 0};
  auto bytes = remote.ip.bytes();
  std::fill(bytes.begin() + 8, bytes.end(), uint8_t{0});
  return {base::IpAddress::V6(bytes), 0};
}

// How well a pattern that fits is meant for a path: an exact one above all, then the longest.
size_t Weight(const std::string& pattern) {
  return pattern.ends_with("/*") ? pattern.size() : SIZE_MAX;
}

bool PathFits(const std::string& pattern, const std::string& path) {
  if (pattern.ends_with("/*")) return path.starts_with(pattern.substr(0, pattern.size() - 1));
  return path == pattern;
}

bool MethodFits(const HttpRoute& route, const std::string& method) {
  const auto has = [&](const std::string& m) {
    return std::find(route.methods.begin(), route.methods.end(), m) != route.methods.end();
  };
  return route.methods.empty() || has(method) || (method == "HEAD" && has("GET"));
}

std::shared_ptr<void> Defer(std::function<void()> function) {
  return {nullptr, [function = std::move(function)](void*) { function(); }};
}

}  // namespace

RouteMatch HttpService::Match(const std::string& path, const std::string& method) const {
  RouteMatch match;
  for (const WebSocketRoute& route : websocket_routes) {
    if (route.path != path) continue;
    if (method == "GET") {
      match.websocket = &route;
      return match;
    }
    match.allow = "GET";
  }
  for (const HttpRoute& route : routes) {
    if (!PathFits(route.path, path)) continue;
    if (!MethodFits(route, method)) {
      for (const std::string& m : route.methods)
        match.allow += (match.allow.empty() ? "" : ", ") + m;
    } else if (!match.route || Weight(route.path) > Weight(match.route->path)) {
      match.route = &route;
    }
  }
  return match;
}

const ByteRoute* HttpService::MatchBytes(uint8_t first_byte) const {
  for (const ByteRoute& route : byte_routes)
    if (route.fits(first_byte)) return &route;
  return nullptr;
}

HttpService::Admission HttpService::Admit(const base::SocketAddress& remote) {
  if (counters.open_connections >= options.max_connections) {
    ++counters.refused_total;
    return Admission::kTooMany;
  }
  const auto found = per_address.find(AddressKey(remote));
  if (found != per_address.end() && found->second >= options.max_connections_per_address) {
    ++counters.refused_address;
    return Admission::kTooManyOfAddress;
  }
  return Admission::kAdmitted;
}

std::shared_ptr<void> HttpService::TakePlace(const base::SocketAddress& remote) {
  const base::SocketAddress key = AddressKey(remote);
  ++per_address[key];
  ++counters.connections;
  ++counters.open_connections;
  return Defer([self = shared_from_this(), key] {
    const auto found = self->per_address.find(key);
    if (--found->second == 0) self->per_address.erase(found);
    --self->counters.open_connections;
    self->CheckEmpty();
  });
}

std::shared_ptr<void> HttpService::Register(const std::shared_ptr<WebSocket>& socket) {
  WebSocket* const key = socket.get();
  websockets.emplace(key, socket);
  ++counters.websockets;
  ++counters.open_websockets;
  return Defer([self = shared_from_this(), key] {
    self->websockets.erase(key);
    --self->counters.open_websockets;
  });
}

std::shared_ptr<void> HttpService::Register(const std::shared_ptr<Connection>& connection) {
  Connection* const key = connection.get();
  byte_connections.emplace(key, connection);
  ++counters.byte_connections;
  return Defer([self = shared_from_this(), key] { self->byte_connections.erase(key); });
}

void HttpService::CheckEmpty() {
  if (!stopping || counters.open_connections > 0 || !on_empty) return;
  // Not from within whatever has let go of the last one.
  loop.Post([self = shared_from_this()] {
    if (auto call = std::exchange(self->on_empty, nullptr)) call();
  });
}

}  // namespace plaza::net
