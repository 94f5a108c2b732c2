// Parsing and writing BYE.
#include "rtp/rtcp/bye.h"

namespace plaza::rtp::rtcp {

std::optional<Bye> ParseBye(const Element& element) {
  if (element.type != PacketType::kBye) return std::nullopt;
  base::ByteReader reader(element.body);
  Bye bye;
  bye.ssrcs = SsrcList(reader.Read(element.count * size_t{4}));
  if (reader.ok() && !reader.AtEnd()) bye.reason = base::AsText(reader.Read(reader.U8()));
  if (!reader.ok()) return std::nullopt;
  return bye;
}

bool WriteBye(CompoundWriter& writer, std::span<const uint32_t> ssrcs, std::string_view reason) {
  if (ssrcs.size() > 31 || reason.size() > 255) return false;
  return writer.Add(PacketType::kBye, static_cast<uint8_t>(ssrcs.size()),
                    [&](base::ByteWriter& body) {
                      for (const uint32_t ssrc : ssrcs) body.U32(ssrc);
                      if (reason.empty()) return;
                      body.U8(static_cast<uint8_t>(reason.size()));
                      body.Write(base::AsBytes(reason));
                    });
}

}  // namespace plaza::rtp::rtcp
