// Nonces that need no table (RFC 8489 section 9.2): each tells when it was made and for whom.
#pragma once

#include <string>
#include <string_view>

#include "base/socket_address.h"
#include "base/time.h"

namespace plaza::turn::internal {

inline constexpr base::Duration kNonceLife = std::chrono::hours(1);

class Nonces {
 public:
  explicit Nonces(std::string secret) : secret_(std::move(secret)) {}

  std::string Make(const base::Path& client, base::Time now) const;
  /// Whether it was made here for this client, less than kNonceLife ago.
  bool Holds(std::string_view nonce, const base::Path& client, base::Time now) const;

 private:
  std::string For(const base::Path& client, int64_t second) const;

  const std::string secret_;
};

}  // namespace plaza::turn::internal
