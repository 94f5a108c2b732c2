// What a peer counts: packets by way and by fate.
#pragma once

#include <cstdint>

namespace plaza::peer {

/// All since the peer began. Every received datagram counts once among `*_received` or `dropped_*`.
struct Counters {
  uint64_t stun_received = 0;  ///< what became of them: ice::AgentStats
  uint64_t dtls_received = 0;
  uint64_t rtp_received = 0;      ///< opened and given to the observer, padding included
  uint64_t rtcp_received = 0;     ///< opened
  uint64_t bytes_received = 0;    ///< of STUN, DTLS and authentic SRTP datagrams
  uint64_t rtx_received = 0;      ///< of rtp_received, those that came as retransmissions
  uint64_t padding_received = 0;  ///< of rtp_received, those without payload, which end here

  uint64_t dropped_unknown = 0;          ///< first byte of no protocol (RFC 7983)
  uint64_t dropped_path = 0;             ///< from where the peer has not proven itself
  uint64_t dropped_early = 0;            ///< SRTP before the keys
  uint64_t dropped_closed = 0;           ///< after the end
  uint64_t dropped_auth = 0;             ///< SRTP tag wrong
  uint64_t dropped_replayed = 0;         ///< SRTP index seen or too old
  uint64_t dropped_malformed = 0;        ///< not RTP or RTCP after opening
  uint64_t dropped_streams = 0;          ///< SRTP keeps no more streams
  uint64_t dropped_unknown_stream = 0;   ///< no m-line wants this SSRC, mid or rid
  uint64_t dropped_unknown_payload = 0;  ///< payload type not agreed in its m-line

  uint64_t rtp_sent = 0;
  uint64_t rtcp_sent = 0;
  uint64_t bytes_sent = 0;  ///< of SRTP and SRTCP datagrams
  uint64_t send_dropped_early =
      0;  ///< media and data before keys and path were there, or after the end
  uint64_t send_dropped_batch = 0;    ///< the sink had no room
  uint64_t send_dropped_protect = 0;  ///< SRTP refused: reused sequence number, too many streams
};

}  // namespace plaza::peer
