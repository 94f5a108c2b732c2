// What a served folder gives out, and what it doesn't.
#include "net/static_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "net/testing/raw_client.h"

namespace plaza::net {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;
namespace fs = std::filesystem;

class StaticFilesTest : public ::testing::Test {
 protected:
  StaticFilesTest() {
    fs::create_directories(folder_ / "root" / "sub");
    Write("secret.txt", "secret");
    Write("root/index.html", "start page");
    Write("root/app.js", "script");
    Write("root/.hidden", "hidden");
    Write("root/sub/index.html", "sub page");
    fs::create_symlink(folder_ / "secret.txt", folder_ / "root" / "link.txt");
    fs::create_symlink("app.js", folder_ / "root" / "alias.js");
    HttpServerOptions options;
    options.address = *base::SocketAddress::Parse("127.0.0.1:0");
    server_.emplace(loop_, options);
    server_->Route({.path = "/demo/*",
                    .handler = StaticFiles(folder_ / "root", "/demo/",
                                           {"max-age=60", {{"X-Frame-Options", "DENY"}}})});
    server_->Route({.path = "/none/*", .handler = StaticFiles(folder_ / "missing", "/none/")});
    EXPECT_TRUE(server_->Start().ok());
  }
  ~StaticFilesTest() override { fs::remove_all(folder_); }

  void Write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name) << content;
  }
  std::string Get(const std::string& path) {
    RawClient client(loop_, server_->local());
    client.Send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(client.WaitForClose());
    return client.received();
  }

  const fs::path folder_ =
      fs::temp_directory_path() / ("plaza_static_test_" + std::to_string(getpid()));
  EventLoop loop_;
  std::optional<HttpServer> server_;
};

TEST_F(StaticFilesTest, ServesFilesAndIndexPages) {
  const std::string script = Get("/demo/app.js?v=1");
  EXPECT_THAT(script, EndsWith("\r\n\r\nscript"));
  EXPECT_THAT(script, HasSubstr("Content-Type: text/javascript"));
  EXPECT_THAT(script, HasSubstr("Cache-Control: max-age=60\r\n"));
  EXPECT_THAT(script, HasSubstr("X-Frame-Options: DENY\r\n"));
  EXPECT_THAT(Get("/demo/"), EndsWith("start page"));
  EXPECT_THAT(Get("/demo/sub"), EndsWith("sub page"));
  EXPECT_THAT(Get("/demo/sub/"), EndsWith("sub page"));
  EXPECT_THAT(Get("/demo/alias.js"), EndsWith("script"));
}

TEST_F(StaticFilesTest, GivesNothingElseOut) {
  for (const char* path :
       {"/demo/../secret.txt", "/demo/%2e%2e/secret.txt", "/demo/sub/../../secret.txt",
        "/demo/..%2fsecret.txt", "/demo/..\\secret.txt", "/demo//etc/passwd", "/demo/%2fetc/passwd",
        "/demo/.hidden", "/demo/link.txt", "/demo/app.js/", "/demo/app.js/x", "/demo/nothing",
        "/none/x", "/demo/sub/./index.html"})
    EXPECT_THAT(Get(path), StartsWith("HTTP/1.1 404 ")) << path;
}

}  // namespace
}  // namespace plaza::net
