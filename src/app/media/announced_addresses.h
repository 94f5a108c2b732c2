// Which of this machine's addresses clients are told to send media to.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "base/socket_address.h"

namespace plaza::app {

/// Each of `announce`, where it is not empty, with the port of the first listener of its family;
/// else each of `listening` itself, a wildcard as the addresses of all interfaces that are up: no
/// link-local ones, loopback only where there is nothing else. An error names the rule.
base::Result<std::vector<base::SocketAddress>> AnnouncedAddresses(
    std::span<const base::SocketAddress> listening, std::span<const base::IpAddress> announce);

/// The choice among the addresses of the interfaces, apart from asking the system for them.
std::vector<base::IpAddress> ChooseAnnounced(const base::IpAddress& listen,
                                             const std::vector<base::IpAddress>& interfaces);

}  // namespace plaza::app
