// Whom a request comes from (RFC 8489 section 9.2, long-term credentials).
#pragma once

#include <string>
#include <variant>

#include "base/socket_address.h"
#include "base/time.h"
#include "turn/internal/allocation.h"
#include "turn/internal/nonces.h"
#include "turn/message.h"

namespace plaza::turn::internal {

struct Proof {
  std::string username, user;
  std::string key;  ///< of MESSAGE-INTEGRITY, for the answer as well
};

class Authenticator {
 public:
  Authenticator(std::string realm, const std::string& secret)
      : realm_(std::move(realm)), secret_(secret), nonces_("nonce " + secret) {}

  /// Who it is, or with which error to ask again. `allocation` is the client's, or null: its
  /// credentials serve it for as long as it lives, since a call may last longer than they do.
  std::variant<Proof, ErrorCode> Check(const Message& request, const base::Path& client,
                                       const Allocation* allocation, base::Time now,
                                       base::WallTime wall) const;

  const std::string& realm() const { return realm_; }
  std::string MakeNonce(const base::Path& client, base::Time now) const {
    return nonces_.Make(client, now);
  }

 private:
  const std::string realm_;
  const std::string secret_;
  const Nonces nonces_;
};

}  // namespace plaza::turn::internal
