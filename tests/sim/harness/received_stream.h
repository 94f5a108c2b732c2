// One RTP stream that a client receives, and the diary of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "harness/pattern.h"
#include "rtp/frame_assembler.h"
#include "rtp/nack_generator.h"
#include "rtp/receive_statistics.h"
#include "rtp/rtcp/compound.h"

namespace plaza::sim {

/// One packet, as it came for the first time.
struct ReceivedPacket {
  uint32_t timestamp = 0;
  rtp::Codec codec = rtp::Codec::kUnknown;
  std::optional<Stamp> stamp;  ///< nothing: an empty packet
  bool first = false;          ///< surely the first one of its frame
  bool keyframe = false;       ///< opens a keyframe
  bool recovered = false;
  base::Time sent{};  ///< by the server
};

/// One frame that could be decoded: whole, and all before it.
struct DecodedFrame {
  Stamp stamp;
  bool intact = false;  ///< to the byte
  base::Time at{};
};

class ReceivedStream {
 public:
  /// `nack`: lost packets may be asked for, which video does.
  ReceivedStream(uint32_t ssrc, uint32_t clock_rate, bool nack, base::Time now);

  void OnPacket(const rtp::Packet& packet, base::Time sent);
  void OnSenderReport(rtp::NtpTime ntp, base::Time now) { statistics_.OnSenderReport(ntp, now); }
  void SetRtt(base::Duration rtt) { nacks_.SetRtt(rtt); }

  base::Time NextDeadline() const;
  /// Gives frames that are due, and writes NACKs and keyframe requests.
  void HandleTimeout(rtp::rtcp::CompoundWriter& writer, uint32_t own_ssrc, base::Time now);
  std::optional<rtp::rtcp::ReportBlock> Report(base::Time now) {
    return statistics_.BuildReportBlock(now);
  }

  uint32_t ssrc() const { return ssrc_; }
  base::Time begin() const { return begin_; }
  const std::map<int64_t, ReceivedPacket>& packets() const { return packets_; }
  const std::vector<DecodedFrame>& frames() const { return frames_; }
  int duplicates() const { return duplicates_; }
  int recovered() const { return recovered_; }
  int keyframe_requests() const { return keyframe_requests_; }

 private:
  void Assemble(const rtp::Packet& packet);
  void TakeFrames(base::Time now);

  uint32_t ssrc_;
  bool nack_;
  base::Time begin_;
  rtp::NackGenerator nacks_;
  rtp::ReceiveStatistics statistics_;
  rtp::SequenceUnwrapper unwrapper_;
  int64_t highest_ = INT64_MIN;
  rtp::Codec codec_ = rtp::Codec::kUnknown;
  std::optional<rtp::FrameAssembler> assembler_;
  bool keyframe_wish_ = false;
  base::Time keyframe_allowed_{};
  std::map<int64_t, ReceivedPacket> packets_;
  std::vector<DecodedFrame> frames_;
  int duplicates_ = 0;
  int recovered_ = 0;
  int keyframe_requests_ = 0;
};

}  // namespace plaza::sim
