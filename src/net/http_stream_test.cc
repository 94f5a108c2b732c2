// Bodies that are written piece by piece, and files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "net/http_server.h"
#include "net/testing/raw_client.h"

namespace plaza::net {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class HttpStreamTest : public ::testing::Test {
 protected:
  HttpStreamTest() {
    HttpServerOptions options;
    options.address = *base::SocketAddress::Parse("127.0.0.1:0");
    server_.emplace(loop_, options);
    server_->Route({.path = "/stream", .handler = [this](HttpRequest, Responder responder) {
                      stream_ = responder.Stream({200, {{"Content-Type", "video/x-flv"}}, ""},
                                                 stream_options_);
                    }});
    server_->Route({.path = "/file", .handler = [this](HttpRequest, Responder responder) {
                      responder.SendFile(file_);
                    }});
    EXPECT_TRUE(server_->Start().ok());
  }
  ~HttpStreamTest() override { std::filesystem::remove(file_); }

  RawClient Open(const char* request = "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n") {
    RawClient client(loop_, server_->local());
    client.Send(request);
    EXPECT_TRUE(client.WaitFor("\r\n\r\n"));
    return client;
  }
  bool Until(const std::function<bool()>& done) { return loop_.RunUntil(done, 5s); }

  void WriteFile(const std::string& content) { std::ofstream(file_, std::ios::binary) << content; }
  // Asks for the file with more fields; gives the whole response.
  std::string Get(const std::string& fields, const char* method = "GET") {
    RawClient client(loop_, server_->local());
    client.Send(std::string(method) + " /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" +
                fields + "\r\n");
    EXPECT_TRUE(client.WaitForClose());
    return client.received();
  }
  static std::string Field(const std::string& response, const std::string& name) {
    const size_t at = response.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const size_t begin = at + name.size() + 4;
    return response.substr(begin, response.find("\r\n", begin) - begin);
  }

  base::FakeClock clock_;
  EventLoop loop_{clock_};
  std::optional<HttpServer> server_;
  StreamOptions stream_options_;
  std::shared_ptr<ResponseStream> stream_;
  const std::string file_ = std::filesystem::temp_directory_path() /
                            ("plaza_net_test_" + std::to_string(getpid()) + ".m3u8");
};

TEST_F(HttpStreamTest, WritesChunksAndGoesOnWithTheNextRequest) {
  auto client = Open();
  EXPECT_THAT(client.received(), HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_TRUE(stream_->Write("hello"));
  EXPECT_TRUE(stream_->Write(std::string(16, 'x')));
  stream_->Finish();
  EXPECT_FALSE(stream_->Write("more"));
  ASSERT_TRUE(client.WaitFor("5\r\nhello\r\n10\r\nxxxxxxxxxxxxxxxx\r\n0\r\n\r\n"));
  client.Forget();
  stream_.reset();
  client.Send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(client.WaitFor("200 OK"));
}

TEST_F(HttpStreamTest, WithoutChunksTheBodyEndsWithTheConnection) {
  stream_options_.chunked = false;
  auto client = Open();
  EXPECT_TRUE(stream_->Write("raw"));
  stream_->Finish();
  ASSERT_TRUE(client.WaitForClose());
  EXPECT_THAT(client.received(), HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(client.received(), EndsWith("\r\n\r\nraw"));
}

TEST_F(HttpStreamTest, AnOldClientGetsNoChunks) {
  auto client = Open("GET /stream HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(stream_->Write("raw"));
  stream_->Finish();
  ASSERT_TRUE(client.WaitForClose());
  EXPECT_THAT(client.received(), EndsWith("\r\n\r\nraw"));
}

TEST_F(HttpStreamTest, HeadHasNoBody) {
  auto client = Open("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(stream_->Write("swallowed"));
  stream_->Finish();
  client.Send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(
      Until([&] { return stream_->queued_bytes() == 0 && server_->counters().requests == 2; }));
  EXPECT_THAT(client.received(), Not(HasSubstr("swallowed")));
}

TEST_F(HttpStreamTest, ASlowReaderFillsTheQueueAndDrainsIt) {
  stream_options_.max_queued_bytes = 1 << 20;
  auto client = Open();
  client.Pause();
  int drained = 0;
  stream_->OnDrain([&] { ++drained; });
  const auto piece = std::make_shared<const std::string>(100'000, 'x');
  size_t written = 0;
  // The kernel takes some megabytes before the queue grows; let it.
  while (written < 1000 && stream_->Write(piece)) {
    ++written;
    bool turned = false;
    loop_.Post([&] { turned = true; });
    Until([&] { return turned; });
  }
  ASSERT_LT(written, 1000u);
  EXPECT_LE(stream_->queued_bytes(), size_t{1} << 20);
  EXPECT_EQ(drained, 0);
  client.Resume();
  EXPECT_TRUE(Until([&] { return drained == 1; }));
  EXPECT_EQ(stream_->queued_bytes(), 0u);
  EXPECT_TRUE(stream_->Write("goes on"));
  EXPECT_TRUE(client.WaitFor("goes on"));
}

TEST_F(HttpStreamTest, AReaderThatTakesNothingIsGivenUp) {
  auto client = Open();
  client.Pause();
  bool closed = false;
  stream_->OnClose([&] { closed = true; });
  while (stream_->Write(std::string(200'000, 'x'))) {
  }
  bool turned = false;
  loop_.Post([&] { turned = true; });
  Until([&] { return turned; });
  clock_.Advance(HttpServerOptions().write_timeout);
  loop_.Post([] {});
  EXPECT_TRUE(Until([&] { return closed; }));
  EXPECT_FALSE(stream_->Write("x"));
}

TEST_F(HttpStreamTest, TellsWhenTheClientLeaves) {
  auto client = Open();
  bool closed = false;
  stream_->OnClose([&] {
    closed = true;
    stream_.reset();
  });
  client.Reset();
  EXPECT_TRUE(Until([&] { return closed; }));
  EXPECT_EQ(server_->counters().open_connections, 0u);
}

TEST_F(HttpStreamTest, DroppingTheHandleCutsTheBodyOff) {
  auto client = Open();
  EXPECT_TRUE(stream_->Write("part"));
  ASSERT_TRUE(client.WaitFor("part"));
  stream_.reset();
  EXPECT_TRUE(client.WaitForClose());
  EXPECT_THAT(client.received(), Not(HasSubstr("0\r\n\r\n")));
}

TEST_F(HttpStreamTest, SendsAWholeFileInPieces) {
  std::string content;
  for (int i = 0; content.size() < 1'000'000; ++i) content += std::to_string(i);
  WriteFile(content);
  const std::string response = Get("");
  EXPECT_THAT(response, StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(Field(response, "Content-Type"), "application/vnd.apple.mpegurl");
  EXPECT_EQ(Field(response, "Content-Length"), std::to_string(content.size()));
  EXPECT_EQ(response.substr(response.find("\r\n\r\n") + 4), content);
}

TEST_F(HttpStreamTest, SendsRangesOfAFile) {
  WriteFile("0123456789");
  EXPECT_THAT(Get("Range: bytes=2-4\r\n"), EndsWith("\r\n\r\n234"));
  const std::string tail = Get("Range: bytes=-3\r\n");
  EXPECT_THAT(tail, StartsWith("HTTP/1.1 206 "));
  EXPECT_EQ(Field(tail, "Content-Range"), "bytes 7-9/10");
  EXPECT_THAT(tail, EndsWith("\r\n\r\n789"));
  const std::string outside = Get("Range: bytes=10-\r\n");
  EXPECT_THAT(outside, StartsWith("HTTP/1.1 416 "));
  EXPECT_EQ(Field(outside, "Content-Range"), "bytes */10");
  EXPECT_THAT(Get("Range: lines=1-2\r\n"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpStreamTest, RevalidatesByEtagAndDate) {
  WriteFile("content");
  const std::string first = Get("");
  const std::string etag = Field(first, "ETag"), date = Field(first, "Last-Modified");
  const std::string fresh = Get("If-None-Match: " + etag + "\r\n");
  EXPECT_THAT(fresh, StartsWith("HTTP/1.1 304 "));
  EXPECT_THAT(fresh, EndsWith("\r\n\r\n"));
  EXPECT_THAT(fresh, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(Get("If-Modified-Since: " + date + "\r\n"), StartsWith("HTTP/1.1 304 "));
  EXPECT_THAT(Get("If-None-Match: \"other\"\r\nIf-Modified-Since: " + date + "\r\n"),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(Get("Range: bytes=0-1\r\nIf-Range: " + etag + "\r\n"), EndsWith("\r\n\r\nco"));
  EXPECT_THAT(Get("Range: bytes=0-1\r\nIf-Range: \"older\"\r\n"), EndsWith("\r\n\r\ncontent"));
}

TEST_F(HttpStreamTest, FilesThatAreNoneAre404) {
  EXPECT_THAT(Get(""), StartsWith("HTTP/1.1 404 "));
  WriteFile("");
  EXPECT_THAT(Get(""), EndsWith("\r\n\r\n"));
  EXPECT_THAT(Get("Range: bytes=0-\r\n"), StartsWith("HTTP/1.1 416 "));
  EXPECT_EQ(Field(Get("", "HEAD"), "Content-Length"), "0");
}

TEST_F(HttpStreamTest, AFileThatShrinksCutsTheConnection) {
  WriteFile(std::string(8'000'000, 'x'));
  RawClient client(loop_, server_->local());
  client.Pause();
  client.Send("GET /file HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(Until([&] { return server_->counters().requests == 1; }));
  std::filesystem::resize_file(file_, 10);
  client.Resume();
  EXPECT_TRUE(client.WaitForClose());
  EXPECT_LT(client.received().size(), 8'000'000u);
}

}  // namespace
}  // namespace plaza::net
