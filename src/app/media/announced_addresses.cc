#include "app/media/announced_addresses.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace plaza::app {
namespace {

std::vector<base::IpAddress> InterfaceAddresses() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, freeifaddrs);
  std::vector<base::IpAddress> addresses;
  for (const ifaddrs* entry = list; entry; entry = entry->ifa_next) {
    if (!entry->ifa_addr || !(entry->ifa_flags & IFF_UP)) continue;
    if (entry->ifa_addr->sa_family == AF_INET) {
      const auto* v4 = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
      const auto* b = reinterpret_cast<const uint8_t*>(&v4->sin_addr);
      addresses.push_back(base::IpAddress::V4(b[0], b[1], b[2], b[3]));
    } else if (entry->ifa_addr->sa_family == AF_INET6) {
      std::array<uint8_t, 16> bytes;
      std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6*>(entry->ifa_addr)->sin6_addr,
                  16);
      addresses.push_back(base::IpAddress::V6(bytes));
    }
  }
  return addresses;
}

/// Whether a listener on `listen` is reached by an address of the family of `ip`: "::" takes both.
bool Takes(const base::IpAddress& listen, const base::IpAddress& ip) {
  return listen.is_v4() == ip.is_v4() || (ip.is_v4() && listen.is_unspecified());
}

bool IsLinkLocal(const base::IpAddress& ip) {
  const auto& b = ip.bytes();
  return ip.is_v4() ? b[12] == 169 && b[13] == 254 : b[0] == 0xfe && (b[1] & 0xc0) == 0x80;
}

}  // namespace

std::vector<base::IpAddress> ChooseAnnounced(const base::IpAddress& listen,
                                             const std::vector<base::IpAddress>& interfaces) {
  std::vector<base::IpAddress> reachable, loopback;
  for (const base::IpAddress& ip : interfaces) {
    if (IsLinkLocal(ip) || ip.is_unspecified()) continue;
    if (!Takes(listen, ip)) continue;
    auto& list = ip.is_loopback() ? loopback : reachable;
    if (std::find(list.begin(), list.end(), ip) == list.end()) list.push_back(ip);
  }
  return reachable.empty() ? loopback : reachable;
}

base::Result<std::vector<base::SocketAddress>> AnnouncedAddresses(
    std::span<const base::SocketAddress> listening, std::span<const base::IpAddress> announce) {
  std::vector<base::SocketAddress> announced;
  const auto add = [&announced](const base::SocketAddress& address) {
    if (std::ranges::count(announced, address) == 0) announced.push_back(address);
  };
  for (const base::IpAddress& ip : announce) {
    const auto listener = std::ranges::find_if(
        listening, [&ip](const base::SocketAddress& each) { return Takes(each.ip, ip); });
    if (listener == listening.end())
      return base::InvalidArgument("rtc.announce", ip.ToString() + " is " +
                                                       (ip.is_v4() ? "IPv4" : "IPv6") +
                                                       ", and rtc.listen has no such address");
    add({ip, listener->port});
  }
  if (!announce.empty()) return announced;
  for (const base::SocketAddress& each : listening) {
    if (!each.ip.is_unspecified())
      add(each);
    else
      for (const base::IpAddress& ip : ChooseAnnounced(each.ip, InterfaceAddresses()))
        add({ip, each.port});
  }
  if (announced.empty())
    return base::InvalidArgument("rtc.announce", "no network address was found; set one");
  return announced;
}

}  // namespace plaza::app
