// Giving slots to wishes.
#include "sfu/slot_table.h"

#include <algorithm>

namespace plaza::sfu {
namespace {

const SlotContent* Find(std::span<const SlotContent> wishes, const Source& source) {
  const auto it = std::ranges::find(wishes, source, &SlotContent::source);
  return it == wishes.end() ? nullptr : &*it;
}

}  // namespace

std::vector<SlotChange> SlotTable::SetSlotCount(uint32_t count) {
  count = std::min(count, max_slots_);
  if (count > slots_.size()) slots_.resize(count);
  return Settle();
}

std::vector<SlotChange> SlotTable::SetWishes(std::span<const SlotContent> wishes) {
  wishes_.clear();
  for (const SlotContent& wish : wishes) {
    if (wishes_.size() == max_slots_) break;
    if ((wish.audio || wish.video) && !Find(wishes_, wish.source)) wishes_.push_back(wish);
  }
  return Settle();
}

std::vector<SlotChange> SlotTable::Settle() {
  std::vector<std::optional<SlotContent>> settled(slots_.size());
  std::vector<bool> holds(wishes_.size());
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (!slots_[i]) continue;
    if (const SlotContent* wish = Find(wishes_, slots_[i]->source)) {
      settled[i] = *wish;
      holds[static_cast<size_t>(wish - wishes_.data())] = true;
    }
  }
  size_t free = 0;
  for (size_t w = 0; w < wishes_.size(); ++w) {
    if (holds[w]) continue;
    while (free < settled.size() && settled[free]) ++free;
    if (free == settled.size()) break;
    settled[free] = wishes_[w];
  }
  std::vector<SlotChange> changes;
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i] != settled[i]) changes.push_back({static_cast<uint32_t>(i), settled[i]});
  }
  slots_ = std::move(settled);
  return changes;
}

}  // namespace plaza::sfu
