// The client against servers that behave, and a raw one that does not.
#include "net/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "net/http_server.h"
#include "net/internal/sockaddr.h"
#include "net/internal/unique_fd.h"

namespace plaza::net {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class HttpClientTest : public ::testing::Test {
 protected:
  HttpClientTest() {
    HttpServerOptions options;
    options.address = *base::SocketAddress::Parse("127.0.0.1:0");
    server_.emplace(loop_, options);
    server_->Route(
        {.path = "/*", .methods = {}, .handler = [this](HttpRequest request, Responder responder) {
           requests_.push_back(request);
           if (request.path == "/hold") return held_.push_back(responder);
           if (request.path == "/stream") {
             auto stream = responder.Stream({200, {}, ""});
             stream->Write("one ");
             stream->Write("two");
             return stream->Finish();
           }
           responder.Send(HttpResponse::Text(request.path == "/404" ? 404 : 200, request.body));
         }});
    EXPECT_TRUE(server_->Start().ok());
  }
  base::Result<HttpResponse> Run(HttpCall call) {
    std::optional<base::Result<HttpResponse>> result;
    Fetch(loop_, std::move(call), [&](base::Result<HttpResponse> r) { result = std::move(r); });
    EXPECT_FALSE(result.has_value());  // never at once
    EXPECT_TRUE(loop_.RunUntil([&] { return result.has_value(); }, 5s));
    return *result;
  }
  std::string Url(const std::string& path) {
    return "http://" + server_->local().ToString() + path;
  }

  EventLoop loop_;
  std::vector<HttpRequest> requests_;
  std::vector<Responder> held_;
  std::optional<HttpServer> server_;
};

TEST_F(HttpClientTest, SendsMethodFieldsAndBody) {
  const auto response =
      Run({.method = "POST", .url = Url("/a?b=c"), .headers = {{"X-Key", "v"}}, .body = "hello"});
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "hello");
  EXPECT_THAT(response->headers.Get("content-type"), StartsWith("text/plain"));
  EXPECT_EQ(requests_[0].method, "POST");
  EXPECT_EQ(requests_[0].target, "/a?b=c");
  EXPECT_EQ(requests_[0].headers.Get("x-key"), "v");
  EXPECT_EQ(requests_[0].headers.Get("host"), server_->local().ToString());
}

TEST_F(HttpClientTest, ReadsChunksHeadAndErrors) {
  EXPECT_EQ(Run({.url = Url("/stream")})->body, "one two");
  EXPECT_EQ(Run({.method = "HEAD", .url = Url("/x")})->status, 200);
  EXPECT_EQ(Run({.url = Url("/404")})->status, 404);
}

TEST_F(HttpClientTest, GivesUpAfterItsTimeout) {
  const auto result = Run({.url = Url("/hold"), .timeout = 5ms});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, base::ErrorKind::kDeadlineExceeded);
  EXPECT_THAT(result.error().message, HasSubstr(server_->local().ToString()));
}

TEST_F(HttpClientTest, RefusesResponsesAboveItsLimit) {
  const auto result = Run({.method = "POST",
                           .url = Url("/"),
                           .body = std::string(1000, 'x'),
                           .max_response_bytes = 999});
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().message, HasSubstr("too long"));
}

TEST_F(HttpClientTest, NamesWhatCannotBeReached) {
  const std::string url = Url("/"), address = server_->local().ToString();
  server_.reset();
  const auto refused = Run({.url = url});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, base::ErrorKind::kUnavailable);
  EXPECT_THAT(refused.error().message, StartsWith(address + ": can't be reached"));
  EXPECT_EQ(Run({.url = "ftp://x/"}).error().kind, base::ErrorKind::kInvalidArgument);
  EXPECT_EQ(Run({.url = "ws://x/"}).error().kind, base::ErrorKind::kInvalidArgument);
}

// A server that takes one connection, answers with `response` and closes.
class RudeServerTest : public ::testing::Test {
 protected:
  base::Result<HttpResponse> Answer(const std::string& response) {
    UniqueFd listener(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    KernelAddress address;
    socklen_t length = ToKernel(*base::SocketAddress::Parse("127.0.0.1:0"), AF_INET, address);
    EXPECT_EQ(bind(listener.get(), &address.any, length), 0);
    EXPECT_EQ(listen(listener.get(), 1), 0);
    getsockname(listener.get(), &address.any, &length);
    FdWatch watch(loop_, listener.get());
    watch.OnReadable([&] {
      const UniqueFd connection(accept(listener.get(), nullptr, nullptr));
      char request[4096];
      EXPECT_GT(recv(connection.get(), request, sizeof request, 0), 0);
      EXPECT_GE(send(connection.get(), response.data(), response.size(), MSG_NOSIGNAL), 0);
    });
    std::optional<base::Result<HttpResponse>> result;
    Fetch(loop_, {.url = "http://" + FromKernel(address).ToString() + "/"},
          [&](base::Result<HttpResponse> r) { result = std::move(r); });
    EXPECT_TRUE(loop_.RunUntil([&] { return result.has_value(); }, 5s));
    return *result;
  }

  EventLoop loop_;
};

TEST_F(RudeServerTest, BodyMayEndWithTheConnection) {
  const auto result = Answer("HTTP/1.0 200 OK\r\n\r\nall of it");
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result->body, "all of it");
}

TEST_F(RudeServerTest, InterimResponsesAreSkipped) {
  const auto result =
      Answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx");
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result->status, 201);
}

TEST_F(RudeServerTest, TruncatedMalformedAndMissingResponsesAreErrors) {
  EXPECT_FALSE(Answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort").ok());
  EXPECT_FALSE(Answer("HTTP/1.1 200 OK\r\nContent-Le").ok());
  EXPECT_FALSE(Answer("SSH-2.0-OpenSSH\r\n").ok());
  EXPECT_FALSE(Answer("").ok());
}

}  // namespace
}  // namespace plaza::net
