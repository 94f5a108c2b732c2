// What a data channel is (RFC 8831, RFC 8832).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/strong_id.h"
#include "base/time.h"

namespace plaza::sctp {

/// Longest label and protocol of a channel; an OPEN with longer ones is refused.
inline constexpr size_t kMaxLabelBytes = 256;

/// A channel is known by its SCTP stream, the same in both directions (RFC 8831 section 6.4).
using ChannelId = base::StrongId<struct ChannelIdTag, uint16_t>;

enum class MessageKind : uint8_t { kText, kBinary };

struct ChannelConfig {
  std::string label;
  std::string protocol;
  bool ordered = true;
  /// A message is given up after so many retransmissions, or when this time has passed since it was
  /// sent. At most one of the two; with neither the channel is reliable.
  std::optional<uint32_t> max_retransmits;
  std::optional<base::Duration> max_lifetime;

  bool operator==(const ChannelConfig&) const = default;
};

}  // namespace plaza::sctp
