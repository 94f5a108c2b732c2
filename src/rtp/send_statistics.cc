// Sender reports and round-trip time.
#include "rtp/send_statistics.h"

#include <cmath>

namespace plaza::rtp {
namespace {

constexpr base::Duration kMaxPlausibleRtt = std::chrono::seconds(60);

// `timestamp` moved by `span`.
uint32_t Moved(uint32_t timestamp, base::Duration span, uint32_t clock_rate) {
  const double ticks = base::ToSeconds(span) * static_cast<double>(clock_rate);
  return timestamp + static_cast<uint32_t>(static_cast<int64_t>(std::llround(ticks)));
}

}  // namespace

std::optional<base::Duration> RttFrom(const rtcp::ReportBlock& block, NtpTime now) {
  if (block.last_sender_report == 0) return std::nullopt;
  const uint32_t since = now.Middle() - block.last_sender_report;
  const uint32_t round_trip = since - block.delay_since_sender_report;
  // Clocks tick differently: a little below zero is a very short way.
  if (static_cast<int32_t>(round_trip) < 0) {
    return static_cast<int32_t>(round_trip) > -6554 ? std::optional(base::Duration(1))
                                                    : std::nullopt;
  }
  const base::Duration rtt = FromMiddleNtp(round_trip);
  if (rtt > kMaxPlausibleRtt) return std::nullopt;
  return std::max(rtt, base::Duration(1));
}

void SendStatistics::OnPacketSent(uint32_t timestamp, size_t payload_size, base::Time now) {
  ++packets_;
  bytes_ += payload_size;
  last_timestamp_ = timestamp;
  last_sent_ = now;
}

void SendStatistics::SetTimeline(uint32_t timestamp, NtpTime ntp) {
  timeline_ = Timeline{timestamp, ntp};
}

std::optional<rtcp::SenderReport> SendStatistics::BuildSenderReport(base::Time now,
                                                                    NtpTime ntp) const {
  if (packets_ == 0) return std::nullopt;
  rtcp::SenderReport report;
  report.sender_ssrc = ssrc_;
  report.ntp = ntp;
  report.rtp_timestamp =
      timeline_
          ? Moved(timeline_->timestamp, ToWallTime(ntp) - ToWallTime(timeline_->ntp), clock_rate_)
          : Moved(last_timestamp_, now - last_sent_, clock_rate_);
  report.packet_count = static_cast<uint32_t>(packets_);
  report.octet_count = static_cast<uint32_t>(bytes_);
  return report;
}

void SendStatistics::OnReportBlock(const rtcp::ReportBlock& block, NtpTime now) {
  if (block.ssrc != ssrc_) return;
  fraction_lost_ = block.fraction_lost / 256.0;
  if (const auto rtt = RttFrom(block, now)) rtt_ = rtt;
}

}  // namespace plaza::rtp
