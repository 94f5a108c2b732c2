// A client's way to a byte stream: resolve, connect, shake hands.
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <utility>

#include "net/internal/io_context.h"
#include "net/internal/socket_stream.h"

namespace plaza::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

base::SocketAddress ToAddress(const tcp::endpoint& endpoint) {
  const asio::ip::address& address = endpoint.address();
  if (address.is_v6()) return {base::IpAddress::V6(address.to_v6().to_bytes()), endpoint.port()};
  const auto b = address.to_v4().to_bytes();
  return {base::IpAddress::V4(b[0], b[1], b[2], b[3]), endpoint.port()};
}

class Connector : public std::enable_shared_from_this<Connector> {
 public:
  using Done = std::function<void(base::Result<Connected>)>;

  Connector(EventLoop& loop, const Url& url, const TlsTrust& trust, Done done)
      : loop_(loop),
        url_(url),
        trust_(trust),
        done_(std::move(done)),
        resolver_(IoContext(loop)),
        socket_(IoContext(loop)),
        timer_(loop, [this] { OnTimeout(); }) {}

  void Start(base::Time deadline) {
    timer_.Set(deadline);
    resolver_.async_resolve(url_.host, std::to_string(url_.port),
                            [self = shared_from_this()](const error_code& error,
                                                        const tcp::resolver::results_type& found) {
                              if (error) return self->Fail("can't be resolved: " + error.message());
                              self->ConnectTo(found);
                            });
  }

 private:
  void ConnectTo(const tcp::resolver::results_type& found) {
    if (!done_) return;
    asio::async_connect(
        socket_, found,
        [self = shared_from_this()](const error_code& error, const tcp::endpoint& to) {
          if (error) return self->Fail("can't be reached: " + error.message());
          self->Shake(to);
        });
  }

  void Shake(const tcp::endpoint& to) {
    if (!done_) return;
    connected_.remote = ToAddress(to);
    const int family = to.protocol().family();
    error_code error;
    socket_.native_non_blocking(true, error);
    UniqueFd fd(socket_.release(error));
    if (error) return Fail("can't be used: " + error.message());
    if (!url_.tls()) {
      connected_.stream = MakeTcpStream(loop_, std::move(fd), family);
      return Finish(std::move(connected_));
    }
    auto context = MakeClientTls(trust_);
    if (!context) return Finish(context.error());
    connected_.stream =
        MakeTlsStream(loop_, std::move(fd), family, *context, url_.host, trust_.verify);
    connected_.stream->Handshake([self = shared_from_this()](const error_code& failure, size_t) {
      if (failure) return self->Fail("TLS: " + failure.message());
      self->Finish(std::move(self->connected_));
    });
  }

  void OnTimeout() {
    const auto self = shared_from_this();
    Finish(base::Error{base::ErrorKind::kDeadlineExceeded,
                       url_.HostField() + ": took too long to connect", "", 0});
    resolver_.cancel();
    error_code ignored;
    socket_.close(ignored);
    if (connected_.stream) connected_.stream->Close();
  }

  void Fail(const std::string& why) {
    Finish(base::Error{base::ErrorKind::kUnavailable, url_.HostField() + ": " + why, "", 0});
  }

  void Finish(base::Result<Connected> result) {
    timer_.Cancel();
    if (auto done = std::exchange(done_, nullptr)) done(std::move(result));
  }

  EventLoop& loop_;
  const Url url_;
  const TlsTrust trust_;
  Done done_;
  tcp::resolver resolver_;
  tcp::socket socket_;
  Connected connected_;
  Timer timer_;
};

}  // namespace

void Connect(EventLoop& loop, const Url& url, const TlsTrust& trust, base::Time deadline,
             std::function<void(base::Result<Connected>)> done) {
  std::make_shared<Connector>(loop, url, trust, std::move(done))->Start(deadline);
}

}  // namespace plaza::net
