// Source description (RFC 3550 section 6.5): who sends, by canonical name.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rtp/rtcp/compound.h"

namespace plaza::rtp::rtcp {

inline constexpr uint8_t kSdesCname = 1;

struct SdesItem {
  uint32_t ssrc = 0;
  uint8_t type = 0;
  std::string_view text;  ///< points into the packet
};

/// Walks over the items of all chunks. It ends at the first malformed one, and ok() turns false.
class SdesReader {
 public:
  /// Has no items if `element` is not a source description.
  explicit SdesReader(const Element& element);

  std::optional<SdesItem> Next();
  bool ok() const { return reader_.ok(); }

 private:
  base::ByteReader reader_;
  uint8_t chunks_left_;
  bool in_chunk_ = false;
  uint32_t ssrc_ = 0;
};

/// Appends one chunk with the canonical name of `ssrc` (at most 255 bytes). False if it does not
/// fit.
bool WriteCname(CompoundWriter& writer, uint32_t ssrc, std::string_view cname);

}  // namespace plaza::rtp::rtcp
