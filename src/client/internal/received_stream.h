// One RTP stream that we receive: counts it, asks for what is lost, puts its frames together.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/time.h"
#include "client/config.h"
#include "client/frame_assembler.h"
#include "client/internal/rtcp_sender.h"
#include "client/statistics.h"
#include "rtp/nack_generator.h"
#include "rtp/receive_statistics.h"

namespace plaza::client::internal {

struct ReceivedStreamConfig {
  uint32_t ssrc = 0;
  uint32_t clock_rate = 90000;
  bool video = false;
  bool nack = false;  ///< lost packets may be asked for
  ReceiveMode mode = ReceiveMode::kFrames;
};

class ReceivedStream {
 public:
  explicit ReceivedStream(const ReceivedStreamConfig& config);

  void OnPacket(const rtp::Packet& packet);
  void OnSenderReport(rtp::NtpTime ntp, base::Time now) { statistics_.OnSenderReport(ntp, now); }
  void SetRtt(base::Duration rtt) { nacks_.SetRtt(rtt); }

  /// When WriteFeedback() has something to say; kNever if nothing is wrong.
  base::Time NextDeadline() const;
  /// NACK and keyframe request, where they are due.
  void WriteFeedback(RtcpSender& sender, base::Time now);
  std::optional<rtp::rtcp::ReportBlock> BuildReportBlock(base::Time now) {
    return statistics_.BuildReportBlock(now);
  }

  /// What was counted since the last call.
  ReceiveCounters TakeCounters();
  uint32_t ssrc() const { return config_.ssrc; }

 private:
  /// A keyframe is asked for at most this often, and when none has come this long after the first
  /// packet.
  static constexpr base::Duration kKeyframePatience = std::chrono::milliseconds(500);

  void OnFrame(const WholeFrame& frame);
  void WantKeyframe(base::Time now);

  ReceivedStreamConfig config_;
  rtp::NackGenerator nacks_;
  rtp::ReceiveStatistics statistics_;
  std::unique_ptr<FrameAssembler> frames_;  // video in kFrames
  ReceiveCounters counters_;
  int64_t lost_before_ = 0;
  bool started_ = false;
  base::Time keyframe_request_due_ = base::kNever;
  base::Time keyframe_request_allowed_{};
};

}  // namespace plaza::client::internal
