// The seam between the media graph and whatever carries packets: a WebRTC peer, a relay, a test.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/time.h"
#include "base/units.h"
#include "rtp/header_extensions.h"
#include "rtp/packet.h"

namespace plaza::rtp {

/// Which stream of a transport a packet belongs to: the m-line's index, and which simulcast
/// encoding of it (index in the order of `a=simulcast`, lowest quality first; 0 where there is
/// one).
struct StreamKey {
  uint16_t media = 0;
  uint8_t encoding = 0;
  friend auto operator<=>(const StreamKey&, const StreamKey&) = default;
};

/// A packet to be sent: the header is written by the sender, the payload stays where it is, and
/// what of it must differ per receiver (a VP8 descriptor) is given as `payload_prefix`. If `header`
/// contains the transport-wide sequence number or absolute send time extension (written with
/// zeros), their offsets are given so that the transport stamps them when the packet leaves.
struct OutgoingRtp {
  std::span<uint8_t> header;  ///< complete RTP header with extensions; may be stamped in place
  base::ByteView payload;     ///< for RTX: what follows the original sequence number
  std::optional<uint16_t>
      original_sequence_number;  ///< set: an RTX packet (RFC 4588), the OSN goes before the payload
  uint16_t transport_cc_offset = 0;    ///< 0: absent
  uint16_t abs_send_time_offset = 0;   ///< 0: absent
  bool audio = false;                  ///< audio leaves before video when the pacer holds back
  base::ByteView payload_prefix = {};  ///< goes right before `payload`, after RTX's sequence number
};

/// What carries packets for a publisher and to a subscriber. One thread owns it.
class PacketTransport {
 public:
  virtual ~PacketTransport() = default;
  /// Header extensions agreed on this hop, by kind and by id.
  virtual const ExtensionMap& extensions() const = 0;
  /// Encrypts and sends. All spans are read before it returns. Packets sent before the transport is
  /// connected are dropped and counted.
  virtual void SendRtp(const OutgoingRtp& packet, base::Time now) = 0;
  /// Sends one compound RTCP packet (RFC 3550 section 6.1; reduced size, RFC 5506, is agreed).
  virtual void SendRtcp(base::ByteView compound) = 0;
};

/// What the owner of a transport hears from it. Calls come from within the transport's own input
/// and timer functions; it may be sent on from here, but not be destroyed from here.
class PacketTransportObserver {
 public:
  virtual ~PacketTransportObserver() = default;
  /// DTLS is up, media flows from now on.
  virtual void OnConnected(base::Time now) = 0;
  /// The transport is dead (consent lost, DTLS alert, close): drop it soon. `reason` is for logs.
  virtual void OnClosed(const std::string& reason) = 0;
  /// One opened packet of a known stream; RTX is unwrapped already.
  virtual void OnRtp(const StreamKey& stream, const Packet& packet) = 0;
  /// One opened compound RTCP packet. Transport-wide feedback and REMB have been used by the
  /// transport already and may be skipped.
  virtual void OnRtcp(base::ByteView compound, base::Time now) = 0;
  /// How much may be sent on this hop, from transport-wide feedback or REMB.
  virtual void OnTargetRate(base::DataRate rate, base::Time now) = 0;
};

}  // namespace plaza::rtp
