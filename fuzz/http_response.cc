// HTTP responses in pieces: the first byte says how large, the rest is what a server sends.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "net/internal/http_parser.h"

using plaza::base::ByteView;
using plaza::net::ParseState;
using plaza::net::ResponseParser;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  constexpr size_t kMaxBody = 256;
  const size_t piece = 1 + (data[0] & 0x7f);
  const ByteView bytes(data + 1, size - 1);
  ResponseParser parser((data[0] & 0x80) != 0, kMaxBody);
  std::string input;
  ParseState state = ParseState::kNeedMore;
  for (size_t at = 0; at < bytes.size() && state == ParseState::kNeedMore; at += piece) {
    const ByteView next = bytes.subspan(at, std::min(piece, bytes.size() - at));
    input.append(plaza::base::AsText(next));
    size_t consumed = 0;
    state = parser.Feed(plaza::base::AsBytes(input), consumed);
    if (consumed > input.size()) std::abort();
    input.erase(0, consumed);
  }
  if (state == ParseState::kNeedMore) state = parser.FeedEnd();
  if (state != ParseState::kDone && state != ParseState::kError) std::abort();
  if (state == ParseState::kDone && parser.response().body.size() > kMaxBody) std::abort();
  if (state == ParseState::kError && parser.failure().message.empty()) std::abort();
  return 0;
}
