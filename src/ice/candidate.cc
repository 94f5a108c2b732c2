#include "ice/candidate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <utility>

namespace plaza::ice {
namespace {

constexpr size_t kMaxFoundationLength = 32;

using base::TransportProtocol;

constexpr std::array<std::pair<CandidateType, std::string_view>, 4> kTypes = {{
    {CandidateType::kHost, "host"},
    {CandidateType::kServerReflexive, "srflx"},
    {CandidateType::kPeerReflexive, "prflx"},
    {CandidateType::kRelayed, "relay"},
}};
constexpr std::array<std::pair<TcpType, std::string_view>, 3> kTcpTypes = {{
    {TcpType::kActive, "active"},
    {TcpType::kPassive, "passive"},
    {TcpType::kSimultaneousOpen, "so"},
}};
constexpr std::array<std::pair<TransportProtocol, std::string_view>, 2> kProtocols = {{
    {TransportProtocol::kUdp, "udp"},
    {TransportProtocol::kTcp, "tcp"},
}};

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

template <typename Table>
auto ValueOf(const Table& table, std::string_view name)
    -> std::optional<typename Table::value_type::first_type> {
  for (const auto& [value, text] : table)
    if (EqualIgnoringCase(text, name)) return value;
  return std::nullopt;
}

template <typename Table, typename Value>
std::string_view NameOf(const Table& table, Value value) {
  for (const auto& [each, text] : table)
    if (each == value) return text;
  return "";
}

/// Hands out the words of a line, separated by spaces.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}
  /// The next word; empty at the end.
  std::string_view Next() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
    const std::string_view word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(word.size());
    return word;
  }
  template <typename T>
  bool Number(T& out) {
    const std::string_view word = Next();
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), out);
    return !word.empty() && error == std::errc() && end == word.data() + word.size();
  }

 private:
  std::string_view rest_;
};

bool IsFoundation(std::string_view word) {
  return !word.empty() && word.size() <= kMaxFoundationLength &&
         std::ranges::all_of(word, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '+' || c == '/' || c == '-' || c == '_';
         });
}

base::Error Broken(const char* rule) { return base::InvalidArgument("candidate", rule); }

std::optional<base::SocketAddress> AddressOf(std::string_view host, uint16_t port) {
  const auto ip = base::IpAddress::Parse(host);
  if (!ip) return std::nullopt;
  return base::SocketAddress{*ip, port};
}

/// The pairs of name and value at the end of the line; unknown ones are skipped.
void ReadExtensions(Words& words, Candidate& candidate) {
  std::string_view related_host;
  uint16_t related_port = 0;
  while (true) {
    const std::string_view name = words.Next();
    if (name.empty()) break;
    if (name == "rport") {
      if (!words.Number(related_port)) related_port = 0;
      continue;
    }
    const std::string_view value = words.Next();
    if (name == "raddr") related_host = value;
    if (name == "tcptype") candidate.tcp_type = ValueOf(kTcpTypes, value);
    if (name == "ufrag") candidate.ufrag = value;
  }
  candidate.related = AddressOf(related_host, related_port);
}

}  // namespace

bool Candidate::usable() const {
  return address && address->port != 0 && !address->ip.is_unspecified() && protocol &&
         component == 1 && type != CandidateType::kUnknown;
}

base::Result<Candidate> ParseCandidate(std::string_view text) {
  if (text.size() > kMaxCandidateBytes) return Broken("is too long");
  for (const std::string_view prefix : {"a=", "candidate:"})
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  Words words(text);
  Candidate candidate;
  candidate.foundation = words.Next();
  if (!IsFoundation(candidate.foundation))
    return Broken("needs a foundation of 1 to 32 letters, digits, '+' or '/'");
  if (!words.Number(candidate.component)) return Broken("has no legal component");
  const std::string_view transport = words.Next();
  if (transport.empty()) return Broken("has no transport");
  candidate.protocol = ValueOf(kProtocols, transport);
  if (!words.Number(candidate.priority)) return Broken("has no legal priority");
  const std::string_view host = words.Next();
  uint16_t port = 0;
  if (host.empty()) return Broken("has no address");
  if (!words.Number(port)) return Broken("has no legal port");
  candidate.address = AddressOf(host, port);
  if (words.Next() != "typ") return Broken("has no \"typ\" after the port");
  const std::string_view type = words.Next();
  if (type.empty()) return Broken("has no type");
  candidate.type = ValueOf(kTypes, type).value_or(CandidateType::kUnknown);
  ReadExtensions(words, candidate);
  return candidate;
}

std::string FormatCandidate(const Candidate& candidate) {
  std::string text = candidate.foundation + ' ' + std::to_string(candidate.component) + ' ';
  text += NameOf(kProtocols, *candidate.protocol);
  text += ' ' + std::to_string(candidate.priority) + ' ' + candidate.address->ip.ToString() + ' ' +
          std::to_string(candidate.address->port) + " typ ";
  text += NameOf(kTypes, candidate.type);
  if (candidate.related)
    text += " raddr " + candidate.related->ip.ToString() + " rport " +
            std::to_string(candidate.related->port);
  if (candidate.tcp_type) text.append(" tcptype ").append(NameOf(kTcpTypes, *candidate.tcp_type));
  if (!candidate.ufrag.empty()) text += " ufrag " + candidate.ufrag;
  return text;
}

uint32_t CandidatePriority(CandidateType type, uint16_t local_preference, uint16_t component) {
  uint32_t type_preference = 0;
  switch (type) {
    case CandidateType::kHost:
      type_preference = 126;
      break;
    case CandidateType::kPeerReflexive:
      type_preference = 110;
      break;
    case CandidateType::kServerReflexive:
      type_preference = 100;
      break;
    case CandidateType::kRelayed:
    case CandidateType::kUnknown:
      break;
  }
  return type_preference << 24 | static_cast<uint32_t>(local_preference) << 8 |
         (256u - std::min<uint32_t>(component, 256));
}

Candidate HostCandidate(const base::SocketAddress& address, TransportProtocol protocol,
                        uint16_t local_preference) {
  Candidate candidate;
  candidate.protocol = protocol;
  candidate.address = address;
  // RFC 8445 section 5.1.1.3: the same for candidates of one type, base address and protocol.
  const size_t base_hash = std::hash<base::SocketAddress>{}({address.ip, 0});
  const auto base_number = static_cast<uint32_t>(base_hash) & 0xfffffffeu;
  const bool tcp = protocol == TransportProtocol::kTcp;
  candidate.foundation = std::to_string(base_number | (tcp ? 1u : 0u));
  candidate.priority = CandidatePriority(CandidateType::kHost, local_preference, 1);
  if (tcp) {
    // RFC 6544 section 4.2: a type preference below that of all UDP candidates but relayed ones,
    // and the direction in the upper three bits of the local preference.
    constexpr uint32_t kTcpHostPreference = 90;
    constexpr uint32_t kPassivePreference = 4;
    candidate.tcp_type = TcpType::kPassive;
    candidate.priority = kTcpHostPreference << 24 |
                         (kPassivePreference << 13 | (local_preference & 0x1fffu)) << 8 | 255;
  }
  return candidate;
}

}  // namespace plaza::ice
