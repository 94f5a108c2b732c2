// Conversions of socket addresses.
#include "net/internal/sockaddr.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

namespace plaza::net {

int FamilyOf(const base::IpAddress& ip) { return ip.is_v4() ? AF_INET : AF_INET6; }

in_addr ToInAddr(const base::IpAddress& ip) {
  in_addr in;
  std::memcpy(&in, ip.bytes().data() + 12, sizeof in);
  return in;
}

in6_addr ToIn6Addr(const base::IpAddress& ip) {
  in6_addr in;
  std::memcpy(&in, ip.bytes().data(), sizeof in);
  return in;
}

base::IpAddress FromInAddr(const in_addr& in) {
  uint8_t b[4];
  std::memcpy(b, &in, sizeof b);
  return base::IpAddress::V4(b[0], b[1], b[2], b[3]);
}

base::IpAddress FromIn6Addr(const in6_addr& in) {
  std::array<uint8_t, 16> bytes;
  std::memcpy(bytes.data(), &in, sizeof bytes);
  return base::IpAddress::V6(bytes);
}

socklen_t ToKernel(const base::SocketAddress& address, int family, KernelAddress& out) {
  out = {};
  if (family == AF_INET) {
    if (!address.ip.is_v4()) return 0;
    out.v4.sin_family = AF_INET;
    out.v4.sin_port = htons(address.port);
    out.v4.sin_addr = ToInAddr(address.ip);
    return sizeof out.v4;
  }
  out.v6.sin6_family = AF_INET6;
  out.v6.sin6_port = htons(address.port);
  out.v6.sin6_addr = ToIn6Addr(address.ip);
  return sizeof out.v6;
}

base::SocketAddress FromKernel(const KernelAddress& address) {
  if (address.any.sa_family == AF_INET)
    return {FromInAddr(address.v4.sin_addr), ntohs(address.v4.sin_port)};
  return {FromIn6Addr(address.v6.sin6_addr), ntohs(address.v6.sin6_port)};
}

base::Error ListenError(std::string_view what, const base::SocketAddress& address,
                        int system_error) {
  std::string message = std::string(what) + " " + address.ToString() + ": ";
  switch (system_error) {
    case EADDRINUSE:
      return {base::ErrorKind::kAlreadyExists, message + "the port is in use", "", 0};
    case EACCES:
    case EPERM:
      return {base::ErrorKind::kPermissionDenied, message + "no permission to listen there", "", 0};
    case EADDRNOTAVAIL:
      return {base::ErrorKind::kInvalidArgument, message + "not an address of this machine", "", 0};
    case EAFNOSUPPORT:
      return {base::ErrorKind::kInvalidArgument, message + "this machine has no IPv6", "", 0};
    default:
      message += std::generic_category().message(system_error);
      return {base::ErrorKind::kUnavailable, std::move(message), "", 0};
  }
}

}  // namespace plaza::net
