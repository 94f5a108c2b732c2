// Packets that were sent together, and how the time between two such groups changed on the way.
#pragma once

#include <optional>

#include "base/time.h"
#include "cc/packet_result.h"

namespace plaza::cc {

/// Time between two neighbouring groups, at the sender and at the receiver.
struct GroupDelta {
  base::Duration sent;
  base::Duration arrived;
  base::Time arrival;  ///< of the later group's last packet
};

/// Packets sent within 5 ms are a group, as are those that a queue let go in one burst.
class ArrivalGroups {
 public:
  /// A packet that arrived, in the order of sending. Gives a delta when it completes a group.
  std::optional<GroupDelta> Add(const PacketResult& packet);

 private:
  struct Group {
    base::Time first_sent;
    base::Time last_sent;
    base::Time first_arrival;
    base::Time last_arrival;
  };
  bool BelongsToCurrent(const PacketResult& packet) const;

  std::optional<Group> current_;
  std::optional<Group> previous_;
};

}  // namespace plaza::cc
