// Streams that were recorded from real senders, for tests here and in modules above.
#pragma once

#include <string>
#include <vector>

#include "base/packet_buffer.h"
#include "rtp/header_extensions.h"
#include "rtp/packet.h"

namespace plaza::rtp::testing {

/// One stream, as its sender sent it first: without retransmissions and losses.
struct Recording {
  std::vector<Packet> packets;
  ExtensionMap extensions;
};

/// Reads testing/recordings/`name`.rtp; throws if it is not there. Of each payload only the start
/// is true, the rest are zeros in their true number.
Recording LoadRecording(const std::string& name, base::PacketPool& pool);

}  // namespace plaza::rtp::testing
