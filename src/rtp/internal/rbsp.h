// The beginning of a NAL unit without its emulation prevention bytes (H.264 section 7.4.1, H.265
// section 7.4.2).
#pragma once

#include <array>
#include <cstddef>

#include "base/bytes.h"

namespace plaza::rtp::internal {

/// Parameter sets tell the size of pictures within so many bytes.
inline constexpr size_t kMaxParameterBytes = 256;

class Rbsp {
 public:
  explicit Rbsp(base::ByteView unit) {
    int zeros = 0;
    for (const uint8_t byte : unit) {
      if (size_ == bytes_.size()) break;
      const bool prevention = zeros >= 2 && byte == 3;
      zeros = byte == 0 ? zeros + 1 : 0;
      if (!prevention) bytes_[size_++] = byte;
    }
  }
  base::ByteView view() const { return base::ByteView(bytes_).first(size_); }

 private:
  std::array<uint8_t, kMaxParameterBytes> bytes_;
  size_t size_ = 0;
};

}  // namespace plaza::rtp::internal
