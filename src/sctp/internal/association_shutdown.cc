// How an association ends in peace (RFC 9260 section 9.2).
#include "sctp/internal/association.h"
#include "sctp/internal/chunks.h"
#include "sctp/internal/transfer.h"

namespace plaza::sctp::internal {

void Association::Shutdown(base::Time now) {
  if (!transfer_) {
    Abort("shut down");
    return;
  }
  if (state_ == State::kEstablished) state_ = State::kShutdownPending;
  Flush(now);
}

// Goes on when nothing is under way any more.
void Association::AdvanceShutdown(base::Time now) {
  const bool waits = state_ == State::kShutdownPending || state_ == State::kShutdownReceived;
  if (!waits || !queue_.empty() || !transfer_->sender.idle()) return;
  if (state_ == State::kShutdownPending) {
    state_ = State::kShutdownSent;
    WriteShutdown(ToWireTsn(transfer_->receiver.cumulative()), out_);
  } else {
    state_ = State::kShutdownAckSent;
    WriteEmpty(ChunkType::kShutdownAck, out_);
  }
  shutdown_.Start(transfer_->timeout.value(), now);
}

void Association::HandleShutdown(const ChunkView& chunk, base::Time now) {
  const auto cumulative = ParseShutdown(chunk);
  if (!cumulative) {
    ++stats_.dropped_malformed;
    return;
  }
  transfer_->sender.OnCumulativeTsn(*cumulative, now);
  switch (state_) {
    case State::kEstablished:
    case State::kShutdownPending:
      state_ = State::kShutdownReceived;
      break;
    case State::kShutdownSent:
      state_ = State::kShutdownAckSent;
      shutdown_.Start(transfer_->timeout.value(), now);
      [[fallthrough]];
    case State::kShutdownAckSent:
      WriteEmpty(ChunkType::kShutdownAck, out_);
      break;
    default:
      break;
  }
}

void Association::HandleShutdownAck() {
  if (state_ != State::kShutdownSent && state_ != State::kShutdownAckSent) return;
  WriteEmpty(ChunkType::kShutdownComplete, out_);
  End("shut down");
}

void Association::HandleShutdownComplete() {
  if (state_ == State::kShutdownAckSent) End("shut down");
}

void Association::HandleShutdownTimeout() {
  if (shutdown_.exhausted()) return Fail(ErrorCause::kUserAbort, "the other side does not answer");
  if (state_ == State::kShutdownSent)
    WriteShutdown(ToWireTsn(transfer_->receiver.cumulative()), out_);
  else
    WriteEmpty(ChunkType::kShutdownAck, out_);
}

}  // namespace plaza::sctp::internal
