#include "sctp/internal/dcep.h"

#include <algorithm>

namespace plaza::sctp::internal {
namespace {

constexpr uint8_t kAck = 2;
constexpr uint8_t kOpen = 3;
constexpr uint8_t kUnorderedBit = 0x80;
constexpr uint8_t kReliable = 0;
constexpr uint8_t kLimitedRetransmissions = 1;
constexpr uint8_t kLimitedLifetime = 2;
constexpr uint16_t kNormalPriority = 256;  // RFC 8831 section 6.4
constexpr size_t kOpenFields = 12;

}  // namespace

std::optional<ChannelConfig> ParseOpen(base::ByteView message) {
  base::ByteReader reader(message);
  const uint8_t type = reader.U8();
  const uint8_t channel_type = reader.U8();
  reader.Skip(2);  // priority: all are alike
  const uint32_t limit = reader.U32();
  const size_t label_size = reader.U16();
  const size_t protocol_size = reader.U16();
  ChannelConfig config;
  config.label = base::AsText(reader.Read(label_size));
  config.protocol = base::AsText(reader.Read(protocol_size));
  if (!reader.ok() || type != kOpen || label_size > kMaxLabelBytes ||
      protocol_size > kMaxLabelBytes)
    return std::nullopt;
  config.ordered = (channel_type & kUnorderedBit) == 0;
  switch (channel_type & ~kUnorderedBit) {
    case kReliable:
      return config;
    case kLimitedRetransmissions:
      config.max_retransmits = limit;
      return config;
    case kLimitedLifetime:
      config.max_lifetime = std::chrono::milliseconds(limit);
      return config;
    default:
      return std::nullopt;
  }
}

base::Bytes SerializeOpen(const ChannelConfig& config) {
  uint8_t channel_type = config.ordered ? 0 : kUnorderedBit;
  uint32_t limit = 0;
  if (config.max_retransmits) {
    channel_type |= kLimitedRetransmissions;
    limit = *config.max_retransmits;
  } else if (config.max_lifetime) {
    channel_type |= kLimitedLifetime;
    limit = static_cast<uint32_t>(
        std::clamp<int64_t>(base::ToMillis(*config.max_lifetime), 0, int64_t{UINT32_MAX}));
  }
  base::Bytes message(kOpenFields + config.label.size() + config.protocol.size());
  base::ByteWriter writer(message);
  writer.U8(kOpen);
  writer.U8(channel_type);
  writer.U16(kNormalPriority);
  writer.U32(limit);
  writer.U16(static_cast<uint16_t>(config.label.size()));
  writer.U16(static_cast<uint16_t>(config.protocol.size()));
  writer.Write(base::AsBytes(config.label));
  writer.Write(base::AsBytes(config.protocol));
  return message;
}

bool IsAck(base::ByteView message) { return message.size() == 1 && message[0] == kAck; }

base::Bytes SerializeAck() { return {kAck}; }

}  // namespace plaza::sctp::internal
