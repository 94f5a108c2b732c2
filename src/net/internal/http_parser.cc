// Beast's parsers, fed by hand.
#include "net/internal/http_parser.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/optional.hpp>

#include "net/uri.h"

namespace plaza::net {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

// No end in practice: a server's responses come with a header of any length that it likes.
constexpr uint32_t kMaxResponseHeader = 64 << 10;

boost::asio::const_buffer Buffer(base::ByteView input) { return {input.data(), input.size()}; }

template <typename Fields>
HttpHeaders TakeHeaders(const Fields& fields) {
  HttpHeaders headers;
  for (const auto& field : fields)
    headers.Add(std::string(field.name_string()), std::string(field.value()));
  return headers;
}

ParseFailure Explain(const error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return {431, "the header is too long"};
  if (error == http::error::body_limit) return {413, "the body is too long"};
  if (error == http::error::bad_version) return {505, "only HTTP/1.0 and HTTP/1.1 are spoken here"};
  return {400, "malformed request: " + error.message()};
}

// Origin form, and absolute form without its authority (RFC 9112 section 3.2).
std::optional<ParseFailure> SplitTarget(HttpRequest& request) {
  std::string_view target = request.target;
  if (target == "*" && request.method == "OPTIONS") {
    request.raw_path = request.path = "*";
    return std::nullopt;
  }
  if (!target.starts_with('/')) {
    const size_t scheme = target.find("://");
    if (scheme == std::string_view::npos)
      return ParseFailure{400, "the target must begin with \"/\""};
    const size_t slash = target.find('/', scheme + 3);
    target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  target = target.substr(0, target.find('#'));
  const size_t question = std::min(target.find('?'), target.size());
  request.raw_path = target.substr(0, question);
  if (question < target.size()) request.query = target.substr(question + 1);
  auto path = PercentDecode(request.raw_path);
  if (!path) return ParseFailure{400, "the path has a broken escape"};
  request.path = std::move(*path);
  return std::nullopt;
}

}  // namespace

struct RequestParser::Impl {
  ParseState Fail(ParseFailure why) {
    failure = std::move(why);
    return ParseState::kError;
  }

  ParseState OnHeader() {
    const auto& message = parser.get();
    request.method = message.method_string();
    request.target = message.target();
    request.headers = TakeHeaders(message);
    if (message.version() >= 11 && !request.headers.Has("Host"))
      return Fail({400, "the Host field is missing"});
    if (auto why = SplitTarget(request)) return Fail(std::move(*why));
    parser.eager(true);
    return ParseState::kHeader;
  }

  http::request_parser<http::string_body> parser;
  HttpRequest request;
  ParseFailure failure;
  bool header_seen = false;
};

RequestParser::RequestParser(size_t max_header_bytes) : impl_(std::make_unique<Impl>()) {
  impl_->parser.header_limit(static_cast<uint32_t>(max_header_bytes));
  impl_->parser.body_limit(boost::none);  // of the route, which the header names
}
RequestParser::~RequestParser() = default;

ParseState RequestParser::Feed(base::ByteView input, size_t& consumed) {
  consumed = 0;
  if (!impl_->parser.is_done()) {
    error_code error;
    consumed = impl_->parser.put(Buffer(input), error);
    if (error == http::error::need_more) return ParseState::kNeedMore;
    if (error) return impl_->Fail(Explain(error));
    if (impl_->parser.is_header_done() && !std::exchange(impl_->header_seen, true))
      return impl_->OnHeader();
    if (!impl_->parser.is_done()) return ParseState::kNeedMore;
  }
  impl_->request.body = std::move(impl_->parser.get().body());
  return ParseState::kDone;
}

const ParseFailure& RequestParser::failure() const { return impl_->failure; }
HttpRequest& RequestParser::request() { return impl_->request; }
std::optional<uint64_t> RequestParser::content_length() const {
  const auto length = impl_->parser.content_length();
  return length ? std::optional<uint64_t>(*length) : std::nullopt;
}
bool RequestParser::has_body() const { return !impl_->parser.is_done(); }
void RequestParser::LimitBody(uint64_t bytes) { impl_->parser.body_limit(bytes); }
bool RequestParser::keep_alive() const { return impl_->parser.get().keep_alive(); }
bool RequestParser::http_1_0() const { return impl_->parser.get().version() < 11; }
bool RequestParser::websocket_upgrade() const {
  return beast::websocket::is_upgrade(impl_->parser.get());
}
bool RequestParser::expects_continue() const {
  return !http_1_0() && beast::iequals(impl_->parser.get()[http::field::expect], "100-continue");
}

struct ResponseParser::Impl {
  using Parser = http::response_parser<http::string_body>;

  void Restart() {
    parser.emplace();
    parser->header_limit(kMaxResponseHeader);
    parser->body_limit(max_body_bytes);
    parser->skip(head);
    parser->eager(true);
  }

  ParseState Finish() {
    auto& message = parser->get();
    response.status = static_cast<int>(message.result_int());
    response.headers = TakeHeaders(message);
    response.body = std::move(message.body());
    return ParseState::kDone;
  }

  ParseState Fail(const error_code& error) {
    failure.message = error == http::error::body_limit ? "the response is too long"
                                                       : "malformed response: " + error.message();
    return ParseState::kError;
  }

  bool head = false;
  uint64_t max_body_bytes = 0;
  boost::optional<Parser> parser;
  HttpResponse response;
  ParseFailure failure;
};

ResponseParser::ResponseParser(bool head, size_t max_body_bytes) : impl_(std::make_unique<Impl>()) {
  impl_->head = head;
  impl_->max_body_bytes = max_body_bytes;
  impl_->Restart();
}
ResponseParser::~ResponseParser() = default;

ParseState ResponseParser::Feed(base::ByteView input, size_t& consumed) {
  consumed = 0;
  while (consumed < input.size()) {
    error_code error;
    consumed += impl_->parser->put(Buffer(input.subspan(consumed)), error);
    if (error == http::error::need_more) return ParseState::kNeedMore;
    if (error) return impl_->Fail(error);
    if (!impl_->parser->is_done()) continue;
    if (impl_->parser->get().result_int() / 100 != 1) return impl_->Finish();
    impl_->Restart();
  }
  return ParseState::kNeedMore;
}

ParseState ResponseParser::FeedEnd() {
  error_code error = http::error::end_of_stream;
  if (impl_->parser->got_some()) impl_->parser->put_eof(error);
  if (error) return impl_->Fail(error);
  return impl_->Finish();
}

const ParseFailure& ResponseParser::failure() const { return impl_->failure; }
HttpResponse& ResponseParser::response() { return impl_->response; }

}  // namespace plaza::net
