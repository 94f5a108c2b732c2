// One RTP stream that a client sends: an encoding of its camera, or its microphone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/packet_buffer.h"
#include "harness/pattern.h"
#include "rtp/header_writer.h"
#include "rtp/packet_history.h"
#include "rtp/packet_transport.h"
#include "rtp/send_statistics.h"

namespace plaza::sim {

struct SentStreamConfig {
  rtp::Codec codec = rtp::Codec::kOpus;
  uint32_t ssrc = 0;
  uint32_t rtx_ssrc = 0;
  uint8_t payload_type = 0;
  uint8_t rtx_payload_type = 0;
  uint32_t clock_rate = 48000;
  std::string mid;
  std::string rid;
  uint32_t source = 0;  ///< the publisher's number, for stamps
  uint8_t encoding = 0;
  uint32_t first_frame = 0;  ///< frames are counted on from here
  uint16_t first_sequence_number = 0;
};

class SentStream {
 public:
  SentStream(SentStreamConfig config, base::PacketPool& pool);

  /// A frame of about `size` bytes, captured now; H.264 and VP8 are cut into packets.
  void SendFrame(rtp::PacketTransport& transport, size_t size, bool keyframe, base::Time now);
  /// Answers a NACK of one packet.
  void Resend(rtp::PacketTransport& transport, uint16_t sequence_number, base::Time now);
  /// The server has seen the stream: it needs no names any more.
  void OnReportBlock(const rtp::rtcp::ReportBlock& block, base::Time now);
  std::optional<rtp::rtcp::SenderReport> Report(base::Time now) const;

  const SentStreamConfig& config() const { return config_; }
  uint32_t frames() const { return frames_; }
  std::optional<base::Duration> rtt() const { return statistics_.rtt(); }

 private:
  void SendPayload(rtp::PacketTransport& transport, base::ByteView payload, bool marker,
                   base::Time now);
  void Send(rtp::PacketTransport& transport, rtp::RtpHeader header, base::ByteView payload,
            std::optional<uint16_t> original, base::Time now);
  uint32_t TimestampAt(base::Time now) const;

  SentStreamConfig config_;
  base::PacketPool& pool_;
  uint16_t next_number_;
  uint16_t next_rtx_number_ = 1;
  uint16_t picture_id_ = 500;
  uint32_t frames_ = 0;
  bool named_ = true;
  rtp::PacketHistory history_;
  rtp::SendStatistics statistics_;
};

}  // namespace plaza::sim
