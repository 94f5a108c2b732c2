// Puts fragments together to messages, and the ordered ones in order (RFC 9260 sections 6.5, 6.9).
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/bytes.h"
#include "sctp/internal/chunks.h"
#include "sctp/internal/sequence.h"

namespace plaza::sctp::internal {

struct ReceivedMessage {
  uint16_t stream = 0;
  uint32_t ppid = 0;
  base::Bytes payload;
};

class Reassembler {
 public:
  explicit Reassembler(size_t max_message_size) : max_message_size_(max_message_size) {}

  /// A fragment with a TSN that has not come before. False: its message is larger than may be.
  bool Add(Tsn tsn, const DataChunk& data);
  /// All up to `cumulative` have come, or won't: what can't become whole any more is dropped.
  void OnCumulative(Tsn cumulative);
  /// This ordered message, and those before it in the stream, won't come if they have not.
  void Skip(SkippedStream skipped);
  /// The stream's messages count from 0 again.
  void ResetStream(uint16_t stream);
  void ResetAllStreams();

  /// Messages that are whole and in order.
  std::vector<ReceivedMessage> TakeReady();
  /// Memory of what waits, in bytes.
  size_t memory() const { return memory_; }

 private:
  // Neighbouring fragments of one message.
  struct Run {
    Tsn last = 0;
    uint16_t stream = 0;
    uint16_t ssn = 0;
    uint32_t ppid = 0;
    bool unordered = false;
    bool begin = false;
    bool end = false;
    base::Bytes payload;
  };
  using Runs = std::map<Tsn, Run>;  // by first TSN
  struct Stream {
    Ssn next = 0;
    std::map<Ssn, ReceivedMessage> waiting;
  };

  static bool Continues(const Run& before, Tsn first, const Run& after);
  /// Joins the run behind `run` to it where they belong together. False: too large.
  bool JoinNext(Runs::iterator run);
  void Drop(Runs::iterator run);
  void Finish(Runs::iterator run);
  void ReleaseInOrder(Stream& stream);

  size_t max_message_size_;
  size_t memory_ = 0;
  Runs runs_;
  std::map<uint16_t, Stream> streams_;
  std::vector<ReceivedMessage> ready_;
};

}  // namespace plaza::sctp::internal
