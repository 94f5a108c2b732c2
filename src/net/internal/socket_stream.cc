// Byte streams over Asio's TCP sockets and its TLS.
#include "net/internal/socket_stream.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <utility>

#include "net/internal/io_context.h"

namespace plaza::net {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

/// A few pieces of memory as a buffer sequence. Copied into operations: holds its buffers itself.
class BufferList {
 public:
  using value_type = asio::const_buffer;
  using const_iterator = const value_type*;

  explicit BufferList(std::span<const base::ByteView> pieces)
      : count_(std::min(pieces.size(), ByteStream::kMaxPieces)) {
    for (size_t i = 0; i < count_; ++i) buffers_[i] = {pieces[i].data(), pieces[i].size()};
  }
  const_iterator begin() const { return buffers_.data(); }
  const_iterator end() const { return buffers_.data() + count_; }

 private:
  std::array<value_type, ByteStream::kMaxPieces> buffers_;
  size_t count_;
};

/// Completes an operation of a stream and keeps the stream alive until then.
struct Completion {
  void operator()(const error_code& error, size_t size = 0) { done(error, size); }

  std::shared_ptr<ByteStream> stream;
  ByteStream::Done done;
};

class TcpStream final : public ByteStream, public std::enable_shared_from_this<TcpStream> {
 public:
  explicit TcpStream(tcp::socket socket) : socket_(std::move(socket)) {}

  void Handshake(Done done) override {
    asio::post(socket_.get_executor(),
               [done = std::move(done)]() mutable { done(error_code(), 0); });
  }
  void ReadSome(std::span<uint8_t> into, Done done) override {
    socket_.async_read_some(asio::buffer(into.data(), into.size()),
                            Completion{shared_from_this(), std::move(done)});
  }
  void WriteSome(std::span<const base::ByteView> pieces, Done done) override {
    socket_.async_write_some(BufferList(pieces), Completion{shared_from_this(), std::move(done)});
  }
  void ShutdownWrite() override {
    error_code ignored;  // gone already
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
  }
  void Close() override {
    error_code ignored;
    socket_.close(ignored);
  }
  bool tls() const override { return false; }

 private:
  tcp::socket socket_;
};

class TlsStream final : public ByteStream, public std::enable_shared_from_this<TlsStream> {
 public:
  TlsStream(tcp::socket socket, TlsContext context, bool server)
      : context_(std::move(context)), stream_(std::move(socket), *context_), server_(server) {}

  ssl::stream<tcp::socket>& stream() { return stream_; }

  void Handshake(Done done) override {
    stream_.async_handshake(server_ ? ssl::stream_base::server : ssl::stream_base::client,
                            [self = shared_from_this(), done = std::move(done)](
                                const error_code& error) mutable { done(error, 0); });
  }
  void ReadSome(std::span<uint8_t> into, Done done) override {
    stream_.async_read_some(asio::buffer(into.data(), into.size()),
                            Completion{shared_from_this(), std::move(done)});
  }
  void WriteSome(std::span<const base::ByteView> pieces, Done done) override {
    stream_.async_write_some(BufferList(pieces), Completion{shared_from_this(), std::move(done)});
  }
  void ShutdownWrite() override {
    stream_.async_shutdown([self = shared_from_this()](const error_code&) {});
  }
  void Close() override {
    error_code ignored;
    stream_.next_layer().close(ignored);
  }
  bool tls() const override { return true; }

 private:
  const TlsContext context_;
  ssl::stream<tcp::socket> stream_;
  const bool server_;
};

tcp::socket Adopt(EventLoop& loop, UniqueFd socket, int family) {
  tcp::socket adopted(IoContext(loop));
  error_code ignored;  // of options that only make it slower
  adopted.assign(family == AF_INET ? tcp::v4() : tcp::v6(), socket.Release(), ignored);
  adopted.set_option(tcp::no_delay(true), ignored);
  return adopted;
}

}  // namespace

std::shared_ptr<ByteStream> MakeTcpStream(EventLoop& loop, UniqueFd socket, int family) {
  return std::make_shared<TcpStream>(Adopt(loop, std::move(socket), family));
}

std::shared_ptr<ByteStream> MakeTlsStream(EventLoop& loop, UniqueFd socket, int family,
                                          TlsContext context, const std::string& host,
                                          bool verify) {
  auto stream = std::make_shared<TlsStream>(Adopt(loop, std::move(socket), family),
                                            std::move(context), host.empty());
  if (!host.empty()) {
    // Server names are names, never addresses (RFC 6066 section 3).
    if (!base::IpAddress::Parse(host))
      SSL_set_tlsext_host_name(stream->stream().native_handle(), host.c_str());
    stream->stream().set_verify_mode(verify ? ssl::verify_peer : ssl::verify_none);
    if (verify) stream->stream().set_verify_callback(ssl::host_name_verification(host));
  }
  return stream;
}

}  // namespace plaza::net
