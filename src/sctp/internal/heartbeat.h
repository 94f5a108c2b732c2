// Asks an idle peer whether it is still there (RFC 9260 section 8.3).
#pragma once

#include <array>

#include "base/random.h"
#include "base/time.h"
#include "sctp/internal/packet.h"
#include "sctp/internal/path_health.h"
#include "sctp/internal/retransmission_timeout.h"

namespace plaza::sctp::internal {

class Heartbeat {
 public:
  /// References outlive it.
  Heartbeat(base::Random& random, RetransmissionTimeout& timeout, PathHealth& health,
            base::Time now)
      : random_(random), timeout_(timeout), health_(health), next_(now + kHeartbeatInterval) {}

  /// The other side was heard to answer.
  void OnAnswered(base::Time now);
  void OnAck(base::ByteView information, base::Time now);
  void Send(Outbox& out, base::Time now);

  base::Time NextDeadline() const { return next_; }
  void HandleTimeout(base::Time now);

 private:
  base::Random& random_;
  RetransmissionTimeout& timeout_;
  PathHealth& health_;
  std::array<uint8_t, 8> nonce_{};
  base::Time sent_at_{};
  base::Time next_;  // the next one, or when the last counts as unanswered
  bool waits_ = false;
  bool due_ = false;
};

}  // namespace plaza::sctp::internal
