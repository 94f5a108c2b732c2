// Building transport-wide congestion control feedback.
#pragma once

#include <array>
#include <cstdint>

#include "base/time.h"
#include "rtp/rtcp/compound.h"
#include "rtp/rtcp/transport_feedback.h"

namespace plaza::rtp::rtcp {

/// One feedback packet in the making. Packets are added in the order of their sequence numbers;
/// numbers left out are reported as lost.
class TransportFeedbackBuilder {
 public:
  /// Statuses, and bytes of the finished element, that one feedback takes at most.
  static constexpr size_t kMaxStatuses = 1024;
  static constexpr size_t kMaxSize = 1100;

  /// Starts over with a feedback from `base_sequence_number` on. `reference`: about when the first
  /// packet that arrived did so.
  void Start(uint16_t base_sequence_number, base::Time reference);
  /// Adds a packet after all that were added. False, and nothing added, if the feedback is full or
  /// the arrival too far from the one before (8 s): write it and start another one.
  bool Add(uint16_t sequence_number, base::Time arrival);
  size_t status_count() const { return count_; }
  /// False if it does not fit. `feedback_count` goes up by one with each feedback of a transport.
  bool Write(CompoundWriter& writer, uint32_t sender_ssrc, uint32_t media_ssrc,
             uint8_t feedback_count) const;

 private:
  void WriteChunks(base::ByteWriter& body) const;
  bool HasRoomFor(size_t statuses, size_t delta_bytes) const;

  uint16_t base_sequence_number_ = 0;
  uint32_t reference_ = 0;  // 24 bits
  base::Time time_{};       // of the last packet, as the reader will see it
  size_t count_ = 0;
  size_t delta_bytes_ = 0;
  std::array<uint8_t, kMaxStatuses> symbols_;
  std::array<int16_t, kMaxStatuses> deltas_;  // where the symbol is not 0
};

}  // namespace plaza::rtp::rtcp
