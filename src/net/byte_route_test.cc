// Another protocol on the port of an HTTP server, plain and behind TLS.
#include <gtest/gtest.h>

#include <array>
#include <boost/system/error_code.hpp>
#include <optional>

#include "net/http_server.h"
#include "net/internal/socket_stream.h"
#include "net/testing/certificate.h"
#include "net/testing/raw_client.h"

namespace plaza::net {
namespace {

using namespace std::chrono_literals;

class ByteRouteTest : public ::testing::Test {
 protected:
  // What begins with 1 is echoed.
  void Start(std::optional<TlsFiles> tls = {}) {
    HttpServerOptions options;
    options.address = *base::SocketAddress::Parse("127.0.0.1:0");
    options.tls = std::move(tls);
    server_.emplace(loop_, options);
    server_->Route({.path = "/", .handler = [](const HttpRequest&, Responder responder) {
                      responder.Send(HttpResponse::Text(200, "a page"));
                    }});
    server_->Route(ByteRoute{.fits = [](uint8_t first) { return first == 1; },
                             .max_queued_bytes = 4 << 20,
                             .on_open =
                                 [this](std::shared_ptr<Connection> connection) {
                                   there_ = std::move(connection);
                                   there_->OnData([this](base::ByteView bytes) {
                                     received_ += base::AsText(bytes);
                                     there_->Write(bytes);
                                   });
                                   there_->OnClose([this] { ++closed_; });
                                 }});
    ASSERT_TRUE(server_->Start().ok());
  }
  bool Until(const std::function<bool()>& holds) { return loop_.RunUntil(holds, 5s); }

  EventLoop loop_;
  TestCertificate certificate_;
  std::optional<HttpServer> server_;
  std::shared_ptr<Connection> there_;
  std::string received_;
  int closed_ = 0;
};

TEST_F(ByteRouteTest, TheFirstByteDecidesWhoseConnectionItIs) {
  Start();
  RawClient other(loop_, server_->local()), browser(loop_, server_->local());
  other.Send("\x01hello");
  EXPECT_TRUE(other.WaitFor("\x01hello"));
  other.Send("GET / HTTP/1.1");
  EXPECT_TRUE(other.WaitFor("GET / HTTP/1.1"));
  browser.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(browser.WaitFor("a page"));
  EXPECT_EQ(server_->counters().byte_connections, 1u);
}

TEST_F(ByteRouteTest, OnlyTheFirstByteOfAConnectionCounts) {
  Start();
  RawClient browser(loop_, server_->local());
  browser.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(browser.WaitFor("a page"));
  browser.Send("\x01hello\r\n\r\n");
  EXPECT_TRUE(browser.WaitFor("400"));
  EXPECT_EQ(server_->counters().byte_connections, 0u);
}

TEST_F(ByteRouteTest, TellsOnceThatTheOtherSideHasClosed) {
  Start();
  RawClient client(loop_, server_->local());
  client.Send("\x01");
  EXPECT_TRUE(client.WaitFor("\x01"));
  client.Reset();
  EXPECT_TRUE(Until([&] { return closed_ > 0; }));
  EXPECT_FALSE(there_->Write(base::AsBytes("late")));
  there_->Close();
  EXPECT_TRUE(Until([&] { return server_->counters().open_connections == 0; }));
  EXPECT_EQ(closed_, 1);
}

TEST_F(ByteRouteTest, ItsQueueIsBounded) {
  Start();
  RawClient client(loop_, server_->local());
  client.Send("\x01");
  EXPECT_TRUE(client.WaitFor("\x01"));
  client.Pause();
  const std::string piece(64 << 10, 'p');
  int turns = 0;
  while (there_->Write(base::AsBytes(piece)) && ++turns < 10'000) Until([] { return true; });
  EXPECT_LE(there_->queued_bytes(), size_t{4} << 20);
  EXPECT_GT(there_->queued_bytes() + piece.size(), size_t{4} << 20);
  client.Resume();
  EXPECT_TRUE(Until([&] { return there_->queued_bytes() == 0; }));
}

TEST_F(ByteRouteTest, WhoClosesFromWithinHearsOfItOnce) {
  Start();
  RawClient client(loop_, server_->local());
  client.Send("\x01");
  EXPECT_TRUE(client.WaitFor("\x01"));
  there_->OnData([this](base::ByteView) { there_->Close(); });
  client.Send("x");
  EXPECT_TRUE(client.WaitForClose());
  EXPECT_EQ(closed_, 1);
}

TEST_F(ByteRouteTest, IsClosedWhenTheServerStops) {
  Start();
  RawClient client(loop_, server_->local());
  client.Send("\x01");
  EXPECT_TRUE(client.WaitFor("\x01"));
  bool stopped = false;
  server_->Stop(5s, [&] { stopped = true; });
  EXPECT_TRUE(client.WaitForClose());
  EXPECT_TRUE(Until([&] { return stopped; }));
}

TEST_F(ByteRouteTest, IsFoundBehindTls) {
  Start(certificate_.files());
  const Url url = *ParseUrl("https://127.0.0.1:" + std::to_string(server_->local().port));
  std::shared_ptr<ByteStream> stream;
  Connect(loop_, url, certificate_.trust(), loop_.Now() + 5s,
          [&](base::Result<Connected> connected) {
            ASSERT_TRUE(connected.ok()) << connected.error().message;
            stream = connected->stream;
          });
  ASSERT_TRUE(Until([&] { return stream != nullptr; }));
  const base::ByteView hello = base::AsBytes("\x01hello");
  stream->WriteSome({&hello, 1}, [](const boost::system::error_code&, size_t) {});
  std::array<uint8_t, 100> buffer;
  std::string echoed;
  stream->ReadSome(buffer, [&](const boost::system::error_code&, size_t size) {
    echoed = base::AsText(base::ByteView(buffer).first(size));
  });
  EXPECT_TRUE(Until([&] { return !echoed.empty(); }));
  EXPECT_EQ(echoed, "\x01hello");
  stream->Close();
}

}  // namespace
}  // namespace plaza::net
