// Parsing and writing generic NACK.
#include "rtp/rtcp/nack.h"

namespace plaza::rtp::rtcp {

std::optional<Nack> ParseNack(const Element& element) {
  if (!element.Is(PacketType::kTransportFeedback, kFormatNack)) return std::nullopt;
  base::ByteReader reader(element.body);
  Nack nack;
  nack.sender_ssrc = reader.U32();
  nack.media_ssrc = reader.U32();
  if (!reader.ok() || reader.remaining() < 4) return std::nullopt;
  nack.items = reader.Rest();
  return nack;
}

size_t WriteNack(CompoundWriter& writer, uint32_t sender_ssrc, uint32_t media_ssrc,
                 std::span<const uint16_t> lost) {
  constexpr size_t kHeadSize = 8;
  if (lost.empty() || writer.remaining() < kHeadSize + 4) return 0;
  size_t items_left = (writer.remaining() - kHeadSize) / 4;
  size_t done = 0;
  const bool added =
      writer.Add(PacketType::kTransportFeedback, kFormatNack, [&](base::ByteWriter& body) {
        body.U32(sender_ssrc);
        body.U32(media_ssrc);
        for (; done < lost.size() && items_left > 0; --items_left) {
          const uint16_t first = lost[done++];
          uint16_t mask = 0;
          for (; done < lost.size(); ++done) {
            const auto ahead = static_cast<uint16_t>(lost[done] - first);
            if (ahead == 0 || ahead > 16) break;
            mask = static_cast<uint16_t>(mask | 1u << (ahead - 1));
          }
          body.U16(first);
          body.U16(mask);
        }
      });
  return added ? done : 0;
}

}  // namespace plaza::rtp::rtcp
