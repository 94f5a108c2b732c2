// A bounded queue from one thread to one other, without locks.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace plaza::app {

/// Push() belongs to one thread, Pop() to another. What is popped leaves its place empty at once,
/// so that nothing it holds lives on in the ring.
template <typename T>
class SpscRing {
 public:
  /// `capacity` is a power of two.
  explicit SpscRing(size_t capacity)
      : mask_(capacity - 1), slots_(std::make_unique<std::optional<T>[]>(capacity)) {}

  /// False when the ring is full; `value` is untouched then.
  bool Push(T&& value) {
    const size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - known_head_ > mask_) {
      known_head_ = head_.load(std::memory_order_acquire);
      if (tail - known_head_ > mask_) return false;
    }
    slots_[tail & mask_].emplace(std::move(value));
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  /// At least what is queued, for the pushing thread.
  size_t size() const {
    return tail_.load(std::memory_order_relaxed) - head_.load(std::memory_order_acquire);
  }

  std::optional<T> Pop() {
    const size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return std::nullopt;
    std::optional<T> value = std::exchange(slots_[head & mask_], std::nullopt);
    head_.store(head + 1, std::memory_order_release);
    return value;
  }

 private:
  const size_t mask_;
  std::unique_ptr<std::optional<T>[]> slots_;
  alignas(64) std::atomic<size_t> head_{0};
  alignas(64) std::atomic<size_t> tail_{0};
  size_t known_head_ = 0;  // the pushing thread's last look at head_
};

}  // namespace plaza::app
