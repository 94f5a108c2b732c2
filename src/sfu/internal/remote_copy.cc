// Wishes to a track's home.
#include "sfu/internal/remote_copy.h"

namespace plaza::sfu {
namespace {

// A home that is silent for so long has not heard what is wanted, or has made the track anew.
constexpr base::Duration kRemindAfter = std::chrono::milliseconds(1200);

}  // namespace

void RemoteCopy::OnWanted() {
  const EncodingMask wanted = track_.wanted();
  const EncodingMask before = std::exchange(wanted_, wanted);
  if (wanted == before) return;
  for (uint8_t i = 0; i < kMaxEncodings; ++i) {
    // What is here of an encoding that was not wanted for a while has holes that nobody fills.
    if ((wanted & ~before) >> i & 1) track_.Find(i)->Restart();
  }
  link_.SendWanted(track_.id(), wanted);
}

void RemoteCopy::HandleTick(base::Time now) {
  track_.HandleTick(now);
  if (wanted_ == 0) heard_ = now;
  if (now - heard_ < kRemindAfter) return;
  heard_ = now;
  link_.SendWanted(track_.id(), wanted_);
}

void RemoteCopy::OnStatus(const RelayStatus& status, base::Time now) {
  heard_ = now;
  for (uint8_t i = 0; i < kMaxEncodings; ++i) {
    const bool alive = (status.alive >> i & 1) != 0;
    if (!alive && !track_.Find(i)) continue;
    track_.Obtain(i)->SetRemoteStatus(alive, status.rates[i], now);
  }
  track_.HandleTick(now);
}

}  // namespace plaza::sfu
