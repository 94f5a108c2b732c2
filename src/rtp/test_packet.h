// Packets for tests.
#pragma once

#include <utility>

#include "base/packet_buffer.h"
#include "rtp/header_writer.h"
#include "rtp/packet.h"

namespace plaza::rtp {

/// A parsed packet with this header, these elements and payload, as if it had come from the
/// network.
inline Packet MakeTestPacket(base::PacketPool& pool, const RtpHeader& header,
                             base::ByteView payload = {}, const HeaderWriter& elements = {},
                             base::Time arrival = {}) {
  base::PacketBuffer buffer = pool.Acquire();
  const auto written = elements.Write(header, buffer.storage());
  const size_t header_size = written.value().bytes.size();
  std::copy(payload.begin(), payload.end(), buffer.storage().begin() + header_size);
  buffer.Resize(header_size + payload.size());
  return ParsePacket(std::move(buffer), arrival).value();
}

}  // namespace plaza::rtp
