// Grouping packets by send time and arrival.
#include "cc/arrival_groups.h"

#include <algorithm>

namespace plaza::cc {
namespace {

constexpr base::Duration kGroupSpan{5'000};
constexpr base::Duration kBurstGap{5'000};
constexpr base::Duration kMaxBurst{100'000};
// An arrival that jumps so far says that the receiver's clock was set anew.
constexpr base::Duration kMaxJump{3'000'000};

}  // namespace

bool ArrivalGroups::BelongsToCurrent(const PacketResult& packet) const {
  if (packet.sent - current_->first_sent <= kGroupSpan) return true;
  const base::Duration arrived = *packet.arrival - current_->last_arrival;
  const base::Duration sent = packet.sent - current_->last_sent;
  return arrived <= kBurstGap && arrived < sent &&
         *packet.arrival - current_->first_arrival < kMaxBurst;
}

std::optional<GroupDelta> ArrivalGroups::Add(const PacketResult& packet) {
  if (!packet.arrival) return std::nullopt;
  const base::Time arrival = *packet.arrival;
  if (current_ && packet.sent < current_->first_sent)
    return std::nullopt;  // late: its group is gone
  if (current_ && BelongsToCurrent(packet)) {
    current_->last_sent = std::max(current_->last_sent, packet.sent);
    current_->last_arrival = std::max(current_->last_arrival, arrival);
    return std::nullopt;
  }
  std::optional<GroupDelta> delta;
  if (current_ && previous_) {
    const base::Duration sent = current_->last_sent - previous_->last_sent;
    const base::Duration arrived = current_->last_arrival - previous_->last_arrival;
    if (std::chrono::abs(arrived - sent) > kMaxJump) {
      current_.reset();
    } else if (arrived >= base::Duration(0)) {
      delta = GroupDelta{sent, arrived, current_->last_arrival};
    }
  }
  previous_ = current_;
  current_ = Group{packet.sent, packet.sent, arrival, arrival};
  return delta;
}

}  // namespace plaza::cc
