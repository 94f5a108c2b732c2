// The server's requests, limits and time-outs, against a client that sends exactly what a test
// says.
#include "net/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "net/testing/raw_client.h"

namespace plaza::net {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class HttpServerTest : public ::testing::Test {
 protected:
  HttpServerTest() { options_.address = *base::SocketAddress::Parse("127.0.0.1:0"); }

  void Start() {
    server_.emplace(loop_, options_);
    server_->Route({.path = "/hello", .handler = [](HttpRequest, Responder responder) {
                      responder.Send(HttpResponse::Text(200, "hi"));
                    }});
    server_->Route({.path = "/echo",
                    .methods = {"POST", "PUT"},
                    .handler =
                        [](HttpRequest request, Responder responder) {
                          responder.Send(
                              HttpResponse::Text(200, request.method + ":" + request.body));
                        },
                    .max_body_bytes = 100});
    server_->Route(
        {.path = "/later", .methods = {}, .handler = [this](HttpRequest request, Responder r) {
           requests_.push_back(std::move(request));
           waiting_.push_back(std::move(r));
         }});
    ASSERT_TRUE(server_->Start().ok());
  }
  RawClient Connect() { return RawClient(loop_, server_->local()); }
  bool Until(const std::function<bool()>& done) { return loop_.RunUntil(done, 5s); }
  bool UntilWaiting(size_t count) {
    return Until([&] { return waiting_.size() >= count; });
  }
  // Wakes the loop, so that it sees how late it is.
  void Advance(base::Duration d) {
    clock_.Advance(d);
    bool ran = false;
    loop_.Post([&] { ran = true; });
    Until([&] { return ran; });
  }

  base::FakeClock clock_;
  EventLoop loop_{clock_};
  HttpServerOptions options_;
  std::vector<HttpRequest> requests_;
  std::vector<Responder> waiting_;
  std::optional<HttpServer> server_;
};

TEST_F(HttpServerTest, AnswersAndKeepsTheConnection) {
  Start();
  auto client = Connect();
  client.Send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(client.WaitFor("\r\n\r\nhi"));
  EXPECT_THAT(client.received(), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(client.received(), HasSubstr("Content-Length: 2\r\n"));
  EXPECT_THAT(client.received(), HasSubstr("Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n"));
  EXPECT_THAT(client.received(), Not(HasSubstr("Connection:")));
  client.Forget();
  client.Send("\r\nGET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(client.WaitForClose());
  EXPECT_THAT(client.received(), HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(client.received(), EndsWith("hi"));
  EXPECT_EQ(server_->counters().requests, 2u);
  EXPECT_EQ(server_->counters().connections, 1u);
}

TEST_F(HttpServerTest, ReadsARequestThatComesByteByByte) {
  Start();
  auto client = Connect();
  for (char c : std::string("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")) {
    client.Send(std::string_view(&c, 1));
    Advance(1ms);
  }
  EXPECT_TRUE(client.WaitFor("POST:abc"));
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder) {
  Start();
  auto client = Connect();
  client.Send(
      "GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
      "PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nz");
  ASSERT_TRUE(UntilWaiting(1));
  waiting_[0].Send(HttpResponse::Text(201, "first"));
  ASSERT_TRUE(client.WaitFor("PUT:z"));
  const std::string& all = client.received();
  EXPECT_LT(all.find("first"), all.find("\r\n\r\nhi"));
  EXPECT_LT(all.find("\r\n\r\nhi"), all.find("PUT:z"));
}

TEST_F(HttpServerTest, GivesHandlersTheWholeRequest) {
  Start();
  auto client = Connect();
  client.Send(
      "POST /later?a=1&b=%20 HTTP/1.1\r\nHost: x\r\nX-Name: one\r\nx-name: two\r\n"
      "Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n2;ext=1\r\nef\r\n0\r\nTrailer: x\r\n\r\n");
  ASSERT_TRUE(UntilWaiting(1));
  const HttpRequest& request = requests_[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/later?a=1&b=%20");
  EXPECT_EQ(request.path, "/later");
  EXPECT_EQ(request.query, "a=1&b=%20");
  EXPECT_EQ(request.headers.Get("X-NAME"), "one");
  EXPECT_EQ(request.body, "abcdef");
  EXPECT_EQ(request.remote.ip, *base::IpAddress::Parse("127.0.0.1"));
  EXPECT_FALSE(request.tls);
}

TEST_F(HttpServerTest, HeadHasTheLengthAndNoBody) {
  Start();
  auto client = Connect();
  client.Send("HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(client.WaitForClose());
  EXPECT_THAT(client.received(), HasSubstr("Content-Length: 2\r\n"));
  EXPECT_THAT(client.received(), EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, Http10ClosesUnlessAsked) {
  Start();
  auto client = Connect();
  client.Send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  ASSERT_TRUE(client.WaitFor("hi"));
  EXPECT_THAT(client.received(), HasSubstr("Connection: keep-alive\r\n"));
  client.Send("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(client.WaitForClose());
}

TEST_F(HttpServerTest, ExpectContinueIsAnswered) {
  Start();
  auto client = Connect();
  client.Send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_TRUE(client.WaitFor("HTTP/1.1 100 Continue\r\n\r\n"));
  client.Send("ok");
  EXPECT_TRUE(client.WaitFor("POST:ok"));
}

TEST_F(HttpServerTest, AClientThatHalfClosesStillGetsItsAnswer) {
  Start();
  auto client = Connect();
  client.Send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  client.ShutdownWrite();
  ASSERT_TRUE(client.WaitForClose());
  EXPECT_THAT(client.received(), EndsWith("hi"));
}

// What is refused: the request, the status, a word of the message, and whether the connection
// survives.
struct Refusal {
  const char* name;
  std::string request;
  const char* status;
  const char* message;
  bool kept;
};

class HttpRefusals : public HttpServerTest, public ::testing::WithParamInterface<Refusal> {};

TEST_P(HttpRefusals, AreClearJson) {
  options_.max_header_bytes = 1000;
  Start();
  auto client = Connect();
  client.Send(GetParam().request);
  ASSERT_TRUE(client.WaitFor("}}"));
  EXPECT_THAT(client.received(), StartsWith(std::string("HTTP/1.1 ") + GetParam().status));
  EXPECT_THAT(client.received(), HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(client.received(), HasSubstr(GetParam().message));
  if (GetParam().kept) {
    client.Forget();
    client.Send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(client.WaitFor("hi"));
  } else {
    EXPECT_TRUE(client.WaitForClose());
    EXPECT_THAT(client.received(), HasSubstr("Connection: close\r\n"));
  }
  EXPECT_EQ(server_->counters().client_errors + server_->counters().server_errors, 1u);
}

INSTANTIATE_TEST_SUITE_P(
    All, HttpRefusals,
    ::testing::Values(
        Refusal{"NoSuchPath", "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", "404", "path", true},
        Refusal{"NoSuchPathWithBody",
                "POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde", "404",
                "path", false},
        Refusal{"OtherMethod", "DELETE /echo HTTP/1.1\r\nHost: x\r\n\r\n", "405", "POST, PUT",
                true},
        Refusal{"BodyTooLong", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n",
                "413", "at most 100", false},
        Refusal{"ChunkedBodyTooLong",
                "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" +
                    std::string(101, 'x') + "\r\n0\r\n\r\n",
                "413", "body", false},
        Refusal{"HeaderTooLong",
                "GET /hello HTTP/1.1\r\nHost: x\r\nA: " + std::string(2000, 'x') + "\r\n\r\n",
                "431", "header", false},
        Refusal{"TargetTooLong", "GET /" + std::string(3000, 'x'), "431", "header", false},
        Refusal{"NotHttp", "\x16\x03\x01 garbage\r\n\r\n", "400", "malformed", false},
        Refusal{"NoHost", "GET /hello HTTP/1.1\r\n\r\n", "400", "Host", false},
        Refusal{"BrokenEscape", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "400", "escape", false},
        Refusal{"RelativeTarget", "GET hello HTTP/1.1\r\nHost: x\r\n\r\n", "400", "target", false},
        Refusal{
            "TwoLengths",
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "400", "malformed", false},
        Refusal{"LengthAndChunks",
                "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: "
                "chunked\r\n\r\n0\r\n\r\n",
                "400", "malformed", false},
        Refusal{"Http2", "GET /hello HTTP/2.0\r\nHost: x\r\n\r\n", "505", "HTTP/1.1", false}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(HttpServerTest, ClientThatGoesOnSendingAfterARefusalStillReadsIt) {
  Start();
  auto client = Connect();
  client.Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n");
  ASSERT_TRUE(client.WaitFor("HTTP/1.1 413"));
  client.Send(std::string(100'000, 'x'));
  EXPECT_TRUE(client.WaitForClose());
  EXPECT_THAT(client.received(), EndsWith("}}"));
}

TEST_F(HttpServerTest, SlowHeaderIs408) {
  Start();
  auto client = Connect();
  client.Send("GET /hello HT");
  Advance(1ms);
  Advance(options_.header_timeout);
  EXPECT_TRUE(client.WaitForClose());
  EXPECT_THAT(client.received(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, SlowBodyIs408) {
  Start();
  auto client = Connect();
  client.Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
  Advance(1ms);
  Advance(options_.header_timeout);
  EXPECT_EQ(client.received(), "");
  Advance(options_.body_timeout);
  EXPECT_TRUE(client.WaitForClose());
  EXPECT_THAT(client.received(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, IdleConnectionsAreClosedSilently) {
  Start();
  auto client = Connect();
  client.Send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(client.WaitFor("hi"));
  client.Forget();
  Advance(options_.idle_timeout);
  EXPECT_TRUE(client.WaitForClose());
  EXPECT_EQ(client.received(), "");
}

TEST_F(HttpServerTest, ARequestThatIsNotAnsweredInTimeIs504) {
  Start();
  auto client = Connect();
  client.Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(UntilWaiting(1));
  bool gone = false;
  waiting_[0].OnGone([&] { gone = true; });
  Advance(options_.answer_timeout);
  EXPECT_TRUE(client.WaitForClose());
  EXPECT_THAT(client.received(), StartsWith("HTTP/1.1 504 "));
  EXPECT_TRUE(gone);
  waiting_[0].Send(HttpResponse::Text(200, "too late"));
}

TEST_F(HttpServerTest, AForgottenRequestIs500) {
  Start();
  auto client = Connect();
  client.Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(UntilWaiting(1));
  waiting_.clear();
  EXPECT_TRUE(client.WaitFor("HTTP/1.1 500 "));
}

TEST_F(HttpServerTest, OnlyTheFirstAnswerCounts) {
  Start();
  auto client = Connect();
  client.Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(UntilWaiting(1));
  Responder copy = waiting_[0];
  waiting_[0].Send(HttpResponse::Text(200, "one"));
  copy.Send(HttpResponse::Text(200, "two"));
  EXPECT_TRUE(copy.answered());
  client.Send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(client.WaitFor("hi"));
  EXPECT_THAT(client.received(), Not(HasSubstr("two")));
}

TEST_F(HttpServerTest, TellsWhenTheClientIsGoneBeforeTheAnswer) {
  Start();
  auto client = Connect();
  client.Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(UntilWaiting(1));
  bool gone = false;
  waiting_[0].OnGone([&] { gone = true; });
  client.Reset();
  EXPECT_TRUE(Until([&] { return gone; }));
  waiting_[0].Send(HttpResponse::Text(200, "to nobody"));
  EXPECT_EQ(server_->counters().open_connections, 0u);
}

TEST_F(HttpServerTest, FieldsThatWouldSplitTheResponseAreLeftOut) {
  Start();
  auto client = Connect();
  client.Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(UntilWaiting(1));
  HttpResponse response = HttpResponse::Text(200, "ok");
  response.headers.Add("X-Bad", "a\r\nSet-Cookie: b");
  response.headers.Add("Content-Length", "77");
  response.headers.Add("X-Good", "yes");
  waiting_[0].Send(response);
  ASSERT_TRUE(client.WaitFor("\r\n\r\nok"));
  EXPECT_THAT(client.received(), Not(HasSubstr("Set-Cookie")));
  EXPECT_THAT(client.received(), Not(HasSubstr("77")));
  EXPECT_THAT(client.received(), HasSubstr("X-Good: yes\r\n"));
}

TEST_F(HttpServerTest, TooManyConnectionsAreRefused) {
  options_.max_connections = 2;
  Start();
  auto a = Connect(), b = Connect(), c = Connect();
  ASSERT_TRUE(c.WaitForClose());
  EXPECT_THAT(c.received(), StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(server_->counters().refused_total, 1u);
  a.Reset();
  ASSERT_TRUE(Until([&] { return server_->counters().open_connections == 1; }));
  auto d = Connect();
  d.Send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(d.WaitFor("hi"));
}

TEST_F(HttpServerTest, TooManyConnectionsOfOneAddressAreRefused) {
  options_.max_connections_per_address = 1;
  Start();
  auto a = Connect(), b = Connect();
  ASSERT_TRUE(b.WaitForClose());
  EXPECT_THAT(b.received(), StartsWith("HTTP/1.1 429 "));
  EXPECT_EQ(server_->counters().refused_address, 1u);
}

TEST_F(HttpServerTest, LongestRouteOfTheMethodWins) {
  Start();
  const auto answer = [](const char* name) {
    return
        [name](HttpRequest, Responder responder) { responder.Send(HttpResponse::Text(200, name)); };
  };
  server_->Route({.path = "/*", .handler = answer("[root]")});
  server_->Route({.path = "/", .methods = {"POST"}, .handler = answer("[post]")});
  server_->Route({.path = "/a/*", .handler = answer("[a]")});
  server_->Route({.path = "/a/b", .handler = answer("[a/b]")});
  auto client = Connect();
  for (const auto& [line, expected] :
       {std::pair("GET /", "[root]"), std::pair("POST /", "[post]"), std::pair("GET /a", "[root]"),
        std::pair("GET /a/", "[a]"), std::pair("GET /a/b", "[a/b]"), std::pair("GET /a/b/c", "[a]"),
        std::pair("GET /a%2fb", "[a/b]"), std::pair("GET http://host/a/b?x", "[a/b]")}) {
    client.Forget();
    client.Send(std::string(line) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(client.WaitFor(expected)) << line << " " << client.received();
  }
}

TEST_F(HttpServerTest, PortInUseIsOneLineThatNamesTheAddress) {
  Start();
  HttpServerOptions options;
  options.address = server_->local();
  HttpServer second(loop_, options);
  const base::Status status = second.Start();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "HTTP " + server_->local().ToString() + ": the port is in use");
}

TEST_F(HttpServerTest, StopClosesIdleConnectionsAndAnswersTheRest) {
  Start();
  auto idle = Connect(), busy = Connect();
  idle.Send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(idle.WaitFor("hi"));
  busy.Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(UntilWaiting(1));
  bool done = false;
  server_->Stop(10s, [&] { done = true; });
  EXPECT_TRUE(idle.WaitForClose());
  EXPECT_FALSE(done);
  waiting_[0].Send(HttpResponse::Text(200, "last"));
  ASSERT_TRUE(busy.WaitForClose());
  EXPECT_THAT(busy.received(), HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(busy.received(), EndsWith("last"));
  busy.Reset();
  EXPECT_TRUE(Until([&] { return done; }));
}

TEST_F(HttpServerTest, StopEndsAtItsLimit) {
  Start();
  auto busy = Connect();
  busy.Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(UntilWaiting(1));
  bool done = false;
  server_->Stop(10s, [&] { done = true; });
  Advance(10s);
  EXPECT_TRUE(Until([&] { return done; }));
  EXPECT_TRUE(busy.WaitForClose());
}

TEST_F(HttpServerTest, MayBeDestroyedWithRequestsInProgress) {
  Start();
  auto client = Connect();
  client.Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(UntilWaiting(1));
  bool gone = false;
  waiting_[0].OnGone([&] { gone = true; });
  server_.reset();
  EXPECT_TRUE(gone);
  EXPECT_TRUE(client.WaitForClose());
  waiting_[0].Send(HttpResponse::Text(200, "late"));
}

}  // namespace
}  // namespace plaza::net
