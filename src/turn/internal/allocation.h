// One allocation (RFC 8656 section 5): who has it, whom it may reach, and which numbers are bound
// to whom.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/socket_address.h"
#include "base/time.h"
#include "ice/stun_message.h"
#include "turn/internal/allowance.h"

namespace plaza::turn::internal {

inline constexpr base::Duration kPermissionLife = std::chrono::minutes(5);
inline constexpr base::Duration kChannelLife = std::chrono::minutes(10);
inline constexpr base::Duration kDefaultLifetime = std::chrono::minutes(10);
inline constexpr base::Duration kMaxLifetime = std::chrono::hours(1);
/// What may pass at once of what max_rate allows.
inline constexpr base::Duration kRateBurst = std::chrono::milliseconds(500);

/// Its tables are as large as the server's set of peers: the server lets no other address in.
class Allocation {
 public:
  base::Path client;
  std::string username;
  std::string user;  ///< whom the quota counts for
  std::string key;   ///< of MESSAGE-INTEGRITY
  base::SocketAddress relayed;
  ice::TransactionId made_by{};
  base::Time expires;
  Allowance from_client{kRateBurst};
  Allowance to_client{kRateBurst};

  void Permit(const base::IpAddress& peer, base::Time now);
  bool Permits(const base::IpAddress& peer, base::Time now) const;

  /// Binds or refreshes. False when the number or the peer is bound otherwise.
  bool Bind(uint16_t channel, const base::SocketAddress& peer, base::Time now);
  std::optional<base::SocketAddress> PeerOf(uint16_t channel, base::Time now) const;
  std::optional<uint16_t> ChannelOf(const base::SocketAddress& peer, base::Time now) const;

  /// The path to a peer, as the peer sees it.
  base::Path PathTo(const base::SocketAddress& peer) const {
    return {peer, relayed, base::TransportProtocol::kRelayed};
  }
  void NoteUse(const base::SocketAddress& peer);
  const std::vector<base::SocketAddress>& used_peers() const { return used_peers_; }

 private:
  struct Permission {
    base::IpAddress peer;
    base::Time expires;
  };
  struct Channel {
    uint16_t number;
    base::SocketAddress peer;
    base::Time expires;
  };

  std::vector<Permission> permissions_;
  std::vector<Channel> channels_;
  std::vector<base::SocketAddress> used_peers_;
};

}  // namespace plaza::turn::internal
