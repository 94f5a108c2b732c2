// What a receiver knows of one source: loss, jitter and the report block about it (RFC 3550
// appendix A).
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "rtp/packet.h"
#include "rtp/rtcp/reports.h"
#include "rtp/sequence_number.h"

namespace plaza::rtp {

class ReceiveStatistics {
 public:
  /// `clock_rate`: of the timestamps, in Hz.
  ReceiveStatistics(uint32_t ssrc, uint32_t clock_rate) : ssrc_(ssrc), clock_rate_(clock_rate) {}

  /// Every packet of the source. A recovered one counts as received late: it makes up for its loss,
  /// but does not touch the jitter.
  void OnPacket(const Packet& packet);
  /// A sender report of the source, for LSR and DLSR.
  void OnSenderReport(NtpTime ntp, base::Time arrival);
  /// The report since the last call. Nothing if no packet came yet.
  std::optional<rtcp::ReportBlock> BuildReportBlock(base::Time now);

  uint64_t packets() const { return received_; }
  uint64_t bytes() const { return bytes_; }  ///< of payloads
  int64_t cumulative_lost() const { return expected() - static_cast<int64_t>(received_); }
  base::Duration jitter() const;

 private:
  /// RFC 3550: a jump beyond is a restart, if a second packet confirms it.
  static constexpr int64_t kMaxDropout = 3000;
  static constexpr int64_t kMaxMisorder = 1000;

  int64_t expected() const { return first_ ? highest_ - *first_ + 1 : 0; }
  bool Restarted(uint16_t sequence_number, int64_t number);
  void UpdateJitter(const Packet& packet);

  uint32_t ssrc_;
  uint32_t clock_rate_;
  SequenceUnwrapper unwrapper_;
  TimestampUnwrapper timestamps_;
  std::optional<int64_t> first_;
  int64_t highest_ = 0;
  std::optional<uint16_t> suspect_;
  uint64_t received_ = 0;  // since first_
  uint64_t bytes_ = 0;
  int64_t expected_before_ = 0;  // at the last report
  uint64_t received_before_ = 0;
  std::optional<int64_t> last_timestamp_;
  base::Time last_arrival_{};
  double jitter_ = 0;  // in timestamp units
  uint32_t last_sender_report_ = 0;
  base::Time sender_report_arrival_{};
};

}  // namespace plaza::rtp
