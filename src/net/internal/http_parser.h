// Incremental parsers of HTTP/1.1 messages: bytes in, messages out. Beast's parser behind a light
// header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "net/http_types.h"

namespace plaza::net {

enum class ParseState {
  kNeedMore,
  kHeader,  ///< once, when the header is complete; then feed on
  kDone,
  kError,
};

struct ParseFailure {
  int status = 400;  ///< what a server answers
  std::string message;
};

/// Parses one request. Feed the bytes that were not consumed again, followed by newer ones.
class RequestParser {
 public:
  explicit RequestParser(size_t max_header_bytes);
  ~RequestParser();

  ParseState Feed(base::ByteView input, size_t& consumed);
  const ParseFailure& failure() const;

  /// From kHeader on: method, target and fields; the body after kDone. `path`, `raw_path` and
  /// `query` are set from the target.
  HttpRequest& request();
  std::optional<uint64_t> content_length() const;
  bool has_body() const;
  /// Before the body is fed.
  void LimitBody(uint64_t bytes);
  bool keep_alive() const;
  bool http_1_0() const;
  /// Asks for a WebSocket (RFC 6455 section 4.1).
  bool websocket_upgrade() const;
  bool expects_continue() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Parses one response; 1xx responses before it are skipped.
class ResponseParser {
 public:
  /// `head`: the answer to a HEAD request, which has no body whatever its fields say.
  ResponseParser(bool head, size_t max_body_bytes);
  ~ResponseParser();

  /// kNeedMore, kDone or kError.
  ParseState Feed(base::ByteView input, size_t& consumed);
  /// The other side has closed: kDone where that ends the body.
  ParseState FeedEnd();
  const ParseFailure& failure() const;
  HttpResponse& response();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace plaza::net
