// HTTPS and WSS with a certificate made by the test.
#include "net/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <optional>

#include "net/http_client.h"
#include "net/http_server.h"
#include "net/testing/certificate.h"
#include "net/testing/raw_client.h"
#include "net/websocket_client.h"

namespace plaza::net {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class TlsTest : public ::testing::Test {
 protected:
  void Start() {
    HttpServerOptions options;
    options.address =
        *base::SocketAddress::Parse("0.0.0.0:0");  // 127.0.0.2 is not in the certificate
    options.tls = certificate_.files();
    server_.emplace(loop_, options);
    server_->Route(
        {.path = "/tls", .methods = {}, .handler = [](HttpRequest request, Responder r) {
           r.Send(HttpResponse::Text(200, (request.tls ? "secure " : "plain ") + request.body));
         }});
    server_->Route(
        {.path = "/ws", .on_open = [this](std::shared_ptr<WebSocket> socket, HttpRequest) {
           there_ = socket;
           there_->OnMessage([this](std::string_view text) { there_->Send(std::string(text)); });
           there_->OnClose([this](const WebSocketClosed& closed) { closed_ = closed; });
         }});
    ASSERT_TRUE(server_->Start().ok());
  }
  std::string At(const std::string& host, const std::string& path = "/tls") {
    return host + ":" + std::to_string(server_->local().port) + path;
  }
  base::Result<HttpResponse> Get(const std::string& url, const TlsTrust& trust,
                                 std::string body = "") {
    std::optional<base::Result<HttpResponse>> result;
    HttpCall call{.url = url, .body = std::move(body), .trust = trust};
    if (!call.body.empty()) call.method = "POST";
    Fetch(loop_, call, [&](base::Result<HttpResponse> r) { result = std::move(r); });
    EXPECT_TRUE(Until([&] { return result.has_value(); }));
    return *result;
  }
  bool Until(const std::function<bool()>& done) { return loop_.RunUntil(done, 5s); }

  EventLoop loop_;
  TestCertificate certificate_;
  std::shared_ptr<WebSocket> there_;
  std::optional<WebSocketClosed> closed_;
  std::optional<HttpServer> server_;
};

TEST_F(TlsTest, ServesATrustingClientByNameAndAddress) {
  Start();
  for (const char* host : {"https://localhost", "https://127.0.0.1"}) {
    const auto response = Get(At(host), certificate_.trust());
    ASSERT_TRUE(response.ok()) << response.error().message;
    EXPECT_EQ(response->body, "secure ");
  }
}

TEST_F(TlsTest, CarriesLargeBodies) {
  Start();
  const std::string body(1 << 20, 'x');
  const auto response = Get(At("https://localhost"), certificate_.trust(), body);
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response->body, "secure " + body);
}

TEST_F(TlsTest, ClientsRefuseWhomTheyDoNotTrust) {
  Start();
  const auto unknown = Get(At("https://localhost"), TlsTrust{});
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(unknown.error().message, HasSubstr("localhost"));
  EXPECT_THAT(unknown.error().message, HasSubstr("certificate verify failed"));
  const auto misnamed = Get(At("https://127.0.0.2"), certificate_.trust());
  ASSERT_FALSE(misnamed.ok());
  EXPECT_THAT(misnamed.error().message, HasSubstr("certificate verify failed"));
  EXPECT_TRUE(Get(At("https://localhost"), TlsTrust{"", false}).ok());
  EXPECT_EQ(server_->counters().tls_failures, 2u);
}

TEST_F(TlsTest, ReloadTakesNewFilesForNewConnections) {
  Start();
  const TestCertificate other(7);
  EXPECT_FALSE(Get(At("https://localhost"), other.trust()).ok());
  std::filesystem::copy_file(other.files().certificate, certificate_.files().certificate,
                             std::filesystem::copy_options::overwrite_existing);
  // The key is still the old one: refused, and the old pair goes on.
  const base::Status mixed = server_->ReloadTls(certificate_.files());
  ASSERT_FALSE(mixed.ok());
  EXPECT_THAT(mixed.error().message, HasSubstr(certificate_.files().key));
  EXPECT_FALSE(Get(At("https://localhost"), other.trust()).ok());
  std::filesystem::copy_file(other.files().key, certificate_.files().key,
                             std::filesystem::copy_options::overwrite_existing);
  ASSERT_TRUE(server_->ReloadTls(certificate_.files()).ok());
  EXPECT_TRUE(Get(At("https://localhost"), other.trust()).ok());
}

TEST_F(TlsTest, ReloadTakesOtherFiles) {
  Start();
  const TestCertificate other(7);
  const base::Status missing = server_->ReloadTls({"/nowhere/cert.pem", other.files().key});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().field, "certificate");
  EXPECT_TRUE(Get(At("https://localhost"), certificate_.trust()).ok());
  ASSERT_TRUE(server_->ReloadTls(other.files()).ok());
  EXPECT_TRUE(Get(At("https://localhost"), other.trust()).ok());
  EXPECT_FALSE(Get(At("https://localhost"), certificate_.trust()).ok());
}

TEST_F(TlsTest, MissingOrBrokenFilesStopTheStartWithOneLine) {
  HttpServerOptions options;
  options.address = *base::SocketAddress::Parse("127.0.0.1:0");
  options.tls = TlsFiles{"/nowhere/cert.pem", certificate_.files().key};
  const base::Status missing = HttpServer(loop_, options).Start();
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().message, HasSubstr("/nowhere/cert.pem"));
  options.tls = TlsFiles{certificate_.files().certificate, certificate_.files().certificate};
  const base::Status broken = HttpServer(loop_, options).Start();
  ASSERT_FALSE(broken.ok());
  EXPECT_THAT(broken.error().message, HasSubstr("TLS key " + certificate_.files().certificate));
}

TEST_F(TlsTest, PlainHttpOnTheTlsPortIsClosedAndCounted) {
  Start();
  RawClient client(loop_, {*base::IpAddress::Parse("127.0.0.1"), server_->local().port});
  client.Send("GET /tls HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(client.WaitForClose());
  EXPECT_EQ(server_->counters().tls_failures, 1u);
  EXPECT_EQ(server_->counters().open_connections, 0u);
}

TEST_F(TlsTest, WebSocketsEchoAndCloseOverTls) {
  Start();
  std::shared_ptr<WebSocket> here;
  std::vector<std::string> messages;
  std::optional<WebSocketClosed> closed;
  WebSocketClientOptions options;
  options.trust = certificate_.trust();
  OpenWebSocket(loop_, At("wss://localhost", "/ws"), options, [&](auto opened) {
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    here = *opened;
    here->OnMessage([&](std::string_view text) { messages.emplace_back(text); });
    here->OnClose([&](const WebSocketClosed& c) { closed = c; });
  });
  ASSERT_TRUE(Until([&] { return here != nullptr; }));
  const std::string large(200'000, 'x');
  here->Send("small");
  here->Send(large);
  ASSERT_TRUE(Until([&] { return messages.size() == 2; }));
  EXPECT_EQ(messages, (std::vector<std::string>{"small", large}));
  there_->Close(4009, "enough");
  ASSERT_TRUE(Until([&] { return closed && closed_; }));
  EXPECT_EQ(closed->code, 4009);
  EXPECT_TRUE(Until([&] { return server_->counters().open_connections == 0; }));
}

}  // namespace
}  // namespace plaza::net
