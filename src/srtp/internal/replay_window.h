// Which packet indices of a stream were used (RFC 3711 section 3.3.2): the newest and a bitmap
// before it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace plaza::srtp {

/// Remembers the last `kSize` indices up to the highest one.
template <size_t kSize>
class ReplayWindow {
  static_assert(kSize % 64 == 0 && (kSize & (kSize - 1)) == 0);

 public:
  bool empty() const { return empty_; }
  /// The highest index committed; meaningless while empty().
  uint64_t highest() const { return highest_; }

  /// Whether `index` is neither used nor older than the window.
  bool IsFresh(uint64_t index) const {
    if (empty_ || index > highest_) return true;
    return highest_ - index < kSize && !(Word(index) & Bit(index));
  }

  /// Marks a fresh `index` as used.
  void Commit(uint64_t index) {
    if (empty_ || index > highest_) Advance(index);
    words_[(index % kSize) / 64] |= Bit(index);
  }

 private:
  static uint64_t Bit(uint64_t index) { return uint64_t{1} << (index % 64); }
  uint64_t Word(uint64_t index) const { return words_[(index % kSize) / 64]; }

  void Advance(uint64_t index) {
    if (empty_ || index - highest_ >= kSize) {
      for (uint64_t& word : words_) word = 0;
    } else {
      // The bits of the indices stepped over belong to indices that fall out of the window.
      for (uint64_t i = highest_ + 1; i <= index; ++i) words_[(i % kSize) / 64] &= ~Bit(i);
    }
    highest_ = index;
    empty_ = false;
  }

  uint64_t highest_ = 0;
  bool empty_ = true;
  uint64_t words_[kSize / 64] = {};
};

}  // namespace plaza::srtp
