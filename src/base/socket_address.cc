#include "base/socket_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace plaza::base {
namespace {
constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
}

IpAddress IpAddress::V4(uint8_t a, uint8_t b, uint8_t c, uint8_t d) {
  IpAddress ip;
  std::copy(kMapped.begin(), kMapped.end(), ip.bytes_.begin());
  ip.bytes_[12] = a;
  ip.bytes_[13] = b;
  ip.bytes_[14] = c;
  ip.bytes_[15] = d;
  return ip;
}

IpAddress IpAddress::V6(const std::array<uint8_t, 16>& bytes) {
  IpAddress ip;
  ip.bytes_ = bytes;
  return ip;
}

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  const std::string terminated(text);
  std::array<uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1)
    return V4(bytes[0], bytes[1], bytes[2], bytes[3]);
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return V6(bytes);
  return std::nullopt;
}

bool IpAddress::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes_.begin()); }

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes_[12] == 127;
  static constexpr std::array<uint8_t, 16> kLoopback = {0, 0, 0, 0, 0, 0, 0, 0,
                                                        0, 0, 0, 0, 0, 0, 0, 1};
  return bytes_ == kLoopback;
}

bool IpAddress::is_unspecified() const {
  const auto zero = [](uint8_t b) { return b == 0; };
  return is_v4() ? std::all_of(bytes_.begin() + 12, bytes_.end(), zero)
                 : std::all_of(bytes_.begin(), bytes_.end(), zero);
}

bool IpAddress::is_private() const {
  if (is_v4()) {
    const uint8_t a = bytes_[12], b = bytes_[13];
    return a == 10 || (a == 172 && b >= 16 && b < 32) || (a == 192 && b == 168) ||
           (a == 169 && b == 254);
  }
  return (bytes_[0] & 0xfe) == 0xfc || (bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80);
}

std::string IpAddress::ToString() const {
  char text[INET6_ADDRSTRLEN] = {};
  if (is_v4()) {
    inet_ntop(AF_INET, bytes_.data() + 12, text, sizeof text);
  } else {
    inet_ntop(AF_INET6, bytes_.data(), text, sizeof text);
  }
  return text;
}

std::optional<SocketAddress> SocketAddress::Parse(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto ip = IpAddress::Parse(host);
  if (!ip || bracketed == ip->is_v4()) return std::nullopt;
  SocketAddress address{*ip, 0};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size() || port.empty()) return std::nullopt;
  return address;
}

std::string SocketAddress::ToString() const {
  const std::string host = ip.ToString();
  return (ip.is_v4() ? host : "[" + host + "]") + ":" + std::to_string(port);
}

void DatagramSink::Send(const Path& path, std::span<const uint8_t> datagram) {
  const std::span<uint8_t> room = Begin(path, datagram.size());
  if (room.size() >= datagram.size() && !datagram.empty())
    std::memcpy(room.data(), datagram.data(), datagram.size());
  Commit(room.size() >= datagram.size() ? datagram.size() : 0);
}

}  // namespace plaza::base

size_t std::hash<plaza::base::SocketAddress>::operator()(
    const plaza::base::SocketAddress& address) const {
  uint64_t high, low;
  std::memcpy(&high, address.ip.bytes().data(), 8);
  std::memcpy(&low, address.ip.bytes().data() + 8, 8);
  uint64_t mixed = (high ^ (low * 0x9e3779b97f4a7c15)) + address.port * 0xbf58476d1ce4e5b9;
  mixed ^= mixed >> 29;
  return mixed * 0x94d049bb133111eb;
}

size_t std::hash<plaza::base::Path>::operator()(const plaza::base::Path& path) const {
  const std::hash<plaza::base::SocketAddress> address;
  return address(path.remote) * 31 + address(path.local) * 2 + static_cast<size_t>(path.protocol);
}
