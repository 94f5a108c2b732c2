// A track of a peer of this graph, as it is received from the peer's transport.
#pragma once

#include <array>
#include <optional>

#include "rtp/packet_transport.h"
#include "rtp/rtcp/reports.h"
#include "sfu/internal/outlet.h"
#include "sfu/internal/publisher_clock.h"
#include "sfu/internal/reception.h"
#include "sfu/internal/speaker_detector.h"
#include "sfu/internal/track.h"

namespace plaza::sfu {

class Publication final : public TrackOrigin {
 public:
  /// `voice` is told the audio levels; may be null.
  Publication(const TrackId& id, GroupId group, uint16_t media, TrackInfo info, Outlet& outlet,
              Voice* voice, base::Time now);

  Track& track() { return track_; }
  uint16_t media() const { return media_; }
  Voice* voice() const { return voice_; }
  void Update(TrackInfo info, base::Time now);

  void OnRtp(uint8_t encoding, const rtp::Packet& packet);
  /// True if the report is about one of its streams.
  bool OnSenderReport(const rtp::rtcp::SenderReport& report, PublisherClock& clock, base::Time now);

  // Feedback to the publisher.
  void WriteRequests(RtcpOut& out, uint32_t local_ssrc, base::Time now);
  /// Calls `take` with each report block that is due.
  template <typename Take>
  void CollectReports(base::Time now, Take&& take) {
    for (auto& reception : receptions_) {
      if (!reception) continue;
      if (const auto block = reception->Report(now)) take(*block);
    }
  }
  /// When WriteRequests() will have something to ask again.
  base::Time NextDeadline() const;
  void SetRtt(base::Duration rtt);

  /// A few times a second while the transport is connected.
  void HandleTick(base::Time now);
  /// Silence counts from now.
  void OnConnected(base::Time now) { silent_since_ = now; }

 private:
  void RequestKeyframe(uint8_t encoding) override;
  Reception* Obtain(uint8_t encoding, uint32_t ssrc, base::Time now);

  Outlet& outlet_;
  uint16_t media_;
  Track track_;
  Voice* voice_;
  std::array<std::optional<Reception>, kMaxEncodings> receptions_;
  uint8_t keyframes_due_ = 0;  // bit i: of encoding i
  base::Time silent_since_;    // the last packet, or the moment from which one was to be expected
  bool stalled_ = false;
};

}  // namespace plaza::sfu
