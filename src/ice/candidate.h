// ICE candidates and their text form, the value of the SDP attribute "candidate" (RFC 8839 section
// 5.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/socket_address.h"

namespace plaza::ice {

/// Longest text that Candidate::Parse() takes.
inline constexpr size_t kMaxCandidateBytes = 1024;

enum class CandidateType : uint8_t { kHost, kServerReflexive, kPeerReflexive, kRelayed, kUnknown };
/// RFC 6544.
enum class TcpType : uint8_t { kActive, kPassive, kSimultaneousOpen };

struct Candidate {
  std::string foundation;
  uint16_t component = 1;
  /// Nothing for a transport that we don't speak.
  std::optional<base::TransportProtocol> protocol = base::TransportProtocol::kUdp;
  uint32_t priority = 0;
  /// Nothing when the text names a host ("….local", RFC 8839 section 5.1): such a peer is learned
  /// from its checks.
  std::optional<base::SocketAddress> address;
  CandidateType type = CandidateType::kHost;
  std::optional<TcpType> tcp_type;
  std::optional<base::SocketAddress> related;  ///< raddr, rport
  std::string ufrag;  ///< the extension by which trickled candidates name their generation

  /// Whether checks can be sent to it: an IP address and port, a known transport, component 1.
  bool usable() const;
  bool operator==(const Candidate&) const = default;
};

/// Reads what follows "a=candidate:" (also with that prefix, or with "candidate:"). Host names,
/// unknown types, transports and extensions are no errors, they make a candidate that is not
/// usable(). The error's field is "candidate".
base::Result<Candidate> ParseCandidate(std::string_view text);

/// Writes what follows "a=candidate:". `candidate` is usable().
std::string FormatCandidate(const Candidate& candidate);

/// RFC 8445 section 5.1.2.1.
uint32_t CandidatePriority(CandidateType type, uint16_t local_preference, uint16_t component);

/// A host candidate of ours. `local_preference` orders several (higher is better); TCP candidates
/// are passive and rank below UDP ones.
Candidate HostCandidate(const base::SocketAddress& address, base::TransportProtocol protocol,
                        uint16_t local_preference);

}  // namespace plaza::ice
