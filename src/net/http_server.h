// An HTTP/1.1 and WebSocket server on one event loop, plain or TLS.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/socket_address.h"
#include "base/time.h"
#include "net/connection.h"
#include "net/event_loop.h"
#include "net/http_types.h"
#include "net/tls.h"
#include "net/websocket.h"

namespace plaza::net {

struct HttpServerOptions {
  base::SocketAddress address;  ///< port 0 takes a free one
  std::optional<TlsFiles> tls;  ///< with it the listener speaks TLS only; read by Start()

  size_t max_connections = 20000;                     ///< beyond: answered 503 and closed
  size_t max_connections_per_address = 2000;          ///< beyond: answered 429 and closed
  size_t max_header_bytes = 16 << 10;                 ///< beyond: 431
  base::Duration header_timeout = base::Seconds(10);  ///< TLS handshake, and a begun header: 408
  base::Duration body_timeout = base::Seconds(30);    ///< for the whole body: 408
  base::Duration idle_timeout = base::Seconds(60);    ///< between requests: closed
  base::Duration answer_timeout = base::Seconds(60);  ///< for the handler: 504
  base::Duration write_timeout = base::Seconds(30);   ///< no byte taken by the client: closed
};

/// The server's numbers since its start.
struct HttpServerCounters {
  uint64_t connections = 0;       ///< accepted
  uint64_t open_connections = 0;  ///< now
  uint64_t refused_total = 0;     ///< over max_connections
  uint64_t refused_address = 0;   ///< over max_connections_per_address
  uint64_t tls_failures = 0;
  uint64_t requests = 0;
  uint64_t client_errors = 0;  ///< 4xx sent
  uint64_t server_errors = 0;  ///< 5xx sent
  uint64_t websockets = 0;     ///< upgraded
  uint64_t open_websockets = 0;
  uint64_t slow_websockets = 0;   ///< closed because their queue was full
  uint64_t byte_connections = 0;  ///< handed over to a ByteRoute
};

/// A body that is written piece by piece; see Responder::Stream. On the loop's thread.
class ResponseStream {
 public:
  virtual ~ResponseStream() = default;
  /// Queues one piece, shared with other streams. False if it doesn't fit into the queue (nothing
  /// is queued: drop it, or wait for OnDrain) or if the client is gone.
  virtual bool Write(std::shared_ptr<const std::string> piece) = 0;
  bool Write(std::string piece) {
    return Write(std::make_shared<const std::string>(std::move(piece)));
  }
  /// The body is complete. Also when the last handle is dropped: then the body is cut off.
  virtual void Finish() = 0;
  virtual size_t queued_bytes() const = 0;
  /// The queue, once more than half full, is empty again.
  virtual void OnDrain(std::function<void()> callback) = 0;
  /// The client is gone, or took nothing for the write timeout. Not after Finish().
  virtual void OnClose(std::function<void()> callback) = 0;
};

struct StreamOptions {
  size_t max_queued_bytes = 4 << 20;
  /// Without chunks (RFC 9112 section 7.1) the body ends with the connection.
  bool chunked = true;
};

struct FileOptions {
  std::string content_type;   ///< empty: by the file's name
  std::string cache_control;  ///< empty: "no-cache", which revalidates by ETag
  HttpHeaders headers;        ///< more fields
};

/// The one answer to one request. May be kept and answered later; every call is on the loop's
/// thread. When all copies are dropped without an answer, the client gets 500. An answer to a
/// client that is gone is dropped.
class Responder {
 public:
  void Send(HttpResponse response);
  /// A file of the disk, with ETag, Last-Modified, one Range (RFC 9110 section 14) and conditions;
  /// 404 if it is not a regular file. `path` is trusted: see StaticFiles for paths that clients
  /// name.
  void SendFile(const std::string& path, FileOptions options = {});
  /// Sends status and fields now and the body as it comes. For HEAD the pieces are swallowed.
  std::shared_ptr<ResponseStream> Stream(HttpResponse head, StreamOptions options = {});
  /// The client has gone before the answer.
  void OnGone(std::function<void()> callback);
  bool answered() const;

  class Exchange;
  explicit Responder(std::shared_ptr<Exchange> exchange);

 private:
  std::shared_ptr<Exchange> exchange_;
};

using HttpHandler = std::function<void(HttpRequest, Responder)>;

/// Who answers what. Of the routes that fit, the one with the longest path wins. HEAD goes where
/// GET goes (its body is swallowed); a fitting path without the method is answered 405, no fitting
/// path 404.
struct HttpRoute {
  std::string path;  ///< "/healthz" exactly; "/sdk/*" all that starts with "/sdk/"
  std::vector<std::string> methods = {"GET"};  ///< empty: all
  HttpHandler handler;
  size_t max_body_bytes = 1 << 20;  ///< beyond: 413
};

struct WebSocketRoute {
  std::string path;  ///< exactly
  WebSocketOptions options;
  /// Gets the open socket and the request that asked for it; must set its callbacks before it
  /// returns.
  std::function<void(std::shared_ptr<WebSocket>, HttpRequest)> on_open;
  /// Optional: a response refuses the upgrade (origin, token).
  std::function<std::optional<HttpResponse>(const HttpRequest&)> check;
};

/// Another protocol on the same port, told from HTTP by the first byte of a connection (behind TLS,
/// where there is TLS).
struct ByteRoute {
  std::function<bool(uint8_t first_byte)> fits;
  size_t max_queued_bytes = 256 << 10;
  /// Must set the connection's callbacks before it returns.
  std::function<void(std::shared_ptr<Connection>)> on_open;
};

/// Listens from Start() on; set the routes before. Belongs to its loop's thread; destroying it
/// closes everything at once.
class HttpServer {
 public:
  HttpServer(EventLoop& loop, HttpServerOptions options);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  void Route(HttpRoute route);
  void Route(WebSocketRoute route);
  void Route(ByteRoute route);

  /// Binds and listens. An error is one line that names the address or the file; its field is
  /// "certificate" or "key", or empty if it is the address.
  base::Status Start();
  /// With the port that was taken.
  base::SocketAddress local() const;
  /// Takes these TLS files (the same ones changed, or others) for new connections; on an error,
  /// whose field is "certificate" or "key", what was in force stays. Only for a server made with
  /// TLS.
  base::Status ReloadTls(const TlsFiles& files);

  /// Stops gracefully: no new connections; idle ones are closed, requests are answered, WebSockets
  /// closed with kWsGoingAway, those of other protocols closed; streamed bodies are their writers'
  /// to finish. `done` is called when all are gone; after `limit` what is left is closed at once.
  void Stop(base::Duration limit, std::function<void()> done);

  const HttpServerCounters& counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace plaza::net
