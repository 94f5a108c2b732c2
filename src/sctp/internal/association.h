// One SCTP association (RFC 9260): packets in and out, messages on streams.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "sctp/internal/backoff_timer.h"
#include "sctp/internal/packet.h"
#include "sctp/internal/send_queue.h"
#include "sctp/internal/state_cookie.h"
#include "sctp/internal/stream_reset.h"
#include "sctp/options.h"
#include "sctp/stats.h"

namespace plaza::sctp::internal {

/// What an association gives. Calls come from within its functions and may not call back.
class AssociationObserver {
 public:
  virtual ~AssociationObserver() = default;
  virtual void OnPacketToSend(base::ByteView packet) = 0;
  virtual void OnEstablished() = 0;
  /// The last call.
  virtual void OnEnded(const std::string& reason) = 0;
  virtual void OnMessage(ReceivedMessage message) = 0;
  /// The other side resets these streams of its; all when none is named.
  virtual void OnIncomingReset(const std::vector<uint16_t>& streams) = 0;
  /// Our side of the stream is reset.
  virtual void OnOutgoingReset(uint16_t stream) = 0;
};

class Association final : private PacketSink, private StreamResetObserver {
 public:
  enum class State : uint8_t {
    kClosed,
    kCookieWait,
    kCookieEchoed,
    kEstablished,
    kShutdownPending,
    kShutdownSent,
    kShutdownReceived,
    kShutdownAckSent,
    kEnded,
  };

  /// References outlive it.
  Association(const Options& options, base::Random& random, AssociationObserver& observer);
  ~Association() override;

  void Connect(base::Time now);
  void HandlePacket(base::ByteView packet, base::Time now);
  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);

  /// Messages wait until the association is established. kResourceExhausted: the buffer is full;
  /// kFailedPrecondition: nothing is sent any more.
  base::Status Send(OutgoingMessage message, base::Time now);
  /// Resets our side of the stream when what waits on it has been sent; with `drop` without what
  /// has not begun to be sent. Nothing more may be sent on it before OnOutgoingReset().
  void ResetStream(uint16_t stream, bool drop, base::Time now);
  size_t BytesWaiting(uint16_t stream) const { return queue_.BytesOf(stream); }

  /// Sends what waits, and ends.
  void Shutdown(base::Time now);
  /// Ends at once; the other side is told.
  void Abort(const std::string& reason);

  State state() const { return state_; }
  bool established() const { return state_ >= State::kEstablished && state_ < State::kEnded; }
  /// Streams that we may send on; as many as we know of before it is established.
  uint16_t outbound_streams() const { return transfer_ ? remote_.streams : kMaxStreams; }
  Stats stats() const;

 private:
  struct Transfer;

  // association.cc
  bool IsForUs(const PacketView& packet) const;
  void AnswerAfterTheEnd(const PacketView& packet);
  bool HandleChunk(const ChunkView& chunk, base::Time now);
  bool HandleUnknown(const ChunkView& chunk);
  void HandleTransferChunk(const ChunkView& chunk, base::Time now);
  void HandleSack(const ChunkView& chunk, base::Time now);
  void HandleForwardTsn(const ChunkView& chunk);
  void HandleData(const ChunkView& chunk, base::Time now);
  void DeliverMessages();
  void Flush(base::Time now);
  void Fail(ErrorCause cause, const std::string& reason);
  void End(const std::string& reason);
  bool MayReceive() const;

  // association_setup.cc
  void SendInit();
  void HandleInit(const ChunkView& chunk, base::Time now);
  void HandleInitAck(const ChunkView& chunk, base::Time now);
  void HandleCookieEcho(const ChunkView& chunk, base::Time now);
  void HandleCookieAck(base::Time now);
  void HandleSetupTimeout();
  void Establish(base::Time now);
  InitChunk DescribeUs() const;
  static std::optional<RemoteTerms> ReadTerms(const InitChunk& init);

  // association_shutdown.cc
  void HandleShutdown(const ChunkView& chunk, base::Time now);
  void HandleShutdownAck();
  void HandleShutdownComplete();
  void HandleShutdownTimeout();
  void AdvanceShutdown(base::Time now);

  void SendPacket(base::ByteView packet) override;
  void OnIncomingReset(const std::vector<uint16_t>& streams) override;
  void OnOutgoingReset(uint16_t stream) override;

  const Options& options_;
  base::Random& random_;
  AssociationObserver& observer_;
  State state_ = State::kClosed;
  CookieJar cookies_;
  uint32_t local_tag_;
  uint32_t local_initial_tsn_;
  RemoteTerms remote_;
  base::Bytes cookie_;     // theirs, to be echoed
  BackoffTimer setup_;     // T1
  BackoffTimer shutdown_;  // T2
  Outbox out_;
  SendQueue queue_;
  std::unique_ptr<Transfer> transfer_;  // from when the association is established
  Stats stats_;
};

}  // namespace plaza::sctp::internal
