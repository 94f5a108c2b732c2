// Custom messages: what a member says to everybody else in the room, in bytes that only
// applications understand.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "room/names.h"

namespace plaza::room {

inline constexpr uint8_t kMaxCmdId = 10;

struct CustomMessage {
  uint8_t cmd_id = 1;   ///< 1 to kMaxCmdId
  uint32_t number = 1;  ///< the sender's own count of its messages with this cmd_id, from 1
  base::Bytes data;
};

/// One on its way to its receivers.
struct SentMessage {
  uint64_t id = 0;  ///< of this server, unlike that of any other
  UserId from;
  CustomMessage message;
};

}  // namespace plaza::room
