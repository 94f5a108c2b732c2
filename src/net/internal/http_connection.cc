// The life of one connection of an HTTP server.
#include "net/internal/http_connection.h"

#include <boost/system/error_code.hpp>
#include <cstdio>
#include <utility>

#include "net/internal/byte_connection.h"
#include "net/internal/http_exchange.h"
#include "net/internal/websocket_session.h"

namespace plaza::net {
namespace {

// What may be read ahead while a request is being answered.
constexpr size_t kMaxReadAhead = 16 << 10;
// After a refusal the client may still be sending: closing at once would reset the connection and
// lose our answer.
constexpr base::Duration kLingerTime = std::chrono::seconds(2);
constexpr size_t kMaxLingerBytes = 4 << 20;

}  // namespace

HttpConnection::HttpConnection(std::shared_ptr<HttpService> service,
                               std::shared_ptr<ByteStream> stream,
                               const base::SocketAddress& remote, std::shared_ptr<void> place)
    : service_(std::move(service)),
      stream_(std::move(stream)),
      remote_(remote),
      place_(std::move(place)),
      timer_(service_->loop, [this] { OnTimeout(); }),
      output_(service_->loop, *stream_, *this, service_->options.write_timeout) {
  service_->connections.insert(this);
}

HttpConnection::~HttpConnection() { service_->connections.erase(this); }

void HttpConnection::Start() {
  self_ = shared_from_this();
  SetPhase(Phase::kHandshake, service_->options.header_timeout);
  stream_->Handshake([self = shared_from_this()](const boost::system::error_code& error, size_t) {
    if (self->phase_ == Phase::kClosed) return;
    if (!error) return self->BeginRequest();
    ++self->service_->counters.tls_failures;
    self->Close();
  });
}

void HttpConnection::FinishSoon() {
  if (phase_ == Phase::kIdle || phase_ == Phase::kHandshake) return Close();
  close_after_ = true;
}

void HttpConnection::Close() {
  if (phase_ == Phase::kClosed) return;
  const auto self = shared_from_this();
  phase_ = Phase::kClosed;
  timer_.Cancel();
  if (stream_) stream_->Close();
  self_.reset();
  place_.reset();
  service_->connections.erase(this);
  if (const auto exchange = exchange_.lock()) exchange->Abandon();
  if (const auto body = std::exchange(body_stream_, nullptr)) body->Closed();
}

void HttpConnection::SetPhase(Phase phase, base::Duration limit) {
  phase_ = phase;
  timer_.Set(service_->loop.Now() + limit);
}

void HttpConnection::BeginRequest() {
  if (service_->stopping) return Close();
  parser_.emplace(service_->options.max_header_bytes);
  route_ = nullptr;
  request_headers_ = {};
  file_.reset();
  close_after_ = head_only_ = http_1_0_ = chunked_ = false;
  SetPhase(Phase::kIdle, service_->options.idle_timeout);
  Parse();
}

void HttpConnection::ReadMore() {
  if (reading_ || phase_ == Phase::kClosed) return;
  reading_ = true;
  stream_->ReadSome(read_buffer_, [self = shared_from_this()](
                                      const boost::system::error_code& error, size_t size) {
    self->reading_ = false;
    self->OnRead(error, size);
  });
}

void HttpConnection::OnRead(const boost::system::error_code& error, size_t size) {
  if (phase_ == Phase::kClosed) return;
  if (error && phase_ == Phase::kWriting) {
    close_after_ = true;  // it has said all it wanted, and may still be listening
    return;
  }
  if (error) return Close();
  if (phase_ == Phase::kLingering) {
    lingered_bytes_ += size;
    return lingered_bytes_ > kMaxLingerBytes ? Close() : ReadMore();
  }
  input_.append(reinterpret_cast<const char*>(read_buffer_.data()), size);
  if (!std::exchange(begun_, true)) {
    if (const ByteRoute* other = service_->MatchBytes(read_buffer_[0])) return HandOver(*other);
  }
  if (phase_ == Phase::kIdle || phase_ == Phase::kHeader || phase_ == Phase::kBody) return Parse();
  // Reading on tells when the client leaves while it waits.
  if (input_.size() < kMaxReadAhead) ReadMore();
}

void HttpConnection::Parse() {
  // Empty lines before a request are skipped (RFC 9112 section 2.2).
  if (phase_ == Phase::kIdle) input_.erase(0, input_.find_first_not_of("\r\n"));
  if (phase_ == Phase::kIdle && !input_.empty())
    SetPhase(Phase::kHeader, service_->options.header_timeout);
  for (;;) {
    size_t consumed = 0;
    const ParseState state = parser_->Feed(base::AsBytes(input_), consumed);
    input_.erase(0, consumed);
    if (state == ParseState::kNeedMore) return ReadMore();
    if (state == ParseState::kDone) return OnRequest();
    if (state == ParseState::kError)
      return Fail(parser_->failure().status, parser_->failure().message);
    if (!OnHeader()) return;
  }
}

bool HttpConnection::OnHeader() {
  const HttpRequest& request = parser_->request();
  head_only_ = request.method == "HEAD";
  http_1_0_ = parser_->http_1_0();
  const RouteMatch match = service_->Match(request.path, request.method);
  if (match.websocket && parser_->websocket_upgrade() && !parser_->has_body()) {
    if (reading_) return Fail(400, "an upgrade can't be pipelined"), false;
    UpgradeToWebSocket(*match.websocket);
    return false;
  }
  if (match.route) return CheckBody(*match.route);
  // An unread body would be taken for the next request.
  close_after_ |= parser_->has_body() || !parser_->keep_alive();
  HttpResponse refusal = HttpResponse::Failure(404, "nothing is at this path");
  if (match.websocket) {
    refusal = HttpResponse::Failure(426, "this path speaks WebSocket");
    refusal.headers.Add("Upgrade", "websocket");
  } else if (!match.allow.empty()) {
    refusal = HttpResponse::Failure(405, "this path allows " + match.allow);
    refusal.headers.Add("Allow", match.allow);
  }
  ++service_->counters.requests;
  Answer(std::move(refusal));
  return false;
}

bool HttpConnection::CheckBody(const HttpRoute& route) {
  route_ = &route;
  if (!parser_->has_body()) return true;
  if (parser_->content_length().value_or(0) > route.max_body_bytes) {
    Fail(413, "the body is too long: at most " + std::to_string(route.max_body_bytes) +
                  " bytes are taken here");
    return false;
  }
  parser_->LimitBody(route.max_body_bytes);
  if (parser_->expects_continue()) {
    output_.Queue("HTTP/1.1 100 Continue\r\n\r\n");
    output_.Start();
  }
  SetPhase(Phase::kBody, service_->options.body_timeout);
  return true;
}

void HttpConnection::OnRequest() {
  ++service_->counters.requests;
  SetPhase(Phase::kHandling, service_->options.answer_timeout);
  close_after_ |= !parser_->keep_alive();
  HttpRequest request = std::move(parser_->request());
  request.remote = remote_;
  request.tls = stream_->tls();
  request_headers_ = request.headers;
  const auto exchange = std::make_shared<Responder::Exchange>(weak_from_this());
  exchange_ = exchange;
  ReadMore();
  route_->handler(std::move(request), Responder(exchange));
}

void HttpConnection::OnTimeout() {
  switch (phase_) {
    case Phase::kHeader:
      return Fail(408, "the header took too long");
    case Phase::kBody:
      return Fail(408, "the body took too long");
    case Phase::kHandling: {
      const auto exchange = exchange_.lock();
      close_after_ = true;
      Answer(HttpResponse::Failure(504, "the answer took too long"));
      if (exchange) exchange->Abandon();
      return;
    }
    default:
      return Close();
  }
}

// For what leaves the connection in a state from which no further request can be read.
void HttpConnection::Fail(int status, std::string_view message) {
  close_after_ = true;
  Answer(HttpResponse::Failure(status, message));
}

void HttpConnection::Answer(HttpResponse response) {
  if (phase_ == Phase::kClosed) return;
  const bool bodiless = response.status == 204 || response.status == 304;
  QueueHead(response, bodiless ? BodyFraming::kNone : BodyFraming::kLength, response.body.size());
  if (!bodiless && !head_only_) output_.Queue(std::move(response.body));
  output_.Start();
}

void HttpConnection::QueueHead(const HttpResponse& response, BodyFraming framing, uint64_t length) {
  phase_ = Phase::kWriting;
  timer_.Cancel();
  exchange_.reset();
  close_after_ |= service_->stopping;
  if (response.status >= 500) ++service_->counters.server_errors;
  if (response.status >= 400 && response.status < 500) ++service_->counters.client_errors;
  output_.Queue(ResponseHead(response, {framing, length, close_after_, http_1_0_},
                             service_->loop.clock().WallNow()));
}

void HttpConnection::AnswerWithFile(const std::string& path, const FileOptions& options) {
  if (phase_ == Phase::kClosed) return;
  FileAnswer answer = net::AnswerWithFile(request_headers_, path, options);
  if (!answer.body) return Answer(std::move(answer.head));
  QueueHead(answer.head, BodyFraming::kLength, answer.body->left());
  if (!head_only_) file_ = std::move(answer.body);
  if (file_ && !file_->AtEnd()) output_.Queue(file_->Next());
  output_.Start();
}

std::shared_ptr<ResponseStream> HttpConnection::AnswerWithStream(HttpResponse head,
                                                                 const StreamOptions& options) {
  auto body = std::make_shared<ConnectionStream>(weak_from_this(), options);
  if (phase_ == Phase::kClosed) return MakeResponseStream(std::move(body));
  chunked_ = options.chunked && !http_1_0_;
  close_after_ |= !chunked_;
  QueueHead(head, chunked_ ? BodyFraming::kChunked : BodyFraming::kUntilClose, 0);
  output_.Start();
  phase_ = Phase::kStreaming;
  body_stream_ = body;
  return MakeResponseStream(std::move(body));
}

bool HttpConnection::WritePiece(const std::shared_ptr<const std::string>& piece) {
  if (phase_ != Phase::kStreaming) return false;
  if (piece->empty() || head_only_) return true;
  if (chunked_) {
    char size[24];
    std::snprintf(size, sizeof size, "%zx\r\n", piece->size());
    output_.Queue(std::string(size));
  }
  output_.Queue(piece);
  if (chunked_) output_.Queue("\r\n");
  output_.Start();
  return true;
}

void HttpConnection::EndStream() {
  if (phase_ != Phase::kStreaming) return;
  phase_ = Phase::kWriting;
  body_stream_.reset();
  if (chunked_ && !head_only_) output_.Queue("0\r\n\r\n");
  output_.Start();
  if (output_.queued_bytes() == 0) FinishAnswer();
}

void HttpConnection::OnOutputDrained() {
  if (phase_ == Phase::kStreaming) return body_stream_->Drained();
  if (phase_ != Phase::kWriting) return;  // "100 Continue"
  if (!file_ || file_->AtEnd()) return FinishAnswer();
  std::string piece = file_->Next();
  if (piece.empty()) return Close();  // the promised length can't be kept
  output_.Queue(std::move(piece));
  output_.Start();
}

void HttpConnection::OnOutputBroken() { Close(); }

void HttpConnection::FinishAnswer() {
  if (close_after_ || service_->stopping) return Linger();
  BeginRequest();
}

void HttpConnection::Linger() {
  SetPhase(Phase::kLingering, kLingerTime);
  stream_->ShutdownWrite();
  ReadMore();
}

void HttpConnection::UpgradeToWebSocket(const WebSocketRoute& route) {
  HttpRequest request = std::move(parser_->request());
  request.remote = remote_;
  request.tls = stream_->tls();
  ++service_->counters.requests;
  if (route.check) {
    if (auto refusal = route.check(request)) {
      close_after_ |= !parser_->keep_alive();
      return Answer(std::move(*refusal));
    }
  }
  // The place of this connection becomes the WebSocket's.
  const auto keep = std::make_shared<std::vector<std::shared_ptr<void>>>();
  keep->push_back(std::move(place_));
  WebSocketSetup setup{service_->loop, std::move(stream_), route.options, remote_};
  setup.leftover = std::move(input_);
  setup.handshake_deadline = service_->loop.Now() + route.options.handshake_timeout;
  setup.on_slow = [service = service_] { ++service->counters.slow_websockets; };
  setup.keep = keep;
  Close();
  AcceptWebSocket(std::move(setup), request,
                  [service = service_, &route, request,
                   keep = std::weak_ptr(keep)](base::Result<std::shared_ptr<WebSocket>> opened) {
                    if (!opened) return;  // gone in the middle of the handshake
                    if (service->stopping) return (*opened)->Close(kWsGoingAway);
                    if (const auto kept = keep.lock()) kept->push_back(service->Register(*opened));
                    route.on_open(*opened, request);
                  });
}

void HttpConnection::HandOver(const ByteRoute& route) {
  // The place of this connection becomes the other's.
  const auto keep = std::make_shared<std::vector<std::shared_ptr<void>>>();
  keep->push_back(std::move(place_));
  ByteConnectionSetup setup{service_->loop,
                            std::move(stream_),
                            remote_,
                            route.max_queued_bytes,
                            service_->options.write_timeout,
                            keep};
  std::string begin = std::move(input_);
  const std::shared_ptr<HttpService> service = service_;
  Close();
  OpenByteConnection(std::move(setup), std::move(begin),
                     [&](const std::shared_ptr<Connection>& connection) {
                       keep->push_back(service->Register(connection));
                       route.on_open(connection);
                     });
}

}  // namespace plaza::net
