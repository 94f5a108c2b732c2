// One RTP stream as it comes from a publisher's transport: what of it is missing, and what is
// reported.
#pragma once

#include <cstdint>
#include <optional>

#include "rtp/header_extensions.h"
#include "rtp/nack_generator.h"
#include "rtp/receive_statistics.h"
#include "sfu/internal/rtcp_out.h"
#include "sfu/media_packet.h"

namespace plaza::sfu {

class Reception {
 public:
  /// `now` is the arrival of the first packet.
  Reception(uint32_t ssrc, uint32_t clock_rate, base::Time now);

  uint32_t ssrc() const { return ssrc_; }
  /// Works out all that forwarding needs. `ids` are those of the publisher's hop.
  MediaPacket OnPacket(const rtp::Packet& packet, const rtp::ExtensionMap& ids);
  /// The publisher uses another SSRC from now on: sequence numbers of packets jump far ahead.
  void Restart(uint32_t ssrc);

  void OnSenderReport(rtp::NtpTime ntp, base::Time arrival) {
    statistics_.OnSenderReport(ntp, arrival);
  }
  std::optional<rtp::rtcp::ReportBlock> Report(base::Time now) {
    return statistics_.BuildReportBlock(now);
  }

  /// Asks for what is missing and due.
  void WriteNacks(RtcpOut& out, uint32_t local_ssrc, base::Time now);
  void SetRtt(base::Duration rtt) { nack_.SetRtt(rtt); }
  bool missing() const { return nack_.missing() > 0; }
  base::Time NextNack() const { return nack_.NextDeadline(); }
  /// True once after packets were given up.
  bool TakeKeyframeWish() { return nack_.TakeKeyframeWish(); }
  const rtp::ReceiveStatistics& statistics() const { return statistics_; }

 private:
  int64_t Number(uint16_t sequence_number);
  void JumpAhead();

  uint32_t ssrc_;
  uint32_t clock_rate_;
  rtp::NackGenerator nack_;
  rtp::ReceiveStatistics statistics_;
  rtp::SequenceUnwrapper unwrapper_;
  int64_t base_;         // added to what the unwrapper says; a multiple of 65,536
  int64_t highest_ = 0;  // number given
};

}  // namespace plaza::sfu
