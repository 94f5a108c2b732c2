// Any bytes as an RTP packet: header, extensions in both forms, RTX, and writing again what was
// read.
#include <array>
#include <cstdlib>

#include "rtp/extension_reader.h"
#include "rtp/header_writer.h"
#include "rtp/rtx.h"

using namespace plaza;

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

void ReadAll(const rtp::Packet& packet, const rtp::ExtensionMap& map) {
  (void)rtp::ReadMid(packet, map);
  (void)rtp::ReadRid(packet, map);
  (void)rtp::ReadRepairedRid(packet, map);
  (void)rtp::ReadAudioLevel(packet, map);
  (void)rtp::ReadTransportSequenceNumber(packet, map);
  (void)rtp::ReadAbsSendTime(packet, map);
  (void)rtp::ReadVideoOrientation(packet, map);
  (void)rtp::ReadTimestampOffset(packet, map);
  (void)rtp::ReadPlayoutDelay(packet, map);
}

// The elements that fit are the same after they were written and read.
void WriteAgain(const rtp::Packet& packet, base::PacketPool& pool) {
  rtp::HeaderWriter writer;
  rtp::ExtensionReader elements(packet);
  size_t added = 0;
  while (const auto element = elements.Next()) added += writer.Add(element->id, element->value);
  std::array<uint8_t, rtp::kMaxHeaderSize> room;
  const auto written = writer.Write(packet.header, room);
  Require(written.has_value());
  const auto again = rtp::ParsePacket(pool.Copy(written->bytes), packet.arrival);
  Require(again && again->header.ssrc == packet.header.ssrc &&
          again->header.csrcs == packet.header.csrcs && again->payload_size == 0);
  rtp::ExtensionReader read(*again);
  size_t count = 0;
  while (read.Next()) ++count;
  Require(count == added);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  base::PacketPool pool;
  const auto packet = rtp::ParsePacket(pool.Copy({data, size}), {});
  if (!packet) return 0;
  Require(size_t{packet->payload_offset} + packet->payload_size + packet->padding_size == size);
  rtp::ExtensionMap map;
  for (uint8_t i = 0; i < static_cast<uint8_t>(rtp::Extension::kCount); ++i) {
    map.Set(static_cast<rtp::Extension>(i), static_cast<uint8_t>(i + 1));
  }
  ReadAll(*packet, map);
  WriteAgain(*packet, pool);
  if (const auto original = rtp::UnwrapRtx(*packet, 1, 2)) {
    Require(original->payload().size() + 2 == packet->payload().size());
  }
  return 0;
}
