// Parsing and writing SR, RR and their report blocks.
#include "rtp/rtcp/reports.h"

#include <algorithm>

namespace plaza::rtp::rtcp {
namespace {

constexpr int32_t kMaxCumulativeLost = 0x7FFFFF;

void WriteBlocks(base::ByteWriter& writer, std::span<const ReportBlock> blocks) {
  for (const ReportBlock& block : blocks) {
    const int32_t lost =
        std::clamp(block.cumulative_lost, -kMaxCumulativeLost - 1, kMaxCumulativeLost);
    writer.U32(block.ssrc);
    writer.U8(block.fraction_lost);
    writer.U24(static_cast<uint32_t>(lost) & 0xFFFFFF);
    writer.U32(block.highest_sequence_number);
    writer.U32(block.jitter);
    writer.U32(block.last_sender_report);
    writer.U32(block.delay_since_sender_report);
  }
}

// Reads `count` blocks; profile-specific extensions behind them are ignored.
ReportBlockList ReadBlocks(base::ByteReader& reader, uint8_t count) {
  return ReportBlockList(reader.Read(count * ReportBlockList::kBlockSize));
}

}  // namespace

ReportBlock ReportBlockList::operator[](size_t i) const {
  base::ByteReader reader(bytes_.subspan(i * kBlockSize, kBlockSize));
  ReportBlock block;
  block.ssrc = reader.U32();
  block.fraction_lost = reader.U8();
  block.cumulative_lost = static_cast<int32_t>(reader.U24() << 8) >> 8;
  block.highest_sequence_number = reader.U32();
  block.jitter = reader.U32();
  block.last_sender_report = reader.U32();
  block.delay_since_sender_report = reader.U32();
  return block;
}

std::optional<SenderReport> ParseSenderReport(const Element& element) {
  if (element.type != PacketType::kSenderReport) return std::nullopt;
  base::ByteReader reader(element.body);
  SenderReport report;
  report.sender_ssrc = reader.U32();
  report.ntp.seconds = reader.U32();
  report.ntp.fraction = reader.U32();
  report.rtp_timestamp = reader.U32();
  report.packet_count = reader.U32();
  report.octet_count = reader.U32();
  report.blocks = ReadBlocks(reader, element.count);
  if (!reader.ok()) return std::nullopt;
  return report;
}

std::optional<ReceiverReport> ParseReceiverReport(const Element& element) {
  if (element.type != PacketType::kReceiverReport) return std::nullopt;
  base::ByteReader reader(element.body);
  ReceiverReport report;
  report.sender_ssrc = reader.U32();
  report.blocks = ReadBlocks(reader, element.count);
  if (!reader.ok()) return std::nullopt;
  return report;
}

ReportBlockList ReportBlocksOf(const Element& element) {
  if (const auto report = ParseSenderReport(element)) return report->blocks;
  if (const auto report = ParseReceiverReport(element)) return report->blocks;
  return {};
}

bool WriteSenderReport(CompoundWriter& writer, const SenderReport& report,
                       std::span<const ReportBlock> blocks) {
  blocks = blocks.first(std::min(blocks.size(), kMaxReportBlocks));
  const auto count = static_cast<uint8_t>(blocks.size());
  return writer.Add(PacketType::kSenderReport, count, [&](base::ByteWriter& body) {
    body.U32(report.sender_ssrc);
    body.U32(report.ntp.seconds);
    body.U32(report.ntp.fraction);
    body.U32(report.rtp_timestamp);
    body.U32(report.packet_count);
    body.U32(report.octet_count);
    WriteBlocks(body, blocks);
  });
}

bool WriteReceiverReport(CompoundWriter& writer, uint32_t sender_ssrc,
                         std::span<const ReportBlock> blocks) {
  blocks = blocks.first(std::min(blocks.size(), kMaxReportBlocks));
  const auto count = static_cast<uint8_t>(blocks.size());
  return writer.Add(PacketType::kReceiverReport, count, [&](base::ByteWriter& body) {
    body.U32(sender_ssrc);
    WriteBlocks(body, blocks);
  });
}

}  // namespace plaza::rtp::rtcp
