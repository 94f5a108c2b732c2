// Extended reports (RFC 3611): only receiver reference time and its answer, by which one who only
// receives learns the round-trip time.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "rtp/ntp.h"
#include "rtp/rtcp/compound.h"

namespace plaza::rtp::rtcp {

/// The answer to a receiver reference time: like LSR and DLSR of a report block.
struct DlrrItem {
  uint32_t ssrc = 0;
  uint32_t last_receiver_report = 0;         ///< middle NTP bits of the reference time
  uint32_t delay_since_receiver_report = 0;  ///< 1/65536 s
};

/// What we read of an extended report. `dlrr` holds the items' bytes.
struct ExtendedReport {
  uint32_t sender_ssrc = 0;
  std::optional<NtpTime> reference_time;
  base::ByteView dlrr;

  size_t dlrr_size() const { return dlrr.size() / 12; }
  DlrrItem dlrr_item(size_t i) const {
    return {base::LoadU32(&dlrr[i * 12]), base::LoadU32(&dlrr[i * 12 + 4]),
            base::LoadU32(&dlrr[i * 12 + 8])};
  }
};

/// Nothing if malformed. Blocks of other types are skipped; of several of one type the last counts.
std::optional<ExtendedReport> ParseExtendedReport(const Element& element);
bool WriteReferenceTime(CompoundWriter& writer, uint32_t sender_ssrc, NtpTime now);
bool WriteDlrr(CompoundWriter& writer, uint32_t sender_ssrc, std::span<const DlrrItem> items);

}  // namespace plaza::rtp::rtcp
