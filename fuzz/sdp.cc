// Any text: parses or is refused; what parses is written and read back as the same; answering never
// breaks.
#include <cstdlib>

#include "base/bytes.h"
#include "sdp/negotiation.h"
#include "sdp/session_description.h"

namespace {

constexpr size_t kMaxInput = 128 * 1024;
constexpr size_t kMaxRoundTripInput =
    4096;  // inherited lines multiply: larger ones could pass the limits

void Check(bool fine) {
  if (!fine) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace plaza;
  if (size > kMaxInput) return 0;
  const auto parsed = sdp::Parse(base::AsText({data, size}));
  if (!parsed) return 0;
  if (size <= kMaxRoundTripInput) {
    const auto again = sdp::Parse(sdp::Serialize(*parsed));
    Check(again.ok() && *again == *parsed);
  }
  const sdp::TransportDescription local{
      {"user", "passwordpasswordpassword"}, {{"sha-256", "AA"}}, sdp::Setup::kPassive, {}, true};
  const auto answer = sdp::MakeAnswer(
      *parsed, sdp::DefaultCapabilities(), local, [](const sdp::NegotiatedSection& s) {
        return std::optional(sdp::LocalStream{s.index, {}, "s", "t", "c"});
      });
  if (answer) {
    Check(answer->description.sections.size() == parsed->sections.size());
    Check(answer->negotiated.sections.size() == parsed->sections.size());
    if (size <= kMaxRoundTripInput) Check(sdp::Parse(sdp::Serialize(answer->description)).ok());
  }
  return 0;
}
