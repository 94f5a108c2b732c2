// Messages that wait for their turn to be sent.
#pragma once

#include <cstdint>
#include <deque>
#include <map>

#include "base/bytes.h"
#include "base/time.h"

namespace plaza::sctp::internal {

/// When a message is given up (RFC 3758): after so many retransmissions, or at this time.
struct Limits {
  uint32_t max_retransmits = UINT32_MAX;
  base::Time expires_at = base::kNever;
};

struct OutgoingMessage {
  uint16_t stream = 0;
  uint32_t ppid = 0;
  bool unordered = false;
  Limits limits;
  base::Bytes payload;
};

/// What of a message goes into one DATA chunk.
struct Fragment {
  uint16_t stream = 0;
  uint16_t ssn = 0;
  uint32_t ppid = 0;
  bool unordered = false;
  bool begin = false;
  bool end = false;
  Limits limits;
  base::Bytes payload;
};

/// A queue for each stream, which take turns by whole messages: without I-DATA (RFC 8260) the
/// fragments of a message follow each other.
class SendQueue {
 public:
  void Push(OutgoingMessage message);

  /// Bytes left of the message whose turn it is; 0 when nothing waits. Drops messages that have
  /// expired before they began.
  size_t NextSize(base::Time now);
  /// The next fragment, of at most `max` bytes (not 0). Only after NextSize() gave more than 0.
  Fragment Take(size_t max);

  /// A message has begun and not ended; null when none has.
  const OutgoingMessage* begun() const;
  /// Gives up the rest of the message that has begun. Gives an empty last fragment that stands for
  /// it.
  Fragment DropBegun();

  /// What waits of a stream, in bytes of payload.
  size_t BytesOf(uint16_t stream) const;
  bool IsEmpty(uint16_t stream) const;
  /// Drops what has not begun.
  void Clear(uint16_t stream);
  /// Holds the stream's messages back while the stream is reset. Nothing of it waits.
  void Pause(uint16_t stream) { streams_[stream].paused = true; }
  /// Sends again; with `reset` its messages are numbered from 0.
  void Resume(uint16_t stream, bool reset);

  /// Nothing waits that may be sent.
  bool empty() const { return turns_.empty(); }
  /// Memory that waits, in bytes.
  size_t memory() const { return memory_; }
  uint64_t expired() const { return expired_; }

 private:
  struct Stream {
    std::deque<OutgoingMessage> messages;
    size_t bytes = 0;
    uint16_t next_ssn = 0;
    bool paused = false;
  };

  Stream& current() { return streams_.find(turns_.front())->second; }
  const Stream& current() const { return streams_.find(turns_.front())->second; }
  Fragment DescribeNext(const Stream& stream) const;
  void EndMessage(Stream& stream);
  void PopMessage(Stream& stream);

  std::map<uint16_t, Stream> streams_;
  std::deque<uint16_t> turns_;  // streams with messages, not paused; the first is sending
  size_t offset_ = 0;           // what was taken of the first message of the first stream
  size_t memory_ = 0;
  uint64_t expired_ = 0;
};

}  // namespace plaza::sctp::internal
