// Percent-encoding, queries and URLs.
#include "net/uri.h"

#include <algorithm>
#include <charconv>

namespace plaza::net {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> Decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = HexDigit(text[i + 1]), low = HexDigit(text[i + 2]);
      if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
      out += static_cast<char>(high << 4 | low);
      i += 2;
    } else if (text[i] == '\0') {
      return std::nullopt;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

uint16_t DefaultPort(std::string_view scheme) {
  if (scheme == "http" || scheme == "ws") return 80;
  if (scheme == "https" || scheme == "wss") return 443;
  return 0;
}

bool IsControlOrSpace(char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; }

}  // namespace

std::optional<std::string> PercentDecode(std::string_view text) { return Decode(text, false); }

std::vector<std::pair<std::string, std::string>> ParseQuery(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    auto name = Decode(pair.substr(0, equals), true);
    auto value = Decode(equals < pair.size() ? pair.substr(equals + 1) : std::string_view(), true);
    if (name && value) pairs.emplace_back(std::move(*name), std::move(*value));
  }
  return pairs;
}

std::optional<std::string> QueryValue(std::string_view query, std::string_view name) {
  for (auto& [key, value] : ParseQuery(query))
    if (key == name) return std::move(value);
  return std::nullopt;
}

std::string Url::HostField() const {
  std::string field = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != DefaultPort(scheme)) field += ":" + std::to_string(port);
  return field;
}

base::Result<Url> ParseUrl(std::string_view text) {
  const auto bad = [&](const char* why) {
    return base::InvalidArgument("url", "\"" + std::string(text.substr(0, 200)) + "\": " + why);
  };
  if (std::any_of(text.begin(), text.end(), IsControlOrSpace))
    return bad("spaces and control characters must be escaped");
  Url url;
  const size_t colon = text.find("://");
  if (colon == std::string_view::npos)
    return bad("must begin with http://, https://, ws:// or wss://");
  url.scheme = text.substr(0, colon);
  for (char& c : url.scheme) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  url.port = DefaultPort(url.scheme);
  if (url.port == 0) return bad("must begin with http://, https://, ws:// or wss://");

  std::string_view rest = text.substr(colon + 3);
  rest = rest.substr(0, rest.find('#'));
  const size_t slash = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view authority = rest.substr(0, slash);
  url.target = rest.substr(slash);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  if (authority.find('@') != std::string_view::npos)
    return bad("user information is not supported");

  size_t host_end = std::min(authority.find(':'), authority.size());
  if (authority.starts_with('[')) {
    const size_t bracket = authority.find(']');
    if (bracket == std::string_view::npos) return bad("\"]\" is missing");
    url.host = authority.substr(1, bracket - 1);
    host_end = bracket + 1;
  } else {
    url.host = authority.substr(0, host_end);
  }
  if (url.host.empty()) return bad("the host is missing");
  const std::string_view port = authority.substr(host_end);
  if (port.empty()) return url;
  const auto [end, error] = std::from_chars(port.data() + 1, port.data() + port.size(), url.port);
  if (port[0] != ':' || error != std::errc() || end != port.data() + port.size() || url.port == 0)
    return bad("the port must be a number from 1 to 65535");
  return url;
}

}  // namespace plaza::net
