// SSRC to per-stream state: open addressing over a dense array, for a lookup on every packet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace plaza::srtp {

/// Holds at most `kLimit` streams and never forgets one, because with its state would go the memory
/// of the indices that it used. Pointers are valid until the next Insert().
template <typename State, size_t kLimit>
class StreamTable {
  static_assert(kLimit < 0xffff);

 public:
  size_t size() const { return states_.size(); }

  State* Find(uint32_t ssrc) {
    if (slots_.empty()) return nullptr;
    for (size_t i = Home(ssrc);; i = (i + 1) & (slots_.size() - 1)) {
      if (slots_[i].position == kFree) return nullptr;
      if (slots_[i].ssrc == ssrc) return &states_[slots_[i].position];
    }
  }

  /// Adds a stream that is not there yet; null when the table is full.
  State* Insert(uint32_t ssrc, const State& state) {
    if (states_.size() >= kLimit) return nullptr;
    if (2 * (states_.size() + 1) > slots_.size()) Grow();
    Place(Slot{ssrc, static_cast<uint16_t>(states_.size())});
    states_.push_back(state);
    return &states_.back();
  }

 private:
  static constexpr uint16_t kFree = 0xffff;
  struct Slot {
    uint32_t ssrc = 0;
    uint16_t position = kFree;
  };

  size_t Home(uint32_t ssrc) const { return ((ssrc * 0x9e3779b1u) >> 16) & (slots_.size() - 1); }
  void Place(Slot slot) {
    size_t i = Home(slot.ssrc);
    while (slots_[i].position != kFree) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = slot;
  }
  void Grow() {
    std::vector<Slot> old(slots_.empty() ? 8 : 2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.position != kFree) Place(slot);
    }
  }

  std::vector<Slot> slots_;
  std::vector<State> states_;
};

}  // namespace plaza::srtp
