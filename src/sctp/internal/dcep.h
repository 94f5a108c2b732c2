// The messages that open channels (RFC 8832), and what kinds of messages there are (RFC 8831).
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "sctp/channel.h"

namespace plaza::sctp::internal {

/// Payload protocol identifiers (RFC 8831 section 8).
enum class Ppid : uint32_t {
  kDcep = 50,
  kText = 51,
  kBinary = 53,
  kEmptyText = 56,  ///< SCTP has no empty messages: one byte that does not count
  kEmptyBinary = 57,
};

/// DATA_CHANNEL_OPEN. Nothing if it is not one, is cut short, or has a label, protocol or type that
/// we don't take.
std::optional<ChannelConfig> ParseOpen(base::ByteView message);
base::Bytes SerializeOpen(const ChannelConfig& config);

bool IsAck(base::ByteView message);
/// DATA_CHANNEL_ACK.
base::Bytes SerializeAck();

}  // namespace plaza::sctp::internal
