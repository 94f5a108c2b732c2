// Parsing and writing PLI and FIR.
#include "rtp/rtcp/keyframe_request.h"

namespace plaza::rtp::rtcp {

std::optional<Pli> ParsePli(const Element& element) {
  if (!element.Is(PacketType::kPayloadFeedback, kFormatPli)) return std::nullopt;
  base::ByteReader reader(element.body);
  Pli pli;
  pli.sender_ssrc = reader.U32();
  pli.media_ssrc = reader.U32();
  if (!reader.ok()) return std::nullopt;
  return pli;
}

std::optional<Fir> ParseFir(const Element& element) {
  if (!element.Is(PacketType::kPayloadFeedback, kFormatFir)) return std::nullopt;
  base::ByteReader reader(element.body);
  Fir fir;
  fir.sender_ssrc = reader.U32();
  reader.Skip(4);  // media source: not used, the entries name whom they mean
  if (!reader.ok() || reader.remaining() < 8) return std::nullopt;
  fir.entries = reader.Rest();
  return fir;
}

bool WritePli(CompoundWriter& writer, const Pli& pli) {
  return writer.Add(PacketType::kPayloadFeedback, kFormatPli, [&](base::ByteWriter& body) {
    body.U32(pli.sender_ssrc);
    body.U32(pli.media_ssrc);
  });
}

bool WriteFir(CompoundWriter& writer, uint32_t sender_ssrc, std::span<const FirEntry> entries) {
  if (entries.empty()) return false;
  return writer.Add(PacketType::kPayloadFeedback, kFormatFir, [&](base::ByteWriter& body) {
    body.U32(sender_ssrc);
    body.U32(0);
    for (const FirEntry& entry : entries) {
      body.U32(entry.ssrc);
      body.U8(entry.sequence_number);
      body.Zeros(3);
    }
  });
}

}  // namespace plaza::rtp::rtcp
