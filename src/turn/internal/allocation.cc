#include "turn/internal/allocation.h"

#include <algorithm>

namespace plaza::turn::internal {

void Allocation::Permit(const base::IpAddress& peer, base::Time now) {
  const base::Time end = now + kPermissionLife;
  for (Permission& permission : permissions_) {
    if (permission.peer != peer) continue;
    permission.expires = end;
    return;
  }
  permissions_.push_back({peer, end});
}

bool Allocation::Permits(const base::IpAddress& peer, base::Time now) const {
  return std::ranges::any_of(permissions_, [&](const Permission& permission) {
    return permission.peer == peer && now < permission.expires;
  });
}

bool Allocation::Bind(uint16_t number, const base::SocketAddress& peer, base::Time now) {
  std::erase_if(channels_, [now](const Channel& channel) { return now >= channel.expires; });
  for (Channel& channel : channels_) {
    if (channel.number != number && channel.peer != peer) continue;
    if (channel.number != number || channel.peer != peer) return false;
    channel.expires = now + kChannelLife;
    return true;
  }
  channels_.push_back({number, peer, now + kChannelLife});
  return true;
}

std::optional<base::SocketAddress> Allocation::PeerOf(uint16_t number, base::Time now) const {
  for (const Channel& channel : channels_)
    if (channel.number == number && now < channel.expires) return channel.peer;
  return std::nullopt;
}

std::optional<uint16_t> Allocation::ChannelOf(const base::SocketAddress& peer,
                                              base::Time now) const {
  for (const Channel& channel : channels_)
    if (channel.peer == peer && now < channel.expires) return channel.number;
  return std::nullopt;
}

void Allocation::NoteUse(const base::SocketAddress& peer) {
  if (std::ranges::count(used_peers_, peer) == 0) used_peers_.push_back(peer);
}

}  // namespace plaza::turn::internal
