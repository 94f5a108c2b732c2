// One participant: what it publishes and what it receives, over one transport.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "sfu/internal/layer_control.h"
#include "sfu/internal/outlet.h"
#include "sfu/internal/publication.h"
#include "sfu/internal/slot.h"

namespace plaza::sfu {

class Peer final : public rtp::PacketTransportObserver {
 public:
  Peer(PeerId id, GroupId group, rtp::PacketTransport& transport, uint32_t local_ssrc,
       const Outlet::Environment& environment, WakeupList& wakeups);

  PeerId id() const { return outlet_.peer; }
  GroupId group() const { return group_; }
  Outlet& outlet() { return outlet_; }

  // What it publishes; owned by the graph.
  bool Receives(uint16_t media) const { return FindPublication(media) != nullptr; }
  void Add(Publication& publication);
  void Remove(Publication& publication);
  const std::vector<Publication*>& publications() const { return publications_; }

  // What it receives.
  /// Makes the slot, or the half that it lacked; a half that is there takes the payload types.
  Slot& AddSlot(const SlotConfig& config);
  Slot* FindSlot(uint32_t index) const;
  const std::map<uint32_t, std::unique_ptr<Slot>>& slots() const { return slots_; }

  // From the transport.
  void OnConnected(base::Time now) override;
  void OnClosed(const std::string& reason) override;
  void OnRtp(const rtp::StreamKey& stream, const rtp::Packet& packet) override;
  void OnRtcp(base::ByteView compound, base::Time now) override;
  void OnTargetRate(base::DataRate rate, base::Time now) override;

  // Time. Its Wakeup says when HandleTimeout() is wanted.
  Wakeup& wakeup() { return wakeup_; }
  void HandleTimeout(base::Time now);
  /// A few times a second.
  void HandleTick(base::Time now);

 private:
  Publication* FindPublication(uint16_t media) const;
  std::unique_ptr<Subscription> MakeHalf(uint32_t slot, rtp::MediaKind kind,
                                         const HalfConfig& config);
  Subscription* FindSubscription(uint32_t ssrc) const;
  void OnElement(const rtp::rtcp::Element& element, base::Time now);
  void OnKeyframeRequest(uint32_t ssrc, base::Time now);
  void Allocate(base::Time now);
  void WriteSenderReports(RtcpOut& out, base::Time now);
  void WriteReceiverReports(RtcpOut& out, base::Time now);

  GroupId group_;
  uint32_t local_ssrc_;
  Wakeup wakeup_;
  Outlet outlet_;
  bool connected_ = false;

  std::vector<Publication*> publications_;
  std::vector<Publication*> by_media_;
  PublisherClock clock_;

  std::map<uint32_t, std::unique_ptr<Slot>> slots_;
  std::vector<Subscription*> audio_;  // of all slots
  std::vector<VideoView*> video_;
  std::unordered_map<uint32_t, Subscription*> by_ssrc_;
  LayerControl layers_;
  base::Time allocated_{};
  base::Time reported_{};
};

}  // namespace plaza::sfu
