// Between our addresses and the kernel's, and the one line that says why a socket can't listen.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <string_view>

#include "base/result.h"
#include "base/socket_address.h"

namespace plaza::net {

/// Room for either family, in less than sockaddr_storage's 128 bytes.
union KernelAddress {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

/// AF_INET for IPv4 addresses, AF_INET6 for the rest.
int FamilyOf(const base::IpAddress& ip);
/// Fills `out` for a socket of `family` (IPv4 is mapped on an IPv6 socket); gives the length, or 0
/// for an IPv6 address on an IPv4 socket.
socklen_t ToKernel(const base::SocketAddress& address, int family, KernelAddress& out);
base::SocketAddress FromKernel(const KernelAddress& address);
in_addr ToInAddr(const base::IpAddress& ip);
in6_addr ToIn6Addr(const base::IpAddress& ip);
base::IpAddress FromInAddr(const in_addr& in);
base::IpAddress FromIn6Addr(const in6_addr& in);

/// Why `what` ("UDP", "HTTP") can't listen at `address`: "UDP 127.0.0.1:7000: the port is in use".
base::Error ListenError(std::string_view what, const base::SocketAddress& address,
                        int system_error);

}  // namespace plaza::net
