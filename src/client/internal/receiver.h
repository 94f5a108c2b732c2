// All receiving m-lines of one connection: packets to streams, streams to slots, slots to users.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "client/internal/received_stream.h"
#include "client/internal/rtcp_sender.h"
#include "client/internal/source_tally.h"
#include "rtp/packet_transport.h"
#include "sdp/negotiation.h"
#include "signal/messages.h"

namespace plaza::client::internal {

class Receiver {
 public:
  /// Both outlive the receiver; `tally` gets what is counted.
  Receiver(const Config& config, SourceTally& tally) : config_(config), tally_(tally) {}

  /// What is agreed now; m-lines are only ever added.
  void SetSections(std::span<const sdp::NegotiatedSection> sections);
  /// How the server paired them.
  void SetLines(const std::vector<signal::SlotLines>& lines);
  /// Who is in a slot from now on.
  void SetUse(const signal::SlotUse& use);

  void OnPacket(const rtp::StreamKey& key, const rtp::Packet& packet);
  void OnSenderReport(uint32_t ssrc, rtp::NtpTime ntp, base::Time now);
  void SetRtt(base::Duration rtt);

  base::Time NextDeadline() const { return next_deadline_; }
  void WriteFeedback(RtcpSender& sender, base::Time now);
  void WriteReports(RtcpSender& sender, base::Time now);
  /// Gives all that was counted to the tally.
  void Flush();

 private:
  struct Line {
    std::unique_ptr<ReceivedStream> stream;  // null: we don't receive here
    std::string mid;
    bool video = false;
    std::optional<uint32_t> slot;
  };

  void Tap(const Line& line, const rtp::Packet& packet) const;
  void AssignSlot(const std::string& mid, uint32_t slot);
  void FlushLine(Line& line);

  const Config& config_;
  SourceTally& tally_;
  std::vector<Line> lines_;                  // by index of the m-line
  std::map<uint32_t, SourceKey> occupants_;  // by slot
  base::Time next_deadline_ = base::kNever;
};

}  // namespace plaza::client::internal
