// HTTP requests in pieces: the first byte says how large, the rest is what a client sends.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "net/internal/http_parser.h"

using plaza::base::ByteView;
using plaza::net::ParseState;
using plaza::net::RequestParser;

namespace {

constexpr size_t kMaxHeader = 1024;
constexpr size_t kMaxBody = 256;

void Check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t piece = 1 + data[0];
  const ByteView bytes(data + 1, size - 1);
  RequestParser parser(kMaxHeader);
  std::string input;
  for (size_t at = 0; at < bytes.size(); at += piece) {
    const ByteView next = bytes.subspan(at, std::min(piece, bytes.size() - at));
    input.append(plaza::base::AsText(next));
    for (;;) {
      size_t consumed = 0;
      const ParseState state = parser.Feed(plaza::base::AsBytes(input), consumed);
      Check(consumed <= input.size());
      input.erase(0, consumed);
      if (state == ParseState::kError) {
        Check(parser.failure().status >= 400 && !parser.failure().message.empty());
        return 0;
      }
      if (state == ParseState::kDone) {
        Check(parser.request().body.size() <= kMaxBody);
        return 0;
      }
      if (state == ParseState::kNeedMore) break;
      Check(!parser.request().method.empty() && !parser.request().path.empty());
      if (parser.content_length().value_or(0) > kMaxBody) return 0;  // as the server refuses it
      parser.LimitBody(kMaxBody);
      (void)parser.websocket_upgrade();
      (void)parser.expects_continue();
      (void)parser.keep_alive();
    }
    Check(input.size() <= kMaxHeader + piece);
  }
  return 0;
}
