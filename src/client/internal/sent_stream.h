// One RTP stream that we send: numbers its packets, keeps them to answer NACKs, and reports on it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/packet_buffer.h"
#include "base/random.h"
#include "base/time.h"
#include "rtp/extension_reader.h"
#include "rtp/header_writer.h"
#include "rtp/packet_history.h"
#include "rtp/packet_transport.h"
#include "rtp/send_statistics.h"

namespace plaza::client::internal {

struct SentStreamConfig {
  uint32_t ssrc = 0;
  uint32_t rtx_ssrc = 0;
  uint8_t payload_type = 0;
  uint8_t rtx_payload_type = 0;  ///< 0: RTX is not agreed, nothing is sent again
  uint32_t clock_rate = 90000;
  bool audio = false;
  std::string mid;
  std::string rid;  ///< empty: not simulcast
};

/// One packet of a frame.
struct SentPayload {
  base::ByteView prefix = {};  ///< goes right before `body`: a payload descriptor
  base::ByteView body;
  bool marker = false;
  std::optional<rtp::AudioLevel> level;
};

class SentStream {
 public:
  /// `random` chooses where numbers and timestamps begin. `pool` outlives the stream.
  SentStream(SentStreamConfig config, base::Random& random, base::PacketPool& pool);

  /// The RTP timestamp of a moment that is `offset` after the stream's beginning.
  uint32_t TimestampAt(base::Duration offset) const;
  void Send(rtp::PacketTransport& transport, const SentPayload& payload, uint32_t timestamp,
            base::Time now);
  /// Answers a NACK of one packet; false if it is not kept any more or RTX is not agreed.
  bool Resend(rtp::PacketTransport& transport, uint16_t sequence_number, base::Time now);
  void OnReportBlock(const rtp::rtcp::ReportBlock& block, base::Time now);

  const SentStreamConfig& config() const { return config_; }
  const rtp::SendStatistics& statistics() const { return statistics_; }

 private:
  static constexpr size_t kHistory = 1024;
  static constexpr base::Duration kHistoryAge = std::chrono::seconds(2);

  void AddElements(rtp::HeaderWriter& writer, const rtp::ExtensionMap& map, bool rtx) const;
  void SendPacket(rtp::PacketTransport& transport, const rtp::HeaderWriter& elements,
                  const rtp::RtpHeader& header, base::ByteView payload,
                  std::optional<uint16_t> original, base::Time now) const;

  SentStreamConfig config_;
  base::PacketPool& pool_;
  uint16_t next_sequence_number_;
  uint16_t next_rtx_sequence_number_;
  uint32_t first_timestamp_;
  bool named_ = true;  // packets carry mid and rid until the other side reports on the SSRC
  rtp::PacketHistory history_;
  rtp::SendStatistics statistics_;
};

}  // namespace plaza::client::internal
