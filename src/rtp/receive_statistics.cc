// Loss and jitter of a received source.
#include "rtp/receive_statistics.h"

#include <algorithm>
#include <cmath>

namespace plaza::rtp {

void ReceiveStatistics::OnPacket(const Packet& packet) {
  const uint16_t sequence_number = packet.header.sequence_number;
  const int64_t number = unwrapper_.Peek(sequence_number);
  if (first_ && std::abs(number - highest_) > 1 && Restarted(sequence_number, number)) {
    unwrapper_.Reset();
    first_.reset();
  }
  if (first_ && (number > highest_ + kMaxDropout || number < highest_ - kMaxMisorder)) return;
  if (!first_) {
    highest_ = unwrapper_.Unwrap(sequence_number);
    first_ = highest_;
    received_ = received_before_ = 0;
    expected_before_ = 0;
    last_timestamp_.reset();
    timestamps_.Reset();
  } else if (number > highest_) {
    highest_ = unwrapper_.Unwrap(sequence_number);
  }
  ++received_;
  bytes_ += packet.payload_size;
  if (!packet.recovered) UpdateJitter(packet);
}

// Two packets in a row that are far from all others say that the sender started over.
bool ReceiveStatistics::Restarted(uint16_t sequence_number, int64_t number) {
  if (number <= highest_ + kMaxDropout && number >= highest_ - kMaxMisorder) {
    suspect_.reset();
    return false;
  }
  const bool restarted = suspect_ == sequence_number;
  suspect_ = static_cast<uint16_t>(sequence_number + 1);
  return restarted;
}

void ReceiveStatistics::UpdateJitter(const Packet& packet) {
  const int64_t timestamp = timestamps_.Unwrap(packet.header.timestamp);
  // Packets of one frame leave together but are sent in a row: only the first tells of the way.
  if (last_timestamp_ && timestamp == *last_timestamp_) return;
  if (last_timestamp_) {
    const double arrived =
        base::ToSeconds(packet.arrival - last_arrival_) * static_cast<double>(clock_rate_);
    const double difference = std::abs(arrived - static_cast<double>(timestamp - *last_timestamp_));
    // A pause of the source is no jitter.
    if (difference < static_cast<double>(clock_rate_) * 5) {
      jitter_ += (difference - jitter_) / 16;
    }
  }
  last_timestamp_ = timestamp;
  last_arrival_ = packet.arrival;
}

void ReceiveStatistics::OnSenderReport(NtpTime ntp, base::Time arrival) {
  last_sender_report_ = ntp.Middle();
  sender_report_arrival_ = arrival;
}

std::optional<rtcp::ReportBlock> ReceiveStatistics::BuildReportBlock(base::Time now) {
  if (!first_) return std::nullopt;
  const int64_t expected_now = expected() - expected_before_;
  const int64_t lost_now = expected_now - static_cast<int64_t>(received_ - received_before_);
  expected_before_ = expected();
  received_before_ = received_;
  rtcp::ReportBlock block;
  block.ssrc = ssrc_;
  if (expected_now > 0 && lost_now > 0) {
    block.fraction_lost =
        static_cast<uint8_t>(std::min<int64_t>(lost_now * 256 / expected_now, 255));
  }
  block.cumulative_lost =
      static_cast<int32_t>(std::clamp<int64_t>(cumulative_lost(), -0x800000, 0x7FFFFF));
  block.highest_sequence_number = static_cast<uint32_t>(highest_);
  block.jitter = static_cast<uint32_t>(std::min(jitter_, 4e9));
  block.last_sender_report = last_sender_report_;
  if (last_sender_report_ != 0) {
    block.delay_since_sender_report = ToMiddleNtp(now - sender_report_arrival_);
  }
  return block;
}

base::Duration ReceiveStatistics::jitter() const {
  return clock_rate_ > 0 ? base::Seconds(jitter_ / clock_rate_) : base::Duration{};
}

}  // namespace plaza::rtp
