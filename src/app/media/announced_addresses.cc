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
    if (listen.is_v4() && !ip.is_v4()) continue;  // "::" takes both, "0.0.0.0" only IPv4
    auto& list = ip.is_loopback() ? loopback : reachable;
    if (std::find(list.begin(), list.end(), ip) == list.end()) list.push_back(ip);
  }
  return reachable.empty() ? loopback : reachable;
}

base::Result<std::vector<base::IpAddress>> AnnouncedAddresses(
    const base::IpAddress& listen, const std::vector<base::IpAddress>& announce) {
  if (!announce.empty()) return announce;
  if (!listen.is_unspecified()) return std::vector{listen};
  auto chosen = ChooseAnnounced(listen, InterfaceAddresses());
  if (chosen.empty())
    return base::InvalidArgument("rtc.announce", "no network address was found; set one");
  return chosen;
}

}  // namespace plaza::app
