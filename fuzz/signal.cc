// Signalling frames in both directions: whatever the text, reading ends in a message or an error,
// and what was read can be written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "signal/codec.h"

namespace {

using plaza::signal::IsNumbered;
using plaza::signal::Serialize;

template <typename Parse>
void Check(std::string_view text, Parse parse) {
  const auto frame = parse(text);
  if (!frame.ok() || !frame->message.ok()) return;
  const std::string body = Serialize(*frame->message);
  const auto again = parse(IsNumbered(*frame->message) ? "{\"seq\":1," + body.substr(1) : body);
  if (!again.ok() || !again->message.ok() || Serialize(*again->message) != body) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Check(text, plaza::signal::ParseClientFrame);
  Check(text, plaza::signal::ParseServerFrame);
  return 0;
}
