// Sends RTP packets of one stream, as a client would.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "peer/peer.h"
#include "rtp/header_writer.h"

namespace plaza::peer::testing {

struct MediaSource {
  uint32_t ssrc = 0;
  uint8_t payload_type = 0;
  std::string mid;           ///< written when not empty
  std::string rid;           ///< written when not empty
  std::string repaired_rid;  ///< written when not empty
  uint16_t next_sequence_number = 1;
  std::string payload_prefix;

  /// Sends one packet through `peer`, as an RTX packet when `original` says of which.
  void Send(Peer& peer, std::string_view payload, base::Time now,
            std::optional<uint16_t> original = {}) {
    using rtp::Extension;
    const rtp::ExtensionMap& map = peer.extensions();
    rtp::HeaderWriter elements;
    if (!mid.empty()) elements.AddMid(map.IdOf(Extension::kMid), mid);
    if (!rid.empty()) elements.Add(map.IdOf(Extension::kRid), base::AsBytes(rid));
    if (!repaired_rid.empty())
      elements.Add(map.IdOf(Extension::kRepairedRid), base::AsBytes(repaired_rid));
    elements.AddTransportCc(map.IdOf(Extension::kTransportCc));
    elements.AddAbsSendTime(map.IdOf(Extension::kAbsSendTime));
    rtp::RtpHeader header;
    header.payload_type = payload_type;
    header.sequence_number = next_sequence_number++;
    header.ssrc = ssrc;
    std::array<uint8_t, rtp::kMaxHeaderSize> room;
    const auto written = elements.Write(header, room);
    rtp::OutgoingRtp packet;
    packet.header = written->bytes;
    packet.payload_prefix = base::AsBytes(payload_prefix);
    packet.payload = base::AsBytes(payload);
    packet.original_sequence_number = original;
    packet.transport_cc_offset = written->transport_cc_offset;
    packet.abs_send_time_offset = written->abs_send_time_offset;
    peer.SendRtp(packet, now);
  }
};

/// The first payload type of `codec` that is agreed in m-line `media`; with `rtx` that of its
/// retransmission.
inline uint8_t PayloadTypeOf(const Peer& peer, size_t media, rtp::Codec codec, bool rtx = false) {
  for (const sdp::NegotiatedCodec& agreed : peer.sections()[media].codecs)
    if (CodecOf(agreed) == codec)
      return rtx ? agreed.rtx_payload_type.value_or(0) : agreed.payload_type;
  return 0;
}

}  // namespace plaza::peer::testing
