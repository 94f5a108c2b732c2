// Pooled, reference-counted packet memory: one copy of a packet, read by all who forward it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "base/bytes.h"

namespace plaza::base {

/// Room for one datagram of any size that WebRTC sends (RFC 8831 caps at 1,500 and so do we).
inline constexpr size_t kPacketCapacity = 1500;

class PacketPool;

/// A handle on one pooled buffer; copying it counts, it never copies bytes. After the writer has
/// filled it, its bytes are not changed again. Handles may be copied and dropped on any thread.
class PacketBuffer {
 public:
  PacketBuffer() = default;
  PacketBuffer(const PacketBuffer& other) : slot_(other.slot_) { Ref(); }
  PacketBuffer(PacketBuffer&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
  PacketBuffer& operator=(PacketBuffer other) noexcept {
    std::swap(slot_, other.slot_);
    return *this;
  }
  ~PacketBuffer() { Unref(); }

  explicit operator bool() const { return slot_ != nullptr; }
  ByteView view() const { return slot_ ? ByteView(slot_->bytes, slot_->size) : ByteView(); }
  size_t size() const { return slot_ ? slot_->size : 0; }
  /// The whole capacity, for the one who fills it.
  std::span<uint8_t> storage() { return {slot_->bytes, kPacketCapacity}; }
  void Resize(size_t size) { slot_->size = static_cast<uint32_t>(size); }

 private:
  friend class PacketPool;
  struct Home;
  struct Slot {
    std::atomic<uint32_t> references{1};
    uint32_t size = 0;
    Home* home = nullptr;
    Slot* next = nullptr;
    uint8_t bytes[kPacketCapacity];
  };

  explicit PacketBuffer(Slot* slot) : slot_(slot) {}
  void Ref() const {
    if (slot_) slot_->references.fetch_add(1, std::memory_order_relaxed);
  }
  void Unref();

  Slot* slot_ = nullptr;
};

/// Hands out buffers and takes them back. Acquire() belongs to one thread; buffers come back from
/// any thread without a lock. Buffers may outlive the pool.
class PacketPool {
 public:
  /// At most `limit` buffers exist at a time.
  explicit PacketPool(size_t limit = 65536);
  ~PacketPool();
  PacketPool(const PacketPool&) = delete;
  PacketPool& operator=(const PacketPool&) = delete;

  /// An empty buffer, or a null handle when `limit` buffers are in use.
  PacketBuffer Acquire();
  /// A buffer holding a copy of `bytes`; null if they don't fit or the pool is exhausted.
  PacketBuffer Copy(ByteView bytes);
  /// Buffers that exist, in use or not.
  size_t allocated() const;

 private:
  PacketBuffer::Home* home_;
};

}  // namespace plaza::base
