// IP addresses with ports, and datagram paths: plain data, no sockets.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace plaza::base {

/// An IPv4 or IPv6 address. IPv4 is kept as IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2).
class IpAddress {
 public:
  constexpr IpAddress() = default;  // "::"
  static IpAddress V4(uint8_t a, uint8_t b, uint8_t c, uint8_t d);
  static IpAddress V6(const std::array<uint8_t, 16>& bytes);
  /// Dotted IPv4 or textual IPv6 without brackets and zone; nothing if `text` is neither.
  static std::optional<IpAddress> Parse(std::string_view text);

  bool is_v4() const;
  bool is_loopback() const;
  /// "::" or "0.0.0.0".
  bool is_unspecified() const;
  /// Private (RFC 1918), unique local (RFC 4193) or link local.
  bool is_private() const;
  const std::array<uint8_t, 16>& bytes() const { return bytes_; }
  std::string ToString() const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  std::array<uint8_t, 16> bytes_{};
};

struct SocketAddress {
  IpAddress ip;
  uint16_t port = 0;

  /// "host:port" with IPv6 in brackets.
  static std::optional<SocketAddress> Parse(std::string_view text);
  std::string ToString() const;
  friend auto operator<=>(const SocketAddress&, const SocketAddress&) = default;
};

enum class TransportProtocol : uint8_t { kUdp, kTcp, kRelayed };

/// Where a datagram came in and from whom, or where it shall leave and to whom. For TCP it names
/// one connection (frames of RFC 4571 count as datagrams). Relayed: within an allocation of our own
/// TURN server, whose relayed address `remote` is.
struct Path {
  SocketAddress local;
  SocketAddress remote;
  TransportProtocol protocol = TransportProtocol::kUdp;
  friend auto operator<=>(const Path&, const Path&) = default;
};

/// Takes outgoing datagrams. Begin() gives room for one of at most `capacity` bytes to be written
/// in place, so that encryption writes straight into the batch that leaves; Commit() says how long
/// it became (0 discards it). Exactly one Commit() follows each Begin(). When Begin() returns an
/// empty span the batch is full and the datagram is lost like any other.
class DatagramSink {
 public:
  virtual ~DatagramSink() = default;
  virtual std::span<uint8_t> Begin(const Path& path, size_t capacity) = 0;
  virtual void Commit(size_t size) = 0;

  /// Begin, copy, Commit.
  void Send(const Path& path, std::span<const uint8_t> datagram);
};

}  // namespace plaza::base

template <>
struct std::hash<plaza::base::SocketAddress> {
  size_t operator()(const plaza::base::SocketAddress& address) const;
};
template <>
struct std::hash<plaza::base::Path> {
  size_t operator()(const plaza::base::Path& path) const;
};
