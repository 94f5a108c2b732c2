// One received RTP stream: what all who get it share.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "base/units.h"
#include "sfu/internal/keyframe_requester.h"
#include "sfu/internal/packet_ring.h"
#include "sfu/limits.h"
#include "sfu/media_packet.h"
#include "sfu/relay_link.h"

namespace plaza::sfu {

class Subscription;

/// Keeps the recent packets of one encoding of a track, passes each on to those who take it, knows
/// where the last keyframe began, and coalesces the wishes for another one.
class Encoding {
 public:
  Encoding(const TrackId& track, uint8_t index, uint32_t clock_rate);
  Encoding(const Encoding&) = delete;
  Encoding& operator=(const Encoding&) = delete;

  uint8_t index() const { return index_; }
  uint32_t clock_rate() const { return clock_rate_; }

  /// A packet has come, in any order; a duplicate goes nowhere.
  void Deliver(MediaPacket packet);
  /// Forgets all packets: what comes next has nothing to do with them.
  void Restart();
  /// Lets go of old packets and measures the rate; a few times a second.
  void HandleTick(base::Time now);

  // Who takes the packets. Subscriptions attach and detach themselves.
  void Attach(Subscription& subscription);
  void Detach(Subscription& subscription);
  void AddRelay(RelayLink& link, base::Time now);
  void RemoveRelay(RelayLink& link);
  bool wanted() const { return !subscriptions_.empty() || !relays_.empty(); }

  const PacketRing& packets() const { return packets_; }
  /// Where one who starts now can begin at once: the last keyframe, if it is near enough and no
  /// more than `max_packets` are to be sent. Audio begins with the next packet.
  std::optional<int64_t> StartFor(base::Time now, size_t max_packets = kMaxCachedGroup) const;

  // Keyframes.
  /// True: a request is to be sent to the publisher now; further ones at KeyframeDeadline().
  bool DemandKeyframe(base::Time now) { return keyframes_.Demand(now); }
  bool HandleKeyframeTimeout(base::Time now) { return keyframes_.HandleTimeout(now); }
  base::Time KeyframeDeadline() const { return keyframes_.deadline(); }

  // Time.
  void SetClock(const ClockReference& clock) { clock_ = clock; }
  const std::optional<ClockReference>& clock() const { return clock_; }
  /// When what carries `timestamp` and came at `arrival` was captured, as far as is known.
  base::Time CaptureTime(uint32_t timestamp, base::Time arrival) const;

  /// Arrival of the last packet; the beginning of time if none came.
  base::Time last_arrival() const { return last_arrival_; }
  bool alive(base::Time now) const;
  base::DataRate rate() const { return rate_; }
  /// For a copy, whose rate and life are known from afar: it may not receive, and begins with a
  /// burst of what came since the last keyframe.
  void SetRemoteStatus(bool alive, base::DataRate rate, base::Time now);

 private:
  bool FindKeyframe(const MediaPacket& packet);
  std::optional<int64_t> FrameStart(const MediaPacket& packet) const;
  void Pass(const MediaPacket& packet, bool keyframe_found);

  TrackId track_;
  uint8_t index_;
  uint32_t clock_rate_;
  PacketRing packets_;
  std::vector<Subscription*> subscriptions_;
  std::vector<RelayLink*> relays_;
  KeyframeRequester keyframes_;
  std::optional<ClockReference> clock_;

  std::optional<int64_t> keyframe_;  // where the last one begins
  uint32_t keyframe_timestamp_ = 0;
  base::Time keyframe_arrival_{};

  base::Time last_arrival_ = base::Time::min();
  bool remote_ = false;  // a copy, told from afar how it lives and how big it is
  base::Time remote_alive_ = base::Time::min();
  int64_t bytes_ = 0;  // since measured_
  base::Time measured_{};
  base::DataRate rate_;
};

}  // namespace plaza::sfu
