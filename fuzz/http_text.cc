// The small texts inside of HTTP: URLs, queries, ranges, entity tags, dates.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/internal/file_body.h"
#include "net/internal/http_head.h"
#include "net/uri.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace plaza::net;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto decoded = PercentDecode(text);
  if (decoded && (decoded->size() > size || decoded->find('\0') != std::string::npos)) std::abort();
  (void)ParseQuery(text);
  (void)QueryValue(text, "a");
  const auto url = ParseUrl(text);
  if (url && (url->host.empty() || url->port == 0 || !url->target.starts_with('/'))) std::abort();
  for (const uint64_t length : {uint64_t{0}, uint64_t{1}, uint64_t{1000}}) {
    const ByteRange range = ParseByteRange(text, length);
    if (range.kind == ByteRange::Kind::kPart && (range.first > range.last || range.last >= length))
      std::abort();
  }
  (void)EtagMatches(text, "\"a\"");
  (void)ParseHttpDate(text);
  (void)ContentTypeOf(text);
  return 0;
}
