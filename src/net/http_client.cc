// One request on one connection.
#include "net/http_client.h"

#include <array>
#include <boost/system/error_code.hpp>
#include <utility>

#include "net/internal/http_output.h"
#include "net/internal/http_parser.h"
#include "net/internal/socket_stream.h"
#include "net/uri.h"

namespace plaza::net {
namespace {

using Done = std::function<void(base::Result<HttpResponse>)>;

std::string RequestBytes(const HttpCall& call, const Url& url) {
  HttpHeaders headers = call.headers;
  headers.Set("Host", url.HostField());
  headers.Set("Connection", "close");
  if (!call.body.empty() || call.method == "POST" || call.method == "PUT" || call.method == "PATCH")
    headers.Set("Content-Length", std::to_string(call.body.size()));
  if (!headers.Has("User-Agent")) headers.Add("User-Agent", "plaza");
  std::string bytes = call.method + " " + url.target + " HTTP/1.1\r\n";
  for (const auto& [name, value] : headers) bytes.append(name).append(": ").append(value) += "\r\n";
  return bytes + "\r\n" + call.body;
}

class Fetching final : public HttpOutput::Owner, public std::enable_shared_from_this<Fetching> {
 public:
  Fetching(EventLoop& loop, const HttpCall& call, Url url, Done done)
      : loop_(loop),
        url_(std::move(url)),
        bytes_(RequestBytes(call, url_)),
        timeout_(call.timeout),
        parser_(call.method == "HEAD", call.max_response_bytes),
        done_(std::move(done)),
        timer_(loop, [this] { OnTimeout(); }) {}

  void Start(const TlsTrust& trust) {
    const base::Time deadline = loop_.Now() + timeout_;
    timer_.Set(deadline);
    Connect(loop_, url_, trust, deadline,
            [self = shared_from_this()](base::Result<Connected> connected) {
              if (!connected) return self->Finish(connected.error());
              self->stream_ = std::move(connected->stream);
              if (!self->done_) return self->stream_->Close();
              self->Exchange();
            });
  }

  void OnOutputDrained() override {}
  // What the server answered before it closed is read all the same.
  void OnOutputBroken() override {}
  std::shared_ptr<Owner> Self() override { return shared_from_this(); }

 private:
  void Exchange() {
    output_ = std::make_unique<HttpOutput>(loop_, *stream_, *this, timeout_);
    output_->Queue(std::move(bytes_));
    output_->Start();
    Read();
  }

  void Read() {
    stream_->ReadSome(read_buffer_,
                      [self = shared_from_this()](const boost::system::error_code& error,
                                                  size_t size) { self->OnRead(error, size); });
  }

  void OnRead(const boost::system::error_code& error, size_t size) {
    if (!done_) return;
    input_.append(reinterpret_cast<const char*>(read_buffer_.data()), size);
    size_t consumed = 0;
    ParseState state = ParseState::kNeedMore;
    if (!input_.empty()) state = parser_.Feed(base::AsBytes(input_), consumed);
    input_.erase(0, consumed);
    if (state == ParseState::kNeedMore && !error) return Read();
    if (state == ParseState::kNeedMore) state = parser_.FeedEnd();
    if (state == ParseState::kDone) return Finish(std::move(parser_.response()));
    Fail(error ? "the connection broke: " + error.message() : parser_.failure().message);
  }

  void OnTimeout() {
    Finish(base::Error{base::ErrorKind::kDeadlineExceeded, url_.HostField() + ": no answer in time",
                       "", 0});
  }

  void Fail(const std::string& why) {
    Finish(base::Error{base::ErrorKind::kUnavailable, url_.HostField() + ": " + why, "", 0});
  }

  void Finish(base::Result<HttpResponse> result) {
    const auto self = shared_from_this();
    timer_.Cancel();
    if (stream_) stream_->Close();
    if (auto done = std::exchange(done_, nullptr)) done(std::move(result));
  }

  EventLoop& loop_;
  const Url url_;
  std::string bytes_;
  const base::Duration timeout_;
  ResponseParser parser_;
  Done done_;
  Timer timer_;
  std::shared_ptr<ByteStream> stream_;
  std::unique_ptr<HttpOutput> output_;
  std::string input_;
  std::array<uint8_t, 16384> read_buffer_;
};

}  // namespace

void Fetch(EventLoop& loop, HttpCall call, Done done) {
  auto url = ParseUrl(call.url);
  if (url && url->scheme != "http" && url->scheme != "https")
    url = base::InvalidArgument("url", "must begin with http:// or https://");
  if (!url) {
    loop.Post([done = std::move(done), error = url.error()] { done(error); });
    return;
  }
  std::make_shared<Fetching>(loop, call, std::move(*url), std::move(done))->Start(call.trust);
}

}  // namespace plaza::net
