#include "turn/internal/allocations.h"

#include <algorithm>

namespace plaza::turn::internal {
namespace {

/// The dynamic ports (RFC 6335), which RFC 8656 recommends for relayed addresses.
constexpr uint16_t kFirstPort = 49152;
constexpr int kDraws = 64;

}  // namespace

Allocation* Allocations::Find(const base::Path& client) {
  const auto found = by_client_.find(client);
  return found == by_client_.end() ? nullptr : found->second.get();
}

const Allocation* Allocations::Find(const base::Path& client) const {
  const auto found = by_client_.find(client);
  return found == by_client_.end() ? nullptr : found->second.get();
}

Allocation* Allocations::FindRelayed(const base::SocketAddress& relayed) {
  const auto found = by_relayed_.find(relayed);
  return found == by_relayed_.end() ? nullptr : found->second;
}

std::optional<base::SocketAddress> Allocations::Draw(const base::IpAddress& host, bool even_port,
                                                     const std::vector<base::SocketAddress>& taken,
                                                     base::Random& random) const {
  for (int draw = 0; draw < kDraws; ++draw) {
    auto port = static_cast<uint16_t>(kFirstPort + random.Below(65536 - kFirstPort));
    if (even_port) port &= 0xfffe;
    const base::SocketAddress address{host, port};
    if (!by_relayed_.contains(address) && std::ranges::count(taken, address) == 0) return address;
  }
  return std::nullopt;
}

Allocation& Allocations::Add(std::unique_ptr<Allocation> allocation) {
  Allocation& added = *allocation;
  by_relayed_[added.relayed] = &added;
  ++by_user_[added.user];
  by_client_[added.client] = std::move(allocation);
  return added;
}

void Allocations::Remove(const Allocation& allocation) {
  const auto user = by_user_.find(allocation.user);
  if (--user->second == 0) by_user_.erase(user);
  by_relayed_.erase(allocation.relayed);
  by_client_.erase(base::Path(allocation.client));
}

Allocation* Allocations::FindExpired(base::Time now) {
  const auto found = std::ranges::find_if(
      by_client_, [now](const auto& entry) { return now >= entry.second->expires; });
  return found == by_client_.end() ? nullptr : found->second.get();
}

size_t Allocations::CountOf(const std::string& user) const {
  const auto found = by_user_.find(user);
  return found == by_user_.end() ? 0 : found->second;
}

}  // namespace plaza::turn::internal
