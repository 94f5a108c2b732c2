// ICE candidates as text: nothing breaks, and what is usable is written as it reads.
#include <cstdlib>

#include "base/bytes.h"
#include "ice/candidate.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace plaza;
  const auto candidate = ice::ParseCandidate(base::AsText({data, size}));
  if (!candidate.ok() || !candidate->usable()) return 0;
  const auto again = ice::ParseCandidate(ice::FormatCandidate(*candidate));
  if (!again.ok() || !(*again == *candidate)) std::abort();
  return 0;
}
