// One published audio or video track, or the copy of one that lives on another worker.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "sfu/ids.h"
#include "sfu/internal/encoding.h"
#include "sfu/limits.h"
#include "sfu/relay_link.h"
#include "sfu/track_info.h"

namespace plaza::sfu {

class Subscription;

/// Where a track's packets come from, and its requests go to.
class TrackOrigin {
 public:
  virtual ~TrackOrigin() = default;
  virtual void RequestKeyframe(uint8_t encoding) = 0;
  /// Track::wanted() has changed.
  virtual void OnWanted() {}
};

class Track {
 public:
  Track(const TrackId& id, GroupId group, TrackInfo info, TrackOrigin& origin);
  ~Track();
  Track(const Track&) = delete;
  Track& operator=(const Track&) = delete;

  const TrackId& id() const { return id_; }
  GroupId group() const { return group_; }
  const TrackInfo& info() const { return info_; }
  uint32_t clock_rate() const;
  void Update(TrackInfo info);

  /// Made when first asked for; nullptr if there can't be so many.
  Encoding* Obtain(uint8_t index);
  Encoding* Find(uint8_t index) const {
    return index < kMaxEncodings ? encodings_[index].get() : nullptr;
  }
  LayerSize SizeOf(uint8_t index) const;
  /// Everything that a packet needs to be on its way; nothing goes while the track is muted.
  void Deliver(uint8_t encoding, MediaPacket packet);
  void SetClock(uint8_t encoding, const ClockReference& clock);

  // Who is bound to it.
  void Add(Subscription& subscription) { subscriptions_.push_back(&subscription); }
  void Remove(Subscription& subscription) { std::erase(subscriptions_, &subscription); }
  bool subscribed() const { return !subscriptions_.empty(); }

  // Who takes an encoding's packets.
  void Attach(Encoding& encoding, Subscription& subscription);
  void Detach(Encoding& encoding, Subscription& subscription);
  /// The other graph wants these encodings and no others.
  void SetRelay(RelayLink& link, EncodingMask encodings, base::Time now);
  EncodingMask wanted() const;
  RelayStatus Status(base::Time now) const;

  /// Audio needs none.
  void DemandKeyframe(Encoding& encoding, base::Time now) {
    if (id_.kind == rtp::MediaKind::kAudio) return;
    if (encoding.DemandKeyframe(now)) origin_.RequestKeyframe(encoding.index());
  }
  void HandleTick(base::Time now);

 private:
  void RequestAllocation();

  TrackId id_;
  GroupId group_;
  TrackInfo info_;
  TrackOrigin& origin_;
  std::array<std::unique_ptr<Encoding>, kMaxEncodings> encodings_;
  std::vector<Subscription*> subscriptions_;
  std::vector<RelayLink*> relays_;  // that want anything
  base::Time status_sent_{};
  EncodingMask alive_ = 0;  // as of the last tick or packet
};

}  // namespace plaza::sfu
