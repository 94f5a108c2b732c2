#include "base/packet_buffer.h"

#include <cstring>

namespace plaza::base {

// Shared by the pool and its buffers, so that a buffer may outlive the pool. `holders` counts the
// pool and every existing slot; whoever brings it to zero frees the home.
struct PacketBuffer::Home {
  std::atomic<Slot*> returned{nullptr};
  std::atomic<bool> closed{false};
  std::atomic<size_t> holders{1};
  Slot* free = nullptr;  // the owner thread's own list
  size_t limit = 0;
  size_t allocated = 0;

  void Drop(size_t n = 1) {
    if (holders.fetch_sub(n, std::memory_order_acq_rel) == n) delete this;
  }
  // Frees what lies on the shared stack; only after `closed`.
  void FreeReturned() {
    Slot* slot = returned.exchange(nullptr, std::memory_order_acq_rel);
    size_t n = 0;
    while (slot) {
      Slot* next = slot->next;
      delete slot;
      slot = next;
      ++n;
    }
    if (n > 0) Drop(n);
  }
};

void PacketBuffer::Unref() {
  if (!slot_ || slot_->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  Home* home = slot_->home;
  // Keeps the home alive while the slot is on the stack and another thread may free it.
  home->holders.fetch_add(1, std::memory_order_relaxed);
  Slot* head = home->returned.load(std::memory_order_relaxed);
  do {
    slot_->next = head;
  } while (!home->returned.compare_exchange_weak(head, slot_, std::memory_order_seq_cst));
  if (home->closed.load(std::memory_order_seq_cst)) home->FreeReturned();
  home->Drop();
  slot_ = nullptr;
}

PacketPool::PacketPool(size_t limit) : home_(new PacketBuffer::Home) { home_->limit = limit; }

PacketPool::~PacketPool() {
  size_t n = 0;
  for (auto* slot = home_->free; slot;) {
    auto* next = slot->next;
    delete slot;
    slot = next;
    ++n;
  }
  if (n > 0) home_->Drop(n);
  home_->closed.store(true, std::memory_order_seq_cst);
  home_->FreeReturned();
  home_->Drop();
}

PacketBuffer PacketPool::Acquire() {
  if (!home_->free) home_->free = home_->returned.exchange(nullptr, std::memory_order_acquire);
  if (auto* slot = home_->free) {
    home_->free = slot->next;
    slot->size = 0;
    slot->references.store(1, std::memory_order_relaxed);
    return PacketBuffer(slot);
  }
  if (home_->allocated >= home_->limit) return {};
  auto* slot = new PacketBuffer::Slot;
  slot->home = home_;
  ++home_->allocated;
  home_->holders.fetch_add(1, std::memory_order_relaxed);
  return PacketBuffer(slot);
}

PacketBuffer PacketPool::Copy(ByteView bytes) {
  if (bytes.size() > kPacketCapacity) return {};
  PacketBuffer buffer = Acquire();
  if (!buffer) return buffer;
  if (!bytes.empty()) std::memcpy(buffer.storage().data(), bytes.data(), bytes.size());
  buffer.Resize(bytes.size());
  return buffer;
}

size_t PacketPool::allocated() const { return home_->allocated; }

}  // namespace plaza::base
