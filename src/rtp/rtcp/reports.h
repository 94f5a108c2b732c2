// Sender and receiver reports (RFC 3550 section 6.4).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "rtp/ntp.h"
#include "rtp/rtcp/compound.h"

namespace plaza::rtp::rtcp {

inline constexpr size_t kMaxReportBlocks = 31;

/// What a receiver says about one source.
struct ReportBlock {
  uint32_t ssrc = 0;
  uint8_t fraction_lost = 0;               ///< since the last report, in 1/256
  int32_t cumulative_lost = 0;             ///< 24 bits, signed; duplicates can make it negative
  uint32_t highest_sequence_number = 0;    ///< extended by the count of wraps
  uint32_t jitter = 0;                     ///< in timestamp units
  uint32_t last_sender_report = 0;         ///< middle NTP bits of it; 0: none came
  uint32_t delay_since_sender_report = 0;  ///< 1/65536 s
};

/// Report blocks that stay in the packet they came in.
class ReportBlockList {
 public:
  static constexpr size_t kBlockSize = 24;

  ReportBlockList() = default;
  explicit ReportBlockList(base::ByteView bytes) : bytes_(bytes) {}
  size_t size() const { return bytes_.size() / kBlockSize; }
  ReportBlock operator[](size_t i) const;

 private:
  base::ByteView bytes_;
};

struct SenderReport {
  uint32_t sender_ssrc = 0;
  NtpTime ntp;
  uint32_t rtp_timestamp = 0;  ///< of the same moment as `ntp`
  uint32_t packet_count = 0;
  uint32_t octet_count = 0;  ///< of payloads
  ReportBlockList blocks;    ///< when parsed
};

struct ReceiverReport {
  uint32_t sender_ssrc = 0;
  ReportBlockList blocks;
};

/// Nothing if the element is of another type or shorter than its count says.
std::optional<SenderReport> ParseSenderReport(const Element& element);
std::optional<ReceiverReport> ParseReceiverReport(const Element& element);
/// The blocks of a sender or a receiver report; empty for anything else.
ReportBlockList ReportBlocksOf(const Element& element);

/// Appends a report with at most kMaxReportBlocks blocks (`report.blocks` is not looked at). False
/// if it does not fit.
bool WriteSenderReport(CompoundWriter& writer, const SenderReport& report,
                       std::span<const ReportBlock> blocks = {});
bool WriteReceiverReport(CompoundWriter& writer, uint32_t sender_ssrc,
                         std::span<const ReportBlock> blocks = {});

}  // namespace plaza::rtp::rtcp
