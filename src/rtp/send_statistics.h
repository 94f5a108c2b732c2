// What a sender knows of one stream: its sender reports, and what receivers report back (RFC 3550).
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "rtp/ntp.h"
#include "rtp/rtcp/reports.h"

namespace plaza::rtp {

/// The round trip that a report block tells: `now` less LSR less DLSR. Nothing if the receiver had
/// no sender report, or the numbers make no sense.
std::optional<base::Duration> RttFrom(const rtcp::ReportBlock& block, NtpTime now);

class SendStatistics {
 public:
  /// `clock_rate`: of the timestamps, in Hz.
  SendStatistics(uint32_t ssrc, uint32_t clock_rate) : ssrc_(ssrc), clock_rate_(clock_rate) {}

  /// A packet of the stream was sent; not for retransmissions that go as RTX.
  void OnPacketSent(uint32_t timestamp, size_t payload_size, base::Time now);
  /// The relation between timestamps and time when it is known better than by the last packet sent:
  /// a forwarded stream keeps the one of its source's sender reports, so that receivers can sync
  /// lips.
  void SetTimeline(uint32_t timestamp, NtpTime ntp);
  /// The report for this moment; `ntp` is `now` on the wall clock. Nothing if nothing was sent yet.
  std::optional<rtcp::SenderReport> BuildSenderReport(base::Time now, NtpTime ntp) const;
  /// A report block about this stream; others are ignored.
  void OnReportBlock(const rtcp::ReportBlock& block, NtpTime now);

  uint64_t packets() const { return packets_; }
  uint64_t bytes() const { return bytes_; }
  /// From the last report that had one.
  std::optional<base::Duration> rtt() const { return rtt_; }
  /// Share of packets lost, 0 to 1, of the last report.
  double fraction_lost() const { return fraction_lost_; }

 private:
  uint32_t ssrc_;
  uint32_t clock_rate_;
  uint64_t packets_ = 0;
  uint64_t bytes_ = 0;
  uint32_t last_timestamp_ = 0;
  base::Time last_sent_{};
  struct Timeline {
    uint32_t timestamp;
    NtpTime ntp;
  };
  std::optional<Timeline> timeline_;
  std::optional<base::Duration> rtt_;
  double fraction_lost_ = 0;
};

}  // namespace plaza::rtp
