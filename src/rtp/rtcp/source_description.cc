// Parsing and writing SDES.
#include "rtp/rtcp/source_description.h"

namespace plaza::rtp::rtcp {

SdesReader::SdesReader(const Element& element)
    : reader_(element.body),
      chunks_left_(element.type == PacketType::kSourceDescription ? element.count : 0) {}

std::optional<SdesItem> SdesReader::Next() {
  while (reader_.ok()) {
    if (!in_chunk_) {
      if (chunks_left_ == 0) return std::nullopt;
      --chunks_left_;
      in_chunk_ = true;
      ssrc_ = reader_.U32();
    }
    SdesItem item;
    item.ssrc = ssrc_;
    item.type = reader_.U8();
    if (item.type == 0) {
      // The list ends with zeros up to the next word; chunks start on words of the body.
      reader_.Skip((4 - reader_.position() % 4) % 4);
      in_chunk_ = false;
      continue;
    }
    const uint8_t size = reader_.U8();
    item.text = base::AsText(reader_.Read(size));
    if (reader_.ok()) return item;
  }
  return std::nullopt;
}

bool WriteCname(CompoundWriter& writer, uint32_t ssrc, std::string_view cname) {
  if (cname.size() > 255) return false;
  return writer.Add(PacketType::kSourceDescription, 1, [&](base::ByteWriter& body) {
    body.U32(ssrc);
    body.U8(kSdesCname);
    body.U8(static_cast<uint8_t>(cname.size()));
    body.Write(base::AsBytes(cname));
    body.U8(0);  // ends the list; padding to a word follows
  });
}

}  // namespace plaza::rtp::rtcp
