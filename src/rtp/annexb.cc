// Finding start codes.
#include "rtp/annexb.h"

#include <algorithm>
#include <iterator>

namespace plaza::rtp {
namespace {

constexpr uint8_t kStartCode[] = {0, 0, 1};
constexpr size_t kStartCodeSize = std::size(kStartCode);
constexpr uint8_t kLongStartCode[] = {0, 0, 0, 1};

// Where the next start code begins; the size of `stream` if there is none.
size_t FindStartCode(base::ByteView stream) {
  const auto found =
      std::search(stream.begin(), stream.end(), std::begin(kStartCode), std::end(kStartCode));
  return static_cast<size_t>(found - stream.begin());
}

}  // namespace

AnnexBReader::AnnexBReader(base::ByteView stream) {
  rest_ = stream.subspan(std::min(FindStartCode(stream) + kStartCodeSize, stream.size()));
}

std::optional<base::ByteView> AnnexBReader::Next() {
  while (!rest_.empty()) {
    const size_t end = FindStartCode(rest_);
    base::ByteView unit = rest_.first(end);
    rest_ = rest_.subspan(std::min(end + kStartCodeSize, rest_.size()));
    // A unit never ends with zero: they belong to the next start code, or fill up.
    while (!unit.empty() && unit.back() == 0) unit = unit.first(unit.size() - 1);
    if (!unit.empty()) return unit;
  }
  return std::nullopt;
}

void AppendAnnexB(base::ByteView unit, base::Bytes& stream) {
  stream.insert(stream.end(), std::begin(kLongStartCode), std::end(kLongStartCode));
  stream.insert(stream.end(), unit.begin(), unit.end());
}

}  // namespace plaza::rtp
