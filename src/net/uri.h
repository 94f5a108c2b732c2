// Taking request targets and URLs apart (RFC 3986).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace plaza::net {

/// "%41" to "A". Nothing if an escape is broken or gives a NUL.
std::optional<std::string> PercentDecode(std::string_view text);

/// The pairs of "a=1&b=%20x" in order, decoded, "+" as space. Pairs with broken escapes are left
/// out.
std::vector<std::pair<std::string, std::string>> ParseQuery(std::string_view query);
/// The first value of `name` in a query, or nothing.
std::optional<std::string> QueryValue(std::string_view query, std::string_view name);

struct Url {
  std::string scheme;  ///< lower case
  std::string host;    ///< without the brackets of an IPv6 address
  uint16_t port = 0;   ///< the scheme's, where none is given
  std::string target;  ///< path and query, at least "/"

  bool tls() const { return scheme == "https" || scheme == "wss"; }
  /// As the Host field has it: without the port where it is the scheme's.
  std::string HostField() const;
};

/// http, https, ws and wss, without user information.
base::Result<Url> ParseUrl(std::string_view text);

}  // namespace plaza::net
