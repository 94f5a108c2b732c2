// One SSRC towards a receiver: writes its packets, again if asked, and its sender reports.
#pragma once

#include <cstdint>
#include <optional>

#include "rtp/send_statistics.h"
#include "sfu/internal/outlet.h"
#include "sfu/media_packet.h"
#include "sfu/slot_config.h"

namespace plaza::sfu {

/// What differs between the packet that came and the one that leaves.
struct Rewritten {
  uint16_t sequence_number = 0;
  uint32_t timestamp = 0;
  std::optional<rtp::Vp8Descriptor> vp8;
};

class OutgoingStream {
 public:
  OutgoingStream(HalfConfig config, rtp::MediaKind kind, Outlet& outlet);

  const HalfConfig& config() const { return config_; }
  void SetPayloadTypes(const HalfConfig& config) { config_.payload_types = config.payload_types; }
  bool Supports(rtp::Codec codec) const { return config_.For(codec).media != 0; }

  /// The codec must be supported.
  void Send(const MediaPacket& packet, const Rewritten& rewritten, base::Time now);
  /// As RTX if that is agreed, else as it was.
  void Resend(const MediaPacket& packet, const Rewritten& rewritten, base::Time now);

  /// Nothing before the first packet. `clock` ties outgoing timestamps to the server's time.
  std::optional<rtp::rtcp::SenderReport> Report(const ClockReference& clock, base::Time now);
  void OnReportBlock(const rtp::rtcp::ReportBlock& block, base::Time now);
  const rtp::SendStatistics& statistics() const { return statistics_; }

 private:
  void Write(const MediaPacket& packet, const Rewritten& rewritten, bool rtx, base::Time now);
  rtp::NtpTime Ntp(base::Time time) const { return rtp::ToNtp(outlet_.calendar.At(time)); }

  HalfConfig config_;
  rtp::MediaKind kind_;
  Outlet& outlet_;
  rtp::SendStatistics statistics_;
  uint16_t rtx_sequence_number_;
};

}  // namespace plaza::sfu
