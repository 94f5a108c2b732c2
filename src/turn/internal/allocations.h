// The table of allocations: found by client and by relayed address, counted by user.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "base/socket_address.h"
#include "turn/internal/allocation.h"

namespace plaza::turn::internal {

class Allocations {
 public:
  Allocation* Find(const base::Path& client);
  const Allocation* Find(const base::Path& client) const;
  Allocation* FindRelayed(const base::SocketAddress& relayed);

  /// A relayed address on `host` that is free and not in `taken`; nothing when chance finds none.
  std::optional<base::SocketAddress> Draw(const base::IpAddress& host, bool even_port,
                                          const std::vector<base::SocketAddress>& taken,
                                          base::Random& random) const;
  /// Its client, user and relayed address are set.
  Allocation& Add(std::unique_ptr<Allocation> allocation);
  void Remove(const Allocation& allocation);
  /// Any that has expired; null if none has.
  Allocation* FindExpired(base::Time now);

  size_t size() const { return by_client_.size(); }
  size_t CountOf(const std::string& user) const;

 private:
  std::unordered_map<base::Path, std::unique_ptr<Allocation>> by_client_;
  std::unordered_map<base::SocketAddress, Allocation*> by_relayed_;
  std::unordered_map<std::string, size_t> by_user_;
};

}  // namespace plaza::turn::internal
