// Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01):
// which packets of a transport arrived, and when.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "rtp/rtcp/compound.h"

namespace plaza::rtp::rtcp {

/// Resolution of arrival times.
inline constexpr base::Duration kFeedbackTick{250};
/// Resolution of the reference time, which has 24 bits: arrival times wrap after kFeedbackTimeWrap.
inline constexpr base::Duration kFeedbackReferenceUnit{64'000};
inline constexpr base::Duration kFeedbackTimeWrap = kFeedbackReferenceUnit * (1 << 24);
/// A feedback about more packets than this is refused.
inline constexpr size_t kMaxFeedbackStatuses = 8192;

/// A checked feedback; its bytes stay in the packet. Read it with PacketStatusReader.
struct TransportFeedback {
  uint32_t sender_ssrc = 0;
  uint32_t media_ssrc = 0;
  uint16_t base_sequence_number = 0;
  uint16_t status_count = 0;
  base::Duration reference{};  ///< on the receiver's time line, modulo kFeedbackTimeWrap
  uint8_t feedback_count = 0;  ///< number of this feedback
  base::ByteView chunks;
  base::ByteView deltas;
};

/// Nothing if the element is of another type, chunks or deltas are missing, or it has too many
/// statuses.
std::optional<TransportFeedback> ParseTransportFeedback(const Element& element);

struct PacketStatus {
  uint16_t sequence_number = 0;
  std::optional<base::Duration>
      arrival;  ///< on the line of TransportFeedback::reference; unset: lost
};

/// Walks over the statuses in the order of sequence numbers.
class PacketStatusReader {
 public:
  explicit PacketStatusReader(const TransportFeedback& feedback);
  std::optional<PacketStatus> Next();

 private:
  uint8_t NextSymbol();

  base::ByteReader chunks_;
  base::ByteReader deltas_;
  uint16_t sequence_number_;
  uint16_t left_;
  base::Duration time_;
  uint16_t chunk_ = 0;
  uint16_t chunk_left_ = 0;
};

}  // namespace plaza::rtp::rtcp
