// One half of a slot: what one receiver gets of one track at a time.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "rtp/vp8_rewriter.h"
#include "sfu/internal/outgoing_stream.h"
#include "sfu/internal/sent_ring.h"
#include "sfu/internal/sequence_map.h"
#include "sfu/internal/timeline.h"
#include "sfu/media_packet.h"

namespace plaza::sfu {

class Encoding;
class Track;

/// Forwards one encoding of the track it is bound to, as one unbroken stream. Encodings are changed
/// where a keyframe begins; until then the one before is sent. Video begins with a keyframe.
class Subscription {
 public:
  Subscription(uint32_t slot, rtp::MediaKind kind, HalfConfig config, Outlet& outlet);
  ~Subscription();
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;

  // What is sent.
  /// From now on `track`, or nothing; what was sent before is forgotten, also for retransmission.
  void Bind(Track* track, base::Time now);
  Track* track() const { return track_; }
  /// Which encoding is to be sent; nothing: none (paused).
  void SetTarget(Encoding* target, base::Time now);
  Encoding* target() const { return target_; }
  Encoding* current() const { return current_; }
  /// A keyframe is needed to go on, or to get where one should be.
  bool waiting() const { return target_ != current_; }

  // Called by the encodings.
  /// A keyframe that begins at `start` was found. True if sending began with it: all packets that
  /// are here are sent.
  bool OnKeyframe(Encoding& encoding, int64_t start);
  void OnPacket(const Encoding& encoding, const MediaPacket& packet) {
    if (&encoding == current_) Forward(packet, packet.packet.arrival);
  }
  /// What comes next from it is another stream.
  void OnRestart(Encoding& encoding);
  /// Its timestamps can be told in the server's time now.
  void OnClock(const Encoding& encoding) {
    if (&encoding == current_) outlet_.RequestReports();
  }
  void RequestAllocation() { outlet_.RequestAllocation(); }

  // Called for the receiver's feedback.
  void OnNack(uint16_t sequence_number, base::Time now);
  void OnReportBlock(const rtp::rtcp::ReportBlock& block, base::Time now) {
    stream_.OnReportBlock(block, now);
  }
  /// Nothing if nothing is being sent.
  std::optional<rtp::rtcp::SenderReport> SenderReport(base::Time now);

  rtp::MediaKind kind() const { return kind_; }
  OutgoingStream& stream() { return stream_; }
  const OutgoingStream& stream() const { return stream_; }

 private:
  bool Resend(uint16_t sequence_number, base::Time now);
  void GoOnWithKeyframe(base::Time now);
  void StartAt(Encoding& encoding, int64_t start, base::Time now);
  void Stop();
  void Forward(const MediaPacket& packet, base::Time now);
  void ReportUnsupported(rtp::Codec codec);

  uint32_t slot_;
  rtp::MediaKind kind_;
  Outlet& outlet_;
  OutgoingStream stream_;
  SentRing sent_;
  SequenceMap sequence_;
  Timeline timeline_;
  rtp::Vp8Rewriter vp8_;

  Track* track_ = nullptr;
  Encoding* current_ = nullptr;  // whose packets are sent
  Encoding* target_ = nullptr;   // whose packets should be
  base::Time newest_arrival_{};  // of the newest frame sent
  bool unsupported_ = false;     // reported for this track
};

}  // namespace plaza::sfu
