// Numbers that wrap: comparing them, and unwrapping them to 64 bits.
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>

namespace plaza::rtp {

/// How far `a` lies after `b`, on the shorter way round; negative if before.
template <typename T>
constexpr std::make_signed_t<T> Distance(T a, T b) {
  static_assert(std::is_unsigned_v<T>);
  return static_cast<std::make_signed_t<T>>(static_cast<T>(a - b));
}

/// True if `a` comes after `b`.
template <typename T>
constexpr bool IsNewer(T a, T b) {
  return Distance(a, b) > 0;
}

/// Turns a sequence of wrapping numbers into one that never wraps. Each is taken as the one nearest
/// to the number before, so it may also go back; results can be negative when the first ones are
/// out of order.
template <typename T>
class Unwrapper {
 public:
  int64_t Unwrap(T value) {
    last_ = Peek(value);
    return *last_;
  }
  /// What Unwrap() would give, without taking note of it.
  int64_t Peek(T value) const {
    return last_ ? *last_ + Distance(value, static_cast<T>(*last_)) : value;
  }
  std::optional<int64_t> last() const { return last_; }
  void Reset() { last_.reset(); }

 private:
  std::optional<int64_t> last_;
};

using SequenceUnwrapper = Unwrapper<uint16_t>;
using TimestampUnwrapper = Unwrapper<uint32_t>;

}  // namespace plaza::rtp
