// The heavy one: Beast's WebSocket over our byte stream. Nothing else includes it.
#include "net/internal/websocket_session.h"

#include <algorithm>
#include <array>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <cstring>
#include <deque>
#include <utility>

#include "net/internal/io_context.h"
#include "net/internal/linger.h"

namespace plaza::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using WsError = beast::websocket::error;

constexpr size_t kMaxReasonBytes = 123;  // RFC 6455 section 5.5

bool MayBeSent(uint16_t code) {
  return code >= 1000 && code < 5000 && code != 1004 && code != kWsNoCode && code != kWsAbnormal &&
         code != 1015;
}

// Cut where a character begins.
std::string_view ShortReason(std::string_view reason) {
  if (reason.size() <= kMaxReasonBytes) return reason;
  size_t end = kMaxReasonBytes;
  while (end > 0 && (static_cast<uint8_t>(reason[end]) & 0xc0) == 0x80) --end;
  return reason.substr(0, end);
}

// What we have closed with, if the error is a rule that the other side broke; else 0.
uint16_t CodeOf(const error_code& error) {
  if (error == WsError::message_too_big || error == WsError::buffer_overflow) return kWsTooBig;
  if (error == WsError::bad_frame_payload) return kWsInvalidText;
  if (error == beast::websocket::condition::protocol_violation) return kWsProtocolError;
  return 0;
}

/// Beast's AsyncStream over a ByteStream; reads `leftover` first.
class BeastStream {
 public:
  using executor_type = asio::io_context::executor_type;

  BeastStream(EventLoop& loop, std::shared_ptr<ByteStream> stream, std::string leftover)
      : loop_(loop),
        stream_(std::move(stream)),
        leftover_(std::move(leftover)),
        last_read_(loop.Now()) {}

  executor_type get_executor() { return IoContext(loop_).get_executor(); }
  const std::shared_ptr<ByteStream>& bytes() const { return stream_; }
  /// When the last byte came in.
  base::Time last_read() const { return last_read_; }

  template <typename Buffers, typename Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(error_code, size_t)>(
        [this](auto handler, const Buffers& into) {
          Read(FirstOf(into), ByteStream::Done(std::move(handler)));
        },
        token, buffers);
  }

  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(error_code, size_t)>(
        [this](auto handler, const Buffers& from) {
          Write(from, ByteStream::Done(std::move(handler)));
        },
        token, buffers);
  }

 private:
  template <typename Buffers>
  static std::span<uint8_t> FirstOf(const Buffers& buffers) {
    for (auto it = asio::buffer_sequence_begin(buffers); it != asio::buffer_sequence_end(buffers);
         ++it) {
      const asio::mutable_buffer buffer = *it;
      if (buffer.size() > 0) return {static_cast<uint8_t*>(buffer.data()), buffer.size()};
    }
    return {};
  }

  void Read(std::span<uint8_t> into, ByteStream::Done done) {
    last_read_ = loop_.Now();
    if (leftover_.empty()) {
      stream_->ReadSome(
          into, [this, done = std::move(done)](const error_code& error, size_t size) mutable {
            last_read_ = loop_.Now();
            done(error, size);
          });
      return;
    }
    const size_t size = std::min(into.size(), leftover_.size());
    std::memcpy(into.data(), leftover_.data(), size);
    leftover_.erase(0, size);
    asio::post(get_executor(), [size, done = std::move(done)]() mutable { done({}, size); });
  }

  template <typename Buffers>
  void Write(const Buffers& buffers, ByteStream::Done done) {
    std::array<base::ByteView, ByteStream::kMaxPieces> pieces;
    size_t count = 0;
    for (auto it = asio::buffer_sequence_begin(buffers);
         it != asio::buffer_sequence_end(buffers) && count < pieces.size(); ++it) {
      const asio::const_buffer buffer = *it;
      if (buffer.size() > 0)
        pieces[count++] = {static_cast<const uint8_t*>(buffer.data()), buffer.size()};
    }
    stream_->WriteSome({pieces.data(), count}, std::move(done));
  }

  EventLoop& loop_;
  std::shared_ptr<ByteStream> stream_;
  std::string leftover_;
  base::Time last_read_;
};

// Found by Beast through the argument. The session closes the stream itself, when all operations
// have ended.
template <typename Handler>
void async_teardown(beast::role_type, BeastStream& stream, Handler&& handler) {
  asio::post(stream.get_executor(),
             [handler = std::forward<Handler>(handler)]() mutable { handler(error_code()); });
}
inline void beast_close_socket(BeastStream& stream) { stream.bytes()->Close(); }

class Session final : public WebSocket, public std::enable_shared_from_this<Session> {
 public:
  explicit Session(WebSocketSetup setup)
      : loop_(setup.loop),
        options_(setup.options),
        remote_(setup.remote),
        on_slow_(std::move(setup.on_slow)),
        keep_(std::move(setup.keep)),
        ws_(setup.loop, std::move(setup.stream), std::move(setup.leftover)),
        deadline_(loop_, [this] { Abort("took too long"); }),
        keepalive_(loop_, [this] { CheckAlive(); }) {
    ws_.read_message_max(options_.max_message_bytes);
    ws_.auto_fragment(false);
    ws_.text(true);
    deadline_.Set(setup.handshake_deadline);
  }

  void Accept(const HttpRequest& request, WebSocketOpened done) {
    http::request<http::empty_body> upgrade(http::verb::get, request.target, 11);
    for (const auto& [name, value] : request.headers) upgrade.insert(name, value);
    ws_.set_option(beast::websocket::stream_base::decorator(
        [](beast::websocket::response_type& response) { response.erase(http::field::server); }));
    ++operations_;
    ws_.async_accept(upgrade, [self = shared_from_this(), done = std::move(done)](
                                  const error_code& error) { self->OnHandshake(error, 0, done); });
  }

  void Request(const std::string& host, const std::string& target, const HttpHeaders& headers,
               WebSocketOpened done) {
    ws_.set_option(beast::websocket::stream_base::decorator(
        [headers](beast::websocket::request_type& request) {
          request.set(http::field::user_agent, "plaza");
          for (const auto& [name, value] : headers) request.set(name, value);
        }));
    ++operations_;
    ws_.async_handshake(
        response_, host, target,
        [self = shared_from_this(), done = std::move(done)](const error_code& error) {
          self->OnHandshake(error, static_cast<int>(self->response_.result_int()), done);
        });
  }

  bool Send(std::string text) override {
    if (state_ != State::kOpen) return false;
    if (queued_bytes_ + text.size() > options_.max_queued_bytes) {
      if (on_slow_) on_slow_();
      // What is being written stays; what waits behind it would only be later still.
      while (queue_.size() > (writing_ ? 1 : 0)) queue_.pop_back();
      Close(kWsPolicy, "the connection is too slow for what is sent to it");
      return false;
    }
    queued_bytes_ += text.size();
    queue_.push_back(std::move(text));
    Write();
    return true;
  }

  void Close(uint16_t code, std::string_view reason) override {
    if (state_ != State::kOpen) return;
    state_ = State::kClosing;
    closed_ = {MayBeSent(code) ? code : uint16_t{kWsNormal}, std::string(ShortReason(reason)),
               true};
    deadline_.Set(loop_.Now() + options_.handshake_timeout);
    Write();
  }

  void Abort() override { Abort("aborted"); }

  void OnMessage(std::function<void(std::string_view)> callback) override {
    on_message_ =
        std::make_shared<const std::function<void(std::string_view)>>(std::move(callback));
  }
  void OnClose(std::function<void(const WebSocketClosed&)> callback) override {
    on_close_ = std::move(callback);
  }
  size_t queued_bytes() const override { return queued_bytes_; }
  const base::SocketAddress& remote() const override { return remote_; }

 private:
  enum class State { kHandshake, kOpen, kClosing, kClosed };

  void OnHandshake(const error_code& error, int status, const WebSocketOpened& done) {
    --operations_;
    if (error || state_ != State::kHandshake) {
      state_ = State::kClosed;
      EndIfIdle();
      std::string message =
          error == WsError::upgrade_declined
              ? "the server answers " + std::to_string(status) + " instead of a WebSocket"
              : "WebSocket handshake: " + (error ? error.message() : "took too long");
      return done(base::Error{base::ErrorKind::kUnavailable, std::move(message), "", status});
    }
    state_ = State::kOpen;
    deadline_.Cancel();
    CheckAlive();
    done(std::shared_ptr<WebSocket>(shared_from_this()));
    Read();
  }

  void Read() {
    // While closing, Beast's close reads what still comes.
    if (state_ != State::kOpen) return;
    ++operations_;
    ws_.async_read(buffer_, [self = shared_from_this()](const error_code& error, size_t) {
      --self->operations_;
      self->OnRead(error);
    });
  }

  void OnRead(const error_code& error) {
    if (error) return OnError(error);
    if (state_ == State::kOpen && ws_.got_binary())
      Close(kWsUnsupportedData, "only text is spoken here");
    if (state_ == State::kOpen && on_message_) {
      const auto callback = on_message_;
      const auto data = buffer_.cdata();
      (*callback)(std::string_view(static_cast<const char*>(data.data()), data.size()));
    }
    buffer_.consume(buffer_.size());
    Read();
    EndIfIdle();
  }

  // The next message, or the close behind the last one.
  void Write() {
    if (writing_ || state_ == State::kClosed) return;
    if (queue_.empty()) {
      if (state_ == State::kClosing) SendClose();
      return;
    }
    writing_ = true;
    ++operations_;
    ws_.async_write(asio::buffer(queue_.front()),
                    [self = shared_from_this()](const error_code& error, size_t) {
                      --self->operations_;
                      self->writing_ = false;
                      if (error) return self->OnError(error);
                      self->queued_bytes_ -= self->queue_.front().size();
                      self->queue_.pop_front();
                      self->Write();
                      self->EndIfIdle();
                    });
  }

  void SendClose() {
    writing_ = true;  // for good
    ++operations_;
    beast::websocket::close_reason reason(closed_.code);
    reason.reason.assign(closed_.reason.data(), closed_.reason.size());
    ws_.async_close(reason, [self = shared_from_this()](const error_code&) {
      --self->operations_;
      self->Finish(self->closed_);
    });
  }

  void OnError(const error_code& error) {
    WebSocketClosed closed;
    if (state_ == State::kClosing) {
      closed = closed_;
    } else if (error == WsError::closed) {
      const auto& reason = ws_.reason();
      closed = {reason.code == beast::websocket::close_code::none ? uint16_t{kWsNoCode}
                                                                  : uint16_t{reason.code},
                std::string(reason.reason.data(), reason.reason.size()), false};
    } else if (const uint16_t code = CodeOf(error)) {
      closed = {code, error.message(), true};
    } else {
      closed.reason = error.message();
    }
    Finish(closed);
  }

  void CheckAlive() {
    if (state_ != State::kOpen) return;
    const base::Time last = ws_.next_layer().last_read();
    const base::Duration silent = loop_.Now() - last;
    if (silent >= options_.idle_timeout) return Abort("no answer to a ping");
    if (silent < options_.idle_timeout / 2) return keepalive_.Set(last + options_.idle_timeout / 2);
    keepalive_.Set(last + options_.idle_timeout);
    if (pinging_) return;
    pinging_ = true;
    ++operations_;
    ws_.async_ping({}, [self = shared_from_this()](const error_code&) {
      --self->operations_;
      self->pinging_ = false;
      self->EndIfIdle();
    });
  }

  void Abort(const char* why) {
    const auto self = shared_from_this();
    ws_.next_layer().bytes()->Close();
    if (state_ == State::kHandshake) {
      state_ = State::kClosed;  // the handshake ends with an error now
      return;
    }
    if (state_ == State::kOpen) closed_ = {kWsAbnormal, why, false};
    Finish(closed_);
  }

  void Finish(const WebSocketClosed& closed) {
    if (std::exchange(state_, State::kClosed) != State::kClosed) {
      deadline_.Cancel();
      keepalive_.Cancel();
      on_message_.reset();
      if (const auto callback = std::exchange(on_close_, nullptr)) callback(closed);
    }
    EndIfIdle();
  }

  // Closes the stream when Beast has let go of it.
  void EndIfIdle() {
    if (state_ != State::kClosed || operations_ > 0 || ended_) return;
    ended_ = true;
    queue_.clear();
    queued_bytes_ = 0;
    LingerClose(loop_, ws_.next_layer().bytes(), std::exchange(keep_, nullptr));
  }

  EventLoop& loop_;
  const WebSocketOptions options_;
  const base::SocketAddress remote_;
  const std::function<void()> on_slow_;
  std::shared_ptr<void> keep_;
  beast::websocket::stream<BeastStream, false> ws_;
  beast::websocket::response_type response_;
  beast::flat_buffer buffer_;
  std::deque<std::string> queue_;
  size_t queued_bytes_ = 0;
  State state_ = State::kHandshake;
  bool writing_ = false;
  bool pinging_ = false;
  bool ended_ = false;
  int operations_ = 0;  ///< of Beast, in progress
  WebSocketClosed closed_;
  Timer deadline_;
  Timer keepalive_;
  std::shared_ptr<const std::function<void(std::string_view)>> on_message_;
  std::function<void(const WebSocketClosed&)> on_close_;
};

}  // namespace

void AcceptWebSocket(WebSocketSetup setup, const HttpRequest& request, WebSocketOpened done) {
  std::make_shared<Session>(std::move(setup))->Accept(request, std::move(done));
}

void RequestWebSocket(WebSocketSetup setup, const std::string& host, const std::string& target,
                      const HttpHeaders& headers, WebSocketOpened done) {
  std::make_shared<Session>(std::move(setup))->Request(host, target, headers, std::move(done));
}

}  // namespace plaza::net
