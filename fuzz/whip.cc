// Any request to the WHIP door: the first line is the path and query, the rest the body.
#include <string>

#include "api/whip/offer.h"
#include "api/whip/target.h"
#include "base/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace plaza;
  if (size > 64 * 1024) return 0;
  const std::string_view text = base::AsText({data, size});
  const std::string_view line = text.substr(0, text.find('\n'));
  const std::string_view body = text.substr(std::min(text.size(), line.size() + 1));
  net::HttpRequest request;
  request.raw_path = line.substr(0, line.find('?'));
  request.query = line.substr(std::min(line.size(), request.raw_path.size() + 1));
  request.headers.Set("Authorization", std::string(body.substr(0, 64)));
  if (api::BearerToken(request).size() > size) std::abort();
  const auto target = api::ReadWhipTarget(request);
  if (!target) return 0;
  if (const auto offer = api::ReadWhipOffer(body, *target); offer)
    if (offer->tracks.size() > 2 || (target->egress && !offer->tracks.empty())) std::abort();
  if (const auto fragment = sdp::ParseFragment(body); fragment)
    if (!sdp::ParseFragment(sdp::SerializeFragment(fragment->sections.front())).ok() && size < 4096)
      std::abort();
  return 0;
}
