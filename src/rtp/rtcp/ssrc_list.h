// A list of SSRCs that stays in the packet it came in.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace plaza::rtp::rtcp {

class SsrcList {
 public:
  SsrcList() = default;
  /// Reads whole words; what is left over is ignored.
  explicit SsrcList(base::ByteView words) : words_(words) {}

  size_t size() const { return words_.size() / 4; }
  uint32_t operator[](size_t i) const { return base::LoadU32(&words_[i * 4]); }
  bool Contains(uint32_t ssrc) const {
    for (size_t i = 0; i < size(); ++i) {
      if ((*this)[i] == ssrc) return true;
    }
    return false;
  }

 private:
  base::ByteView words_;
};

}  // namespace plaza::rtp::rtcp
