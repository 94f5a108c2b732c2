// Which of this machine's addresses clients are told to send media to.
#pragma once

#include <vector>

#include "base/result.h"
#include "base/socket_address.h"

namespace plaza::app {

/// `announce` where it is not empty; else `listen` itself; else, for a wildcard, the addresses of
/// all interfaces that are up: no link-local ones, loopback only where there is nothing else. An
/// error says that no address was found.
base::Result<std::vector<base::IpAddress>> AnnouncedAddresses(
    const base::IpAddress& listen, const std::vector<base::IpAddress>& announce);

/// The choice among the addresses of the interfaces, apart from asking the system for them.
std::vector<base::IpAddress> ChooseAnnounced(const base::IpAddress& listen,
                                             const std::vector<base::IpAddress>& interfaces);

}  // namespace plaza::app
