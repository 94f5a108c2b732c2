// RTP and RTCP packets for tests.
#include "srtp/testing/packets.h"

#include <numeric>

namespace plaza::srtp::testing {

base::Bytes RtpHeader(uint16_t sequence_number, uint32_t ssrc, uint8_t csrcs,
                      uint16_t extension_words) {
  base::Bytes header(12 + 4u * csrcs + (extension_words ? 4 + 4u * extension_words : 0));
  base::ByteWriter writer(header);
  writer.U8(static_cast<uint8_t>(0x80 | (extension_words ? 0x10 : 0) | csrcs));
  writer.U8(96);
  writer.U16(sequence_number);
  writer.U32(0x12345678);
  writer.U32(ssrc);
  for (uint8_t i = 0; i < csrcs; ++i) writer.U32(1000u + i);
  if (extension_words > 0) {
    writer.U16(0xbede);
    writer.U16(extension_words);
    for (uint16_t i = 0; i < extension_words; ++i) writer.U32(0x32010203);
  }
  return header;
}

base::Bytes ReceiverReport(uint32_t ssrc) {
  base::Bytes compound(8 + 12);
  base::ByteWriter writer(compound);
  writer.U16(0x80c9);
  writer.U16(1);
  writer.U32(ssrc);
  writer.U16(0x81ca);
  writer.U16(2);
  writer.U32(ssrc);
  writer.U32(0x01026162);
  return compound;
}

base::Bytes Sequence(size_t size) {
  base::Bytes bytes(size);
  std::iota(bytes.begin(), bytes.end(), uint8_t{0});
  return bytes;
}

}  // namespace plaza::srtp::testing
