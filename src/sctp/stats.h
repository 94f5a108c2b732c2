// What a socket counts.
#pragma once

#include <cstdint>

namespace plaza::sctp {

/// All since the socket was made.
struct Stats {
  uint64_t packets_sent = 0;
  uint64_t packets_received = 0;    ///< whole, for this association
  uint64_t dropped_malformed = 0;   ///< packets, and chunks that can't be read
  uint64_t dropped_checksum = 0;    ///< packets
  uint64_t dropped_stranger = 0;    ///< packets with other ports or tags
  uint64_t dropped_data = 0;        ///< DATA chunks without room, or too far ahead
  uint64_t messages_sent = 0;       ///< given to Send(), channels' own messages included
  uint64_t messages_received = 0;   ///< whole, channels' own messages included
  uint64_t messages_expired = 0;    ///< given up before they were sent
  uint64_t messages_abandoned = 0;  ///< given up after they were sent
  uint64_t messages_unwanted = 0;   ///< received on no open channel, or of no known kind
  uint64_t retransmissions = 0;     ///< DATA chunks sent again
};

}  // namespace plaza::sctp
