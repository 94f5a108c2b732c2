// WebSocket, server and client against each other, and against hand-made frames.
#include "net/websocket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "net/http_server.h"
#include "net/testing/raw_client.h"
#include "net/websocket_client.h"

namespace plaza::net {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// What one side of a connection has seen.
struct Peer {
  void Attach(std::shared_ptr<WebSocket> opened) {
    socket = std::move(opened);
    socket->OnMessage([this](std::string_view text) { messages.emplace_back(text); });
    socket->OnClose([this](const WebSocketClosed& c) {
      EXPECT_FALSE(closed.has_value());
      closed = c;
    });
  }

  std::shared_ptr<WebSocket> socket;
  std::vector<std::string> messages;
  std::optional<WebSocketClosed> closed;
};

class WebSocketTest : public ::testing::Test {
 protected:
  WebSocketTest() { server_options_.address = *base::SocketAddress::Parse("127.0.0.1:0"); }

  void Start() {
    server_.emplace(loop_, server_options_);
    server_->Route({.path = "/ws",
                    .options = options_,
                    .on_open =
                        [this](std::shared_ptr<WebSocket> socket, HttpRequest request) {
                          request_ = std::move(request);
                          there_.Attach(std::move(socket));
                        },
                    .check = check_});
    ASSERT_TRUE(server_->Start().ok());
  }
  std::string Url(const std::string& path = "/ws") {
    return "ws://" + server_->local().ToString() + path;
  }
  void Open() {
    Start();
    OpenWebSocket(loop_, Url(), client_options_,
                  [this](base::Result<std::shared_ptr<WebSocket>> opened) {
                    ASSERT_TRUE(opened.ok()) << opened.error().message;
                    here_.Attach(*opened);
                  });
    ASSERT_TRUE(Until([&] { return here_.socket && there_.socket; }));
  }
  bool Until(const std::function<bool()>& done) { return loop_.RunUntil(done, 5s); }
  bool UntilClosed() {
    return Until([&] { return here_.closed && there_.closed; });
  }
  void Advance(base::Duration d) {
    clock_.Advance(d);
    Turns(1);
  }
  void Turns(int n) {
    for (; n > 0; --n) {
      bool ran = false;
      loop_.Post([&] { ran = true; });
      ASSERT_TRUE(Until([&] { return ran; }));
    }
  }

  static constexpr const char* kUpgrade =
      "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  RawClient RawOpen() {
    Start();
    RawClient client(loop_, server_->local());
    client.Send(std::string(kUpgrade) + "\r\n");
    EXPECT_TRUE(client.WaitFor("\r\n\r\n"));
    EXPECT_TRUE(Until([&] { return there_.socket != nullptr; }));
    return client;
  }
  // A masked frame with a zero mask; `payload` below 126 bytes.
  static std::string Frame(int first_byte, const std::string& payload) {
    return std::string(1, static_cast<char>(first_byte)) +
           static_cast<char>(0x80 | payload.size()) + std::string(4, '\0') + payload;
  }

  base::FakeClock clock_;
  EventLoop loop_{clock_};
  HttpServerOptions server_options_;
  WebSocketOptions options_;
  WebSocketClientOptions client_options_;
  std::function<std::optional<HttpResponse>(const HttpRequest&)> check_;
  Peer here_, there_;  // client, server
  HttpRequest request_;
  std::optional<HttpServer> server_;
};

TEST_F(WebSocketTest, CarriesMessagesBothWaysInOrder) {
  Open();
  std::vector<std::string> expected;
  for (int i = 0; i < 100; ++i) {
    expected.push_back("message " + std::to_string(i));
    EXPECT_TRUE(here_.socket->Send(expected.back()));
    EXPECT_TRUE(there_.socket->Send(expected.back()));
  }
  EXPECT_TRUE(Until([&] { return here_.messages.size() == 100 && there_.messages.size() == 100; }));
  EXPECT_EQ(here_.messages, expected);
  EXPECT_EQ(there_.messages, expected);
  EXPECT_EQ(there_.socket->remote().ip, *base::IpAddress::Parse("127.0.0.1"));
  EXPECT_EQ(here_.socket->remote(), server_->local());
  EXPECT_EQ(here_.socket->queued_bytes(), 0u);
}

TEST_F(WebSocketTest, HandsOverTheRequest) {
  client_options_.headers.Add("X-Extra", "1");
  Start();
  OpenWebSocket(loop_, Url("/ws?room=7"), client_options_,
                [this](auto opened) { here_.Attach(*opened); });
  ASSERT_TRUE(Until([&] { return here_.socket && there_.socket; }));
  EXPECT_EQ(request_.query, "room=7");
  EXPECT_EQ(request_.headers.Get("x-extra"), "1");
}

TEST_F(WebSocketTest, CarriesLargeMessages) {
  options_.max_message_bytes = client_options_.websocket.max_message_bytes = 2 << 20;
  Open();
  const std::string large(2 << 20, 'x');
  here_.socket->Send(large);
  there_.socket->Send(large);
  ASSERT_TRUE(Until([&] { return here_.messages.size() == 1 && there_.messages.size() == 1; }));
  EXPECT_EQ(here_.messages[0], large);
  EXPECT_EQ(there_.messages[0], large);
}

TEST_F(WebSocketTest, AMessageAboveTheLimitClosesWith1009) {
  options_.max_message_bytes = 1000;
  Open();
  here_.socket->Send(std::string(1000, 'x'));
  here_.socket->Send(std::string(1001, 'x'));
  ASSERT_TRUE(UntilClosed());
  EXPECT_EQ(there_.messages.size(), 1u);
  EXPECT_EQ(there_.closed->code, kWsTooBig);
  EXPECT_TRUE(there_.closed->by_us);
  EXPECT_EQ(here_.closed->code, kWsTooBig);
  EXPECT_FALSE(here_.closed->by_us);
}

TEST_F(WebSocketTest, CloseCarriesCodeAndReasonAfterWhatWasSent) {
  Open();
  there_.socket->Send("last words");
  there_.socket->Close(4001, "taken over");
  EXPECT_FALSE(there_.socket->Send("too late"));
  there_.socket->Close(4002, "again");
  ASSERT_TRUE(UntilClosed());
  EXPECT_EQ(here_.messages, std::vector<std::string>{"last words"});
  EXPECT_EQ(here_.closed->code, 4001);
  EXPECT_EQ(here_.closed->reason, "taken over");
  EXPECT_FALSE(here_.closed->by_us);
  EXPECT_EQ(there_.closed->code, 4001);
  EXPECT_TRUE(there_.closed->by_us);
  EXPECT_TRUE(Until([&] { return server_->counters().open_connections == 0; }));
}

TEST_F(WebSocketTest, LongReasonsAreCutAtACharacter) {
  Open();
  std::string reason;
  for (int i = 0; i < 100; ++i) reason += "\xc3\xa4";
  here_.socket->Close(kWsNormal, reason);
  ASSERT_TRUE(UntilClosed());
  EXPECT_EQ(there_.closed->reason, reason.substr(0, 122));
}

TEST_F(WebSocketTest, BothSidesMayCloseAtOnceAndFromWithinACallback) {
  Open();
  here_.socket->OnMessage([&](std::string_view) { here_.socket->Close(4003); });
  there_.socket->Send("go");
  there_.socket->Close(4004);
  ASSERT_TRUE(UntilClosed());
}

TEST_F(WebSocketTest, AbruptDisconnectIs1006) {
  auto client = RawOpen();
  client.Reset();
  ASSERT_TRUE(Until([&] { return there_.closed.has_value(); }));
  EXPECT_EQ(there_.closed->code, kWsAbnormal);
  EXPECT_FALSE(there_.closed->by_us);
  EXPECT_FALSE(there_.socket->Send("x"));
  EXPECT_TRUE(Until([&] { return server_->counters().open_websockets == 0; }));
}

TEST_F(WebSocketTest, AbortEndsWithoutACloseFrame) {
  Open();
  here_.socket->Abort();
  ASSERT_TRUE(UntilClosed());
  EXPECT_EQ(here_.closed->code, kWsAbnormal);
  EXPECT_EQ(there_.closed->code, kWsAbnormal);
}

TEST_F(WebSocketTest, ACloseWithoutCodeIs1005) {
  auto client = RawOpen();
  client.Send(Frame(0x88, ""));
  ASSERT_TRUE(Until([&] { return there_.closed.has_value(); }));
  EXPECT_EQ(there_.closed->code, kWsNoCode);
  EXPECT_TRUE(client.WaitForClose());
}

TEST_F(WebSocketTest, SlowReaderIsClosedWithPolicyAndCounted) {
  options_.max_queued_bytes = 1 << 20;
  auto client = RawOpen();
  client.Pause();
  int sent = 0;
  while (sent < 1000 && there_.socket->Send(std::string(100'000, 'x'))) {
    ++sent;
    Turns(1);
  }
  ASSERT_LT(sent, 1000);
  EXPECT_EQ(server_->counters().slow_websockets, 1u);
  EXPECT_LE(there_.socket->queued_bytes(), size_t{1} << 20);
  EXPECT_FALSE(there_.closed.has_value());  // never from within Send()
  // It goes on not reading: given up when the time for the close is over.
  Advance(options_.handshake_timeout);
  ASSERT_TRUE(Until([&] { return there_.closed.has_value(); }));
  EXPECT_EQ(there_.closed->code, kWsPolicy);
  EXPECT_TRUE(there_.closed->by_us);
}

TEST_F(WebSocketTest, SlowReaderThatWakesUpReadsTheCloseCode) {
  options_.max_queued_bytes = 1 << 20;
  auto client = RawOpen();
  client.Pause();
  while (there_.socket->Send(std::string(100'000, 'x'))) Turns(1);
  client.Resume();
  ASSERT_TRUE(client.WaitFor("the connection is too slow"));
}

TEST_F(WebSocketTest, SilenceIsProbedAndThenGivenUp) {
  auto client = RawOpen();
  client.Forget();
  Advance(options_.idle_timeout / 2);
  ASSERT_TRUE(client.WaitFor(std::string("\x89\x00", 2)));
  client.Send(Frame(0x8a, ""));
  Turns(3);
  Advance(options_.idle_timeout / 2);
  ASSERT_TRUE(client.WaitFor(std::string("\x89\x00\x89\x00", 4)));
  EXPECT_FALSE(there_.closed.has_value());
  Advance(options_.idle_timeout / 2);
  ASSERT_TRUE(Until([&] { return there_.closed.has_value(); }));
  EXPECT_EQ(there_.closed->code, kWsAbnormal);
}

TEST_F(WebSocketTest, TwoPeersThatAnswerPingsStayConnected) {
  Open();
  for (int i = 0; i < 20; ++i) {
    Advance(options_.idle_timeout / 4);
    Turns(10);
  }
  EXPECT_FALSE(here_.closed.has_value());
  EXPECT_FALSE(there_.closed.has_value());
}

TEST_F(WebSocketTest, BinaryMessagesAreRefusedWith1003) {
  auto client = RawOpen();
  client.Send(Frame(0x82, "\x01\x02"));
  ASSERT_TRUE(client.WaitFor("\x03\xeb"));
  EXPECT_TRUE(there_.messages.empty());
  client.Send(Frame(0x88, "\x03\xeb"));
  ASSERT_TRUE(Until([&] { return there_.closed.has_value(); }));
  EXPECT_EQ(there_.closed->code, kWsUnsupportedData);
}

TEST_F(WebSocketTest, InvalidTextIsRefusedWith1007) {
  auto client = RawOpen();
  client.Send(Frame(0x81, "\xff\xff"));
  ASSERT_TRUE(client.WaitFor("\x03\xef"));
  ASSERT_TRUE(Until([&] { return there_.closed.has_value(); }));
  EXPECT_EQ(there_.closed->code, kWsInvalidText);
}

TEST_F(WebSocketTest, BrokenFramesAreRefusedWith1002) {
  auto client = RawOpen();
  client.Send(std::string("\x81\x01x", 3));  // not masked
  ASSERT_TRUE(client.WaitFor("\x03\xea"));
  ASSERT_TRUE(Until([&] { return there_.closed.has_value(); }));
  EXPECT_EQ(there_.closed->code, kWsProtocolError);
}

TEST_F(WebSocketTest, FramesSentTogetherWithTheRequestAreNotLost) {
  Start();
  RawClient client(loop_, server_->local());
  client.Send(std::string(kUpgrade) + "\r\n" + Frame(0x81, "early"));
  ASSERT_TRUE(Until([&] { return !there_.messages.empty(); }));
  EXPECT_EQ(there_.messages[0], "early");
}

TEST_F(WebSocketTest, FragmentsAndPingsBetweenThemAreJoined) {
  auto client = RawOpen();
  client.Send(Frame(0x01, "a") + Frame(0x89, "ping") + Frame(0x00, "b") + Frame(0x80, "c"));
  ASSERT_TRUE(Until([&] { return !there_.messages.empty(); }));
  EXPECT_EQ(there_.messages[0], "abc");
  EXPECT_TRUE(client.WaitFor(std::string("\x8a\x04ping")));
}

TEST_F(WebSocketTest, UpgradeFollowsAnOrdinaryRequestOnOneConnection) {
  Start();
  server_->Route({.path = "/x", .handler = [](HttpRequest, Responder r) {
                    r.Send({204, {}, ""});
                  }});
  RawClient client(loop_, server_->local());
  client.Send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(client.WaitFor("204"));
  client.Send(std::string(kUpgrade) + "\r\n");
  ASSERT_TRUE(client.WaitFor("HTTP/1.1 101 "));
  EXPECT_THAT(client.received(), HasSubstr("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
  EXPECT_EQ(server_->counters().open_connections, 1u);
}

TEST_F(WebSocketTest, WithoutUpgradeThePathAnswers426) {
  Start();
  RawClient client(loop_, server_->local());
  client.Send("GET /ws HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(client.WaitFor("HTTP/1.1 426 "));
  client.Send("POST /ws HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(client.WaitFor("HTTP/1.1 405 "));
}

TEST_F(WebSocketTest, TheCheckMayRefuseAndTheClientLearnsTheStatus) {
  check_ = [](const HttpRequest&) { return HttpResponse::Failure(403, "not from this origin"); };
  Start();
  std::optional<base::Error> error;
  OpenWebSocket(loop_, Url(), client_options_, [&](auto opened) { error = opened.error(); });
  ASSERT_TRUE(Until([&] { return error.has_value(); }));
  EXPECT_EQ(error->code, 403);
}

TEST_F(WebSocketTest, OpeningFailsWithOneLine) {
  Start();
  std::vector<std::string> errors;
  const auto open = [&](const std::string& url) {
    const size_t before = errors.size();
    OpenWebSocket(loop_, url, client_options_,
                  [&](auto opened) { errors.push_back(opened.error().message); });
    ASSERT_TRUE(Until([&] { return errors.size() > before; }));
  };
  const std::string address = server_->local().ToString();
  open("http://x/");
  open(Url("/nothing"));
  server_.reset();
  open("ws://" + address);
  EXPECT_THAT(errors[0], HasSubstr("ws://"));
  EXPECT_THAT(errors[1], HasSubstr("404"));
  EXPECT_THAT(errors[2], StartsWith(address + ": can't be reached"));
}

TEST_F(WebSocketTest, AServerThatNeverAnswersIsGivenUp) {
  Start();
  // An ordinary route that holds the request.
  std::vector<Responder> held;
  server_->Route(
      {.path = "/hold", .handler = [&](HttpRequest, Responder r) { held.push_back(r); }});
  std::optional<base::Error> error;
  OpenWebSocket(loop_, Url("/hold"), client_options_, [&](auto opened) { error = opened.error(); });
  ASSERT_TRUE(Until([&] { return !held.empty(); }));
  Advance(client_options_.websocket.handshake_timeout);
  EXPECT_TRUE(Until([&] { return error.has_value(); }));
}

TEST_F(WebSocketTest, StopClosesWithGoingAway) {
  Open();
  bool done = false;
  server_->Stop(10s, [&] { done = true; });
  ASSERT_TRUE(UntilClosed());
  EXPECT_EQ(here_.closed->code, kWsGoingAway);
  EXPECT_TRUE(Until([&] { return done; }));
}

TEST_F(WebSocketTest, StopDoesNotWaitForeverForAClientThatDoesNotClose) {
  auto client = RawOpen();
  client.Pause();
  bool done = false;
  server_->Stop(3s, [&] { done = true; });
  Turns(3);
  EXPECT_FALSE(done);
  Advance(3s);
  Turns(3);
  Advance(3s);
  EXPECT_TRUE(Until([&] { return done; }));
}

TEST_F(WebSocketTest, DestroyingTheServerClosesEverythingAtOnce) {
  Open();
  server_.reset();
  EXPECT_TRUE(there_.closed.has_value());
  EXPECT_FALSE(there_.socket->Send("x"));
  EXPECT_TRUE(UntilClosed());
}

TEST_F(WebSocketTest, LoopMayEndWithConnectionsOpen) {
  auto loop = std::make_unique<EventLoop>();
  HttpServerOptions options;
  options.address = *base::SocketAddress::Parse("127.0.0.1:0");
  auto server = std::make_unique<HttpServer>(*loop, options);
  Peer there, here;
  server->Route({.path = "/ws",
                 .on_open = [&](std::shared_ptr<WebSocket> s, HttpRequest) { there.Attach(s); }});
  ASSERT_TRUE(server->Start().ok());
  OpenWebSocket(*loop, "ws://" + server->local().ToString() + "/ws", {},
                [&](auto opened) { here.Attach(*opened); });
  ASSERT_TRUE(loop->RunUntil([&] { return here.socket && there.socket; }, 5s));
  server.reset();
  here.socket.reset();
  there.socket.reset();
  loop.reset();
}

}  // namespace
}  // namespace plaza::net
