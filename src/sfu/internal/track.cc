// A track and those who are bound to it.
#include "sfu/internal/track.h"

#include <algorithm>
#include <utility>

#include "sfu/internal/clock_rate.h"
#include "sfu/internal/subscription.h"

namespace plaza::sfu {
namespace {

constexpr base::Duration kStatusInterval = std::chrono::milliseconds(500);

}  // namespace

Track::Track(const TrackId& id, GroupId group, TrackInfo info, TrackOrigin& origin)
    : id_(id), group_(group), info_(std::move(info)), origin_(origin) {
  const size_t count = std::clamp<size_t>(info_.layers.size(), 1, kMaxEncodings);
  for (size_t i = 0; i < count; ++i) Obtain(static_cast<uint8_t>(i));
}

Track::~Track() {
  while (!subscriptions_.empty()) subscriptions_.back()->Bind(nullptr, {});
}

uint32_t Track::clock_rate() const { return ClockRateOf(id_.kind); }

void Track::Update(TrackInfo info) {
  const bool changed = info.muted != info_.muted;
  info_ = std::move(info);
  // What came before the silence and what comes after it are two streams.
  for (auto& encoding : encodings_) {
    if (changed && encoding) encoding->Restart();
  }
  RequestAllocation();
}

Encoding* Track::Obtain(uint8_t index) {
  if (index >= kMaxEncodings) return nullptr;
  auto& encoding = encodings_[index];
  if (!encoding) encoding = std::make_unique<Encoding>(id_, index, clock_rate());
  return encoding.get();
}

LayerSize Track::SizeOf(uint8_t index) const {
  return index < info_.layers.size() ? info_.layers[index] : LayerSize{};
}

void Track::Deliver(uint8_t index, MediaPacket packet) {
  Encoding* encoding = Obtain(index);
  if (!encoding || info_.muted) return;
  encoding->Deliver(std::move(packet));
  const auto bit = static_cast<EncodingMask>(1 << index);
  if ((alive_ & bit) == 0) {
    alive_ |= bit;
    RequestAllocation();
  }
}

void Track::SetClock(uint8_t index, const ClockReference& clock) {
  Encoding* encoding = Obtain(index);
  if (!encoding) return;
  const bool first = !encoding->clock();
  encoding->SetClock(clock);
  for (RelayLink* relay : relays_) relay->SendClock(id_, index, clock);
  if (!first) return;
  for (Subscription* subscription : subscriptions_) subscription->OnClock(*encoding);
}

void Track::Attach(Encoding& encoding, Subscription& subscription) {
  const bool before = encoding.wanted();
  encoding.Attach(subscription);
  if (!before) origin_.OnWanted();
}

void Track::Detach(Encoding& encoding, Subscription& subscription) {
  encoding.Detach(subscription);
  if (!encoding.wanted()) origin_.OnWanted();
}

void Track::SetRelay(RelayLink& link, EncodingMask encodings, base::Time now) {
  std::erase(relays_, &link);
  if (encodings != 0) relays_.push_back(&link);
  for (uint8_t i = 0; i < kMaxEncodings; ++i) {
    if ((encodings >> i & 1) != 0) {
      Obtain(i)->AddRelay(link, now);
    } else if (encodings_[i]) {
      encodings_[i]->RemoveRelay(link);
    }
  }
  if (encodings != 0) link.SendStatus(id_, Status(now));
}

EncodingMask Track::wanted() const {
  EncodingMask mask = 0;
  for (uint8_t i = 0; i < kMaxEncodings; ++i) {
    if (encodings_[i] && encodings_[i]->wanted()) mask |= static_cast<EncodingMask>(1 << i);
  }
  return mask;
}

RelayStatus Track::Status(base::Time now) const {
  RelayStatus status;
  for (uint8_t i = 0; i < kMaxEncodings; ++i) {
    if (!encodings_[i]) continue;
    if (encodings_[i]->alive(now)) status.alive |= static_cast<EncodingMask>(1 << i);
    status.rates[i] = encodings_[i]->rate();
  }
  return status;
}

void Track::HandleTick(base::Time now) {
  EncodingMask alive = 0;
  for (auto& encoding : encodings_) {
    if (!encoding) continue;
    encoding->HandleTick(now);
    if (encoding->HandleKeyframeTimeout(now)) origin_.RequestKeyframe(encoding->index());
    if (encoding->alive(now)) alive |= static_cast<EncodingMask>(1 << encoding->index());
  }
  if (std::exchange(alive_, alive) != alive) RequestAllocation();
  if (relays_.empty() || now - status_sent_ < kStatusInterval) return;
  status_sent_ = now;
  for (RelayLink* relay : relays_) relay->SendStatus(id_, Status(now));
}

void Track::RequestAllocation() {
  for (Subscription* subscription : subscriptions_) subscription->RequestAllocation();
}

}  // namespace plaza::sfu
