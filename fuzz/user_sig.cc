// UserSig and privateMapKey from whatever text: packed as it stands, as the JSON inside, and as a
// userbuf.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "room/internal/user_sig_packing.h"
#include "room/private_map_key.h"
#include "room/user_sig.h"

namespace {

using namespace plaza::room;

void Check(std::string_view text) {
  const auto read = ReadUserSig(text);
  if (!read.ok()) return;
  // What could be read can be signed, and then verifies.
  const std::string again = SignUserSig(*read, "key");
  const plaza::base::WallTime now{std::chrono::seconds(read->time)};
  if (again.size() <= kMaxUserSigBytes &&
      !VerifyUserSig(again, "key", read->app, read->user, now).ok())
    std::abort();
  if (read->userbuf) (void)ParseUserbuf(*read->userbuf);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Check(text);
  Check(PackUserSig(text));
  const auto ticket = ParseUserbuf({data, size});
  if (ticket.ok() && !ParseUserbuf(WriteUserbuf(*ticket)).ok()) std::abort();
  return 0;
}
