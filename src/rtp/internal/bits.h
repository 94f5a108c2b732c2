// Fields that are not bytes: reading and writing them, most significant bit first.
#pragma once

#include <bit>
#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace plaza::rtp::internal {

/// A read past the end gives zeros and turns ok() false for good.
class BitReader {
 public:
  explicit BitReader(base::ByteView data) : data_(data) {}

  bool ok() const { return ok_; }
  size_t position() const { return position_; }  ///< in bits
  size_t remaining() const { return data_.size() * 8 - position_; }

  /// `count`: 0 to 32.
  uint32_t Bits(size_t count) {
    ok_ = ok_ && count <= remaining();
    if (!ok_) return 0;
    uint32_t value = 0;
    for (; count > 0; --count, ++position_)
      value = value << 1 | (data_[position_ / 8] >> (7 - position_ % 8) & 1u);
    return value;
  }
  bool Flag() { return Bits(1) != 0; }
  void Skip(size_t count) {
    ok_ = ok_ && count <= remaining();
    if (ok_) position_ += count;
  }
  /// A number below `range` (1 or more), as the AV1 specifications code it: ns(n).
  uint32_t NonSymmetric(uint32_t range) {
    const auto width = static_cast<size_t>(std::bit_width(range));
    const uint32_t shorter = (1u << width) - range;
    const uint32_t value = Bits(width - 1);
    return value < shorter ? value : (value << 1) - shorter + Bits(1);
  }
  /// An unsigned Exp-Golomb code (H.264 section 9.1): ue(v), below 2^32 - 1.
  uint32_t ExpGolomb() {
    size_t zeros = 0;
    while (ok_ && zeros < 32 && !Flag()) ++zeros;
    if (zeros >= 32) ok_ = false;
    return (1u << (zeros % 32)) - 1 + Bits(zeros % 32);
  }
  int32_t SignedExpGolomb() {
    const uint32_t code = ExpGolomb();
    return code % 2 == 1 ? static_cast<int32_t>(code / 2 + 1) : -static_cast<int32_t>(code / 2);
  }

 private:
  base::ByteView data_;
  size_t position_ = 0;
  bool ok_ = true;
};

/// A write past the end writes nothing and turns ok() false.
class BitWriter {
 public:
  explicit BitWriter(std::span<uint8_t> out) : out_(out) {}

  bool ok() const { return ok_; }
  size_t position() const { return position_; }         ///< in bits
  size_t bytes() const { return (position_ + 7) / 8; }  ///< the last one filled up with zeros

  void Bits(uint32_t value, size_t count) {
    ok_ = ok_ && position_ + count <= out_.size() * 8;
    if (!ok_) return;
    for (; count > 0; --count, ++position_) {
      uint8_t& byte = out_[position_ / 8];
      if (position_ % 8 == 0) byte = 0;
      byte |= static_cast<uint8_t>((value >> (count - 1) & 1) << (7 - position_ % 8));
    }
  }
  void Flag(bool value) { Bits(value ? 1 : 0, 1); }
  void NonSymmetric(uint32_t value, uint32_t range) {
    const auto width = static_cast<size_t>(std::bit_width(range));
    const uint32_t shorter = (1u << width) - range;
    if (value < shorter) {
      Bits(value, width - 1);
    } else {
      Bits(value + shorter, width);
    }
  }

 private:
  std::span<uint8_t> out_;
  size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace plaza::rtp::internal
