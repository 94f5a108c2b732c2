// Listening, accepting, stopping.
#include "net/http_server.h"

#include <sys/socket.h>

#include <cassert>
#include <utility>

#include "net/internal/http_connection.h"
#include "net/internal/http_service.h"
#include "net/internal/listener.h"
#include "net/internal/sockaddr.h"
#include "net/internal/socket_stream.h"

namespace plaza::net {
namespace {

// As much of an answer as fits without waiting for anyone.
void Refuse(int fd, const char* status_line) {
  const std::string response =
      std::string("HTTP/1.1 ") + status_line + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  (void)!send(fd, response.data(), response.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  shutdown(fd, SHUT_WR);
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(EventLoop& loop, HttpServerOptions options)
      : service_(std::make_shared<HttpService>(loop, std::move(options))),
        local_(service_->options.address),
        limit_(loop, [this] { CloseAll(); }) {}

  HttpService& service() { return *service_; }
  const base::SocketAddress& local() const { return local_; }

  base::Status Start() {
    const std::optional<TlsFiles>& tls = service_->options.tls;
    if (tls && !tls_)
      if (auto loaded = ReloadTls(*tls); !loaded) return loaded;
    auto listener = Listener::Open(service_->loop, tls ? "HTTPS" : "HTTP", local_,
                                   [this](UniqueFd socket, const base::SocketAddress& remote) {
                                     OnAccepted(std::move(socket), remote);
                                   });
    if (!listener) return listener.error();
    listener_ = std::move(*listener);
    local_ = listener_->local();
    return {};
  }

  base::Status ReloadTls(const TlsFiles& files) {
    assert(service_->options.tls);
    auto context = MakeServerTls(files);
    if (!context) return context.error();
    tls_ = std::move(*context);
    return {};
  }

  void Stop(base::Duration limit, std::function<void()> done) {
    listener_.reset();
    service_->stopping = true;
    service_->on_empty = std::move(done);
    limit_.Set(service_->loop.Now() + limit);
    for (const auto& connection : Connections()) connection->FinishSoon();
    for (const auto& socket : WebSockets()) socket->Close(kWsGoingAway, "the server stops");
    CloseByteConnections();
    service_->CheckEmpty();
  }

  /// Everything at once.
  void Shut() {
    service_->stopping = true;
    service_->on_empty = nullptr;
    listener_.reset();
    CloseAll();
  }

 private:
  void OnAccepted(UniqueFd socket, const base::SocketAddress& remote) {
    const auto admission = service_->Admit(remote);
    if (admission != HttpService::Admission::kAdmitted) {
      const bool total = admission == HttpService::Admission::kTooMany;
      if (!tls_) Refuse(socket.get(), total ? "503 Service Unavailable" : "429 Too Many Requests");
      return;
    }
    const int family = FamilyOf(local_.ip);
    EventLoop& loop = service_->loop;
    auto stream = tls_ ? MakeTlsStream(loop, std::move(socket), family, tls_, "", false)
                       : MakeTcpStream(loop, std::move(socket), family);
    std::make_shared<HttpConnection>(service_, std::move(stream), remote,
                                     service_->TakePlace(remote))
        ->Start();
  }

  std::vector<std::shared_ptr<HttpConnection>> Connections() const {
    std::vector<std::shared_ptr<HttpConnection>> all;
    for (HttpConnection* connection : service_->connections)
      all.push_back(connection->shared_from_this());
    return all;
  }
  std::vector<std::shared_ptr<WebSocket>> WebSockets() const {
    std::vector<std::shared_ptr<WebSocket>> all;
    for (const auto& [key, socket] : service_->websockets)
      if (auto alive = socket.lock()) all.push_back(std::move(alive));
    return all;
  }

  void CloseByteConnections() {
    const auto all = service_->byte_connections;  // closing changes the table, later
    for (const auto& [key, connection] : all)
      if (const auto alive = connection.lock()) alive->Close();
  }

  void CloseAll() {
    CloseByteConnections();
    for (const auto& connection : Connections()) connection->Close();
    for (const auto& socket : WebSockets()) socket->Abort();
  }

  const std::shared_ptr<HttpService> service_;
  base::SocketAddress local_;
  TlsContext tls_;
  std::unique_ptr<Listener> listener_;
  Timer limit_;
};

HttpServer::HttpServer(EventLoop& loop, HttpServerOptions options)
    : impl_(std::make_unique<Impl>(loop, std::move(options))) {}
HttpServer::~HttpServer() { impl_->Shut(); }

void HttpServer::Route(HttpRoute route) { impl_->service().routes.push_back(std::move(route)); }
void HttpServer::Route(WebSocketRoute route) {
  impl_->service().websocket_routes.push_back(std::move(route));
}
void HttpServer::Route(ByteRoute route) {
  impl_->service().byte_routes.push_back(std::move(route));
}
base::Status HttpServer::Start() { return impl_->Start(); }
base::SocketAddress HttpServer::local() const { return impl_->local(); }
base::Status HttpServer::ReloadTls(const TlsFiles& files) { return impl_->ReloadTls(files); }
void HttpServer::Stop(base::Duration limit, std::function<void()> done) {
  impl_->Stop(limit, std::move(done));
}
const HttpServerCounters& HttpServer::counters() const { return impl_->service().counters; }

}  // namespace plaza::net
