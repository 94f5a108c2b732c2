// Parsing and writing XR.
#include "rtp/rtcp/extended_report.h"

namespace plaza::rtp::rtcp {
namespace {

constexpr uint8_t kReferenceTimeBlock = 4;
constexpr uint8_t kDlrrBlock = 5;

}  // namespace

std::optional<ExtendedReport> ParseExtendedReport(const Element& element) {
  if (element.type != PacketType::kExtendedReport) return std::nullopt;
  base::ByteReader reader(element.body);
  ExtendedReport report;
  report.sender_ssrc = reader.U32();
  while (reader.ok() && !reader.AtEnd()) {
    const uint8_t type = reader.U8();
    reader.Skip(1);
    const size_t size = reader.U16() * size_t{4};
    const base::ByteView block = reader.Read(size);
    if (!reader.ok()) break;
    if (type == kReferenceTimeBlock) {
      if (block.size() != 8) return std::nullopt;
      report.reference_time = NtpTime{base::LoadU32(&block[0]), base::LoadU32(&block[4])};
    } else if (type == kDlrrBlock) {
      if (block.size() % 12 != 0) return std::nullopt;
      report.dlrr = block;
    }
  }
  if (!reader.ok()) return std::nullopt;
  return report;
}

bool WriteReferenceTime(CompoundWriter& writer, uint32_t sender_ssrc, NtpTime now) {
  return writer.Add(PacketType::kExtendedReport, 0, [&](base::ByteWriter& body) {
    body.U32(sender_ssrc);
    body.U8(kReferenceTimeBlock);
    body.U8(0);
    body.U16(2);
    body.U32(now.seconds);
    body.U32(now.fraction);
  });
}

bool WriteDlrr(CompoundWriter& writer, uint32_t sender_ssrc, std::span<const DlrrItem> items) {
  return writer.Add(PacketType::kExtendedReport, 0, [&](base::ByteWriter& body) {
    body.U32(sender_ssrc);
    body.U8(kDlrrBlock);
    body.U8(0);
    body.U16(static_cast<uint16_t>(items.size() * 3));
    for (const DlrrItem& item : items) {
      body.U32(item.ssrc);
      body.U32(item.last_receiver_report);
      body.U32(item.delay_since_receiver_report);
    }
  });
}

}  // namespace plaza::rtp::rtcp
