// How a socket is made.
#pragma once

#include <cstddef>
#include <cstdint>

namespace plaza::sctp {

struct Options {
  uint16_t local_port = 5000;   ///< a=sctp-port of our description
  uint16_t remote_port = 5000;  ///< of theirs
  /// Who is the DTLS client opens channels on even streams, the other on odd ones (RFC 8832
  /// section 6).
  bool dtls_client = false;
  size_t max_packet_size = 1160;  ///< of what we send; a multiple of 4, at least 512
  /// Our a=max-message-size. A larger message ends the association.
  size_t max_message_size = 64 * 1024;
  /// Theirs. RFC 8841 section 6.1: 64 KiB where it is not said.
  size_t remote_max_message_size = 64 * 1024;
  /// Bytes that wait for what was lost before them; what does not fit is dropped and sent again by
  /// the other side.
  size_t receive_buffer = 256 * 1024;
  /// Bytes that wait to be sent or acknowledged; Send() fails beyond.
  size_t send_buffer = 1024 * 1024;
  /// Open at a time, whoever opened them; more are refused.
  size_t max_channels = 256;
};

}  // namespace plaza::sctp
