// Which wish holds which slot of one receiver. Pure logic without media; lives where wishes are
// known (the control thread), one table a peer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sfu/slot_config.h"

namespace plaza::sfu {

/// A change of one slot. Announce all changes of an update before any is applied to the graph.
struct SlotChange {
  uint32_t slot = 0;
  std::optional<SlotContent> content;  ///< nothing: the slot is free
  friend bool operator==(const SlotChange&, const SlotChange&) = default;
};

/// A source that is wished for keeps its slot for as long as it is; a new one takes the lowest free
/// slot. When there are more wishes than `max_slots`, the most wanted hold slots.
class SlotTable {
 public:
  explicit SlotTable(uint32_t max_slots) : max_slots_(max_slots) {}

  /// How many slots the receiver has offered; only grows. Wishes that waited are served.
  std::vector<SlotChange> SetSlotCount(uint32_t count);
  /// All wishes, most wanted first. A wish with neither half, and a second one for the same source,
  /// is ignored.
  std::vector<SlotChange> SetWishes(std::span<const SlotContent> wishes);

  /// Slots that the present wishes need; more than slot_count() means that the receiver should
  /// offer so many.
  uint32_t needed() const { return static_cast<uint32_t>(wishes_.size()); }
  uint32_t slot_count() const { return static_cast<uint32_t>(slots_.size()); }
  const std::optional<SlotContent>& content(uint32_t slot) const { return slots_.at(slot); }

 private:
  std::vector<SlotChange> Settle();

  uint32_t max_slots_;
  std::vector<SlotContent> wishes_;
  std::vector<std::optional<SlotContent>> slots_;
};

}  // namespace plaza::sfu
