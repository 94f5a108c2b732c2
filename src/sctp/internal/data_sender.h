// Sends messages: what is sent when, what is sent again, what is given up (RFC 9260 sections 6 and
// 7, RFC 3758).
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "sctp/internal/congestion_window.h"
#include "sctp/internal/outstanding.h"
#include "sctp/internal/packet.h"
#include "sctp/internal/path_health.h"
#include "sctp/internal/retransmission_timeout.h"
#include "sctp/internal/send_queue.h"

namespace plaza::sctp::internal {

class DataSender {
 public:
  struct Config {
    uint32_t initial_tsn = 0;
    uint32_t remote_window = 0;
    bool forward_tsn = false;  ///< the other side lets us give up
    size_t max_chunk = 0;      ///< largest DATA chunk with its header
  };

  /// References outlive it. `queue` may hold messages already.
  DataSender(const Config& config, SendQueue& queue, RetransmissionTimeout& timeout,
             PathHealth& health);

  /// Sends what may be sent now.
  void Send(Outbox& out, base::Time now);
  void OnSack(const SackChunk& sack, base::Time now);
  /// A SHUTDOWN acknowledges too.
  void OnCumulativeTsn(uint32_t tsn, base::Time now);

  base::Time NextDeadline() const { return retransmit_at_; }
  void HandleTimeout(base::Time now);

  /// Nothing is under way; messages may wait.
  bool idle() const { return outstanding_.empty(); }
  Tsn last_tsn() const { return outstanding_.last(); }
  /// Bytes sent that are kept until they are acknowledged.
  size_t memory() const { return outstanding_.memory(); }
  uint64_t retransmissions() const { return retransmissions_; }
  uint64_t abandoned() const { return outstanding_.abandoned_messages(); }

 private:
  bool MaySend(size_t size) const;
  void SendLost(Outbox& out, size_t& burst, base::Time now);
  void SendNew(Outbox& out, size_t& burst, base::Time now);
  void DropRestOfAbandoned(base::Time now);
  void SendForwardTsn(Outbox& out, base::Time now);
  void Transmit(Outbox& out, Tsn tsn, const Fragment& fragment, bool immediate, base::Time now);

  Config config_;
  SendQueue& queue_;
  RetransmissionTimeout& timeout_;
  PathHealth& health_;
  Outstanding outstanding_;
  CongestionWindow window_;
  size_t remote_window_;     // what the other side had room for, what is under way included
  Tsn recovery_end_;         // losses up to here have shrunk the window already
  bool repair_now_ = false;  // the first repair does not wait for the window
  Tsn forwarded_;            // the last that a FORWARD TSN told
  base::Time forwarded_at_{};
  base::Time retransmit_at_ = base::kNever;  // T3-rtx
  uint64_t retransmissions_ = 0;
  std::vector<SkippedStream> skipped_;
};

}  // namespace plaza::sctp::internal
