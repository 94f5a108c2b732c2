// Parsing and writing REMB.
#include "rtp/rtcp/remb.h"

#include <algorithm>

namespace plaza::rtp::rtcp {
namespace {

constexpr uint32_t kIdentifier = 0x52454D42;  // "REMB"
constexpr uint64_t kMaxMantissa = (1u << 18) - 1;
// Above this the rate leaves 63 bits.
constexpr uint32_t kMaxExponent = 45;

}  // namespace

std::optional<Remb> ParseRemb(const Element& element) {
  if (!element.Is(PacketType::kPayloadFeedback, kFormatApplication)) return std::nullopt;
  base::ByteReader reader(element.body);
  Remb remb;
  remb.sender_ssrc = reader.U32();
  reader.Skip(4);  // media source: always 0
  if (reader.U32() != kIdentifier) return std::nullopt;
  const uint8_t count = reader.U8();
  const uint32_t packed = reader.U24();
  remb.ssrcs = SsrcList(reader.Read(count * size_t{4}));
  const uint32_t exponent = packed >> 18;
  if (!reader.ok() || exponent > kMaxExponent) return std::nullopt;
  const int64_t mantissa = packed & kMaxMantissa;
  remb.rate = base::DataRate::BitsPerSecond(mantissa << exponent);
  return remb;
}

bool WriteRemb(CompoundWriter& writer, uint32_t sender_ssrc, base::DataRate rate,
               std::span<const uint32_t> ssrcs) {
  if (ssrcs.size() > 255) return false;
  auto mantissa = static_cast<uint64_t>(std::max<int64_t>(rate.bps(), 0));
  uint32_t exponent = 0;
  for (; mantissa > kMaxMantissa; mantissa >>= 1) ++exponent;
  return writer.Add(PacketType::kPayloadFeedback, kFormatApplication, [&](base::ByteWriter& body) {
    body.U32(sender_ssrc);
    body.U32(0);
    body.U32(kIdentifier);
    body.U8(static_cast<uint8_t>(ssrcs.size()));
    body.U24(exponent << 18 | static_cast<uint32_t>(mantissa));
    for (const uint32_t ssrc : ssrcs) body.U32(ssrc);
  });
}

}  // namespace plaza::rtp::rtcp
