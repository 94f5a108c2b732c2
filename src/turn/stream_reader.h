// TURN over TCP and TLS (RFC 8656 sections 3.2, 12.5): messages that tell their own length.
#pragma once

#include <functional>

#include "base/bytes.h"

namespace plaza::turn {

/// Cuts the bytes of one connection, as they come, into messages. Holds at most one unfinished
/// message.
class StreamReader {
 public:
  using OnMessage = std::function<void(base::ByteView)>;

  /// Takes the next bytes and hands out each message that is complete: STUN, or ChannelData without
  /// its padding. False, for good, when neither can follow, or a message is longer than
  /// kMaxMessageSize.
  bool Feed(base::ByteView bytes, const OnMessage& on_message);

 private:
  base::Bytes begun_;
  bool broken_ = false;
};

}  // namespace plaza::turn
