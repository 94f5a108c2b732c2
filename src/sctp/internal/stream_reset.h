// Resetting streams, which closes data channels (RFC 6525, RFC 8831 section 6.7).
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "base/time.h"
#include "sctp/internal/chunks.h"
#include "sctp/internal/data_receiver.h"
#include "sctp/internal/data_sender.h"
#include "sctp/internal/path_health.h"

namespace plaza::sctp::internal {

/// What becomes of streams. Called from within StreamReset's functions.
class StreamResetObserver {
 public:
  virtual ~StreamResetObserver() = default;
  /// The other side has reset these; all, when none is named.
  virtual void OnIncomingReset(const std::vector<uint16_t>& streams) = 0;
  /// Ours is reset, or the other side refused.
  virtual void OnOutgoingReset(uint16_t stream) = 0;
};

class StreamReset {
 public:
  /// Request numbers begin as the TSNs do (RFC 6525 section 4.1). References outlive it.
  StreamReset(uint32_t local_initial_tsn, uint32_t remote_initial_tsn, DataSender& sender,
              DataReceiver& receiver, SendQueue& queue, RetransmissionTimeout& timeout,
              PathHealth& health, StreamResetObserver& observer);

  /// Resets our side of the stream as soon as what waits on it has been sent.
  void Request(uint16_t stream) { waiting_.insert(stream); }
  bool IsRequested(uint16_t stream) const;

  void OnReConfig(const ChunkView& chunk);
  /// Sends what is due: requests, and answers.
  void Send(Outbox& out, base::Time now);

  base::Time NextDeadline() const { return retransmit_at_; }
  void HandleTimeout(base::Time now);

 private:
  struct Deferred {
    Tsn last_tsn = 0;
    std::vector<uint16_t> streams;
  };

  void OnOutgoingResetRequest(const OutgoingResetRequest& request);
  void OnOtherRequest(base::ByteView parameter);
  bool IsExpected(uint32_t number);
  void Answer(ReConfigResult result);
  void PerformDeferred();
  void OnResponse(const ReConfigResponse& response);
  void BeginRequest(size_t max_streams);

  DataSender& sender_;
  DataReceiver& receiver_;
  SendQueue& queue_;
  RetransmissionTimeout& timeout_;
  PathHealth& health_;
  StreamResetObserver& observer_;

  std::set<uint16_t> waiting_;       // ours, to be requested
  std::vector<uint16_t> requested_;  // of the request that waits for its answer
  uint32_t request_number_;
  bool request_due_ = false;
  uint32_t request_last_tsn_ = 0;
  base::Time retransmit_at_ = base::kNever;
  bool postponed_ = false;  // the other side is at it: its silence is no error

  uint32_t last_number_;  // of their last request
  ReConfigResult last_result_ = ReConfigResult::kNothingToDo;
  std::optional<Deferred> deferred_;  // of their last request, waits for data
  std::vector<ReConfigResponse> answers_;
};

}  // namespace plaza::sctp::internal
