// Receives data: what is taken, when it is acknowledged (RFC 9260 section 6.2), what is given up
// (RFC 3758 section 3.6).
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "sctp/internal/reassembler.h"
#include "sctp/internal/tsn_map.h"

namespace plaza::sctp::internal {

class DataReceiver {
 public:
  enum class Outcome : uint8_t {
    kTaken,      ///< or had come before
    kDropped,    ///< no room: it will come again
    kTooLarge,   ///< larger than a message may be: the end
    kExhausted,  ///< the other side fills our memory with what can't be delivered: the end
  };

  DataReceiver(uint32_t remote_initial_tsn, size_t max_message_size, size_t buffer)
      : buffer_(buffer),
        max_message_size_(max_message_size),
        tsns_(remote_initial_tsn),
        reassembler_(max_message_size) {}

  Outcome OnData(const DataChunk& data, base::Time now);
  /// A chunk on a stream that does not exist: counts as come, and goes nowhere.
  void OnUselessData(const DataChunk& data, base::Time now);
  void OnForwardTsn(const ForwardTsnChunk& forward);
  void ResetStream(uint16_t stream) { reassembler_.ResetStream(stream); }
  void ResetAllStreams() { reassembler_.ResetAllStreams(); }
  std::vector<ReceivedMessage> TakeReady() { return reassembler_.TakeReady(); }

  /// A packet has been gone through: with data in it, a SACK may be due now.
  void OnPacketEnd();
  bool sack_due(base::Time now) const { return sack_now_ || sack_at_ <= now; }
  /// When a delayed SACK is due.
  base::Time NextDeadline() const { return sack_now_ ? base::Time::min() : sack_at_; }
  void SendSack(Outbox& out);

  Tsn cumulative() const { return tsns_.cumulative(); }
  Tsn Unwrap(uint32_t wire) const { return tsns_.Unwrap(wire); }

 private:
  void Note(TsnMap::Arrival arrival, bool immediate, base::Time now);

  size_t buffer_;
  size_t max_message_size_;
  TsnMap tsns_;
  Reassembler reassembler_;
  bool packet_has_data_ = false;
  int packets_unacknowledged_ = 0;
  bool first_ = true;
  bool sack_now_ = false;
  base::Time sack_at_ = base::kNever;
};

}  // namespace plaza::sctp::internal
