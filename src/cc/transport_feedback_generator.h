// The receiver of transport-wide sequence numbers: records arrivals and reports them to the sender.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "rtp/rtcp/compound.h"
#include "rtp/rtcp/transport_feedback_builder.h"
#include "rtp/sequence_number.h"

namespace plaza::cc {

/// One for each incoming transport. No allocation after construction.
class TransportFeedbackGenerator {
 public:
  /// A feedback goes out so long after the first packet it is about: sooner if there are many.
  static constexpr base::Duration kBusyInterval{50'000};
  static constexpr base::Duration kIdleInterval{100'000};
  static constexpr size_t kBusyPackets = 10;
  /// How many numbers back arrivals are remembered.
  static constexpr size_t kWindow = 2048;

  TransportFeedbackGenerator();

  /// A packet with a transport-wide sequence number arrived. A late one is reported again with
  /// those after it.
  void OnPacket(uint16_t transport_sequence_number, base::Time arrival);
  /// When Build() is due; kNever if nothing is to be reported.
  base::Time NextDeadline() const;
  /// Appends one feedback to `writer`. False if nothing is left to report or it did not fit (a
  /// writer with 1,100 bytes of room always has enough). Call it until it is false: one may not
  /// hold all. `media_ssrc`: any media source of the transport.
  bool Build(rtp::rtcp::CompoundWriter& writer, uint32_t sender_ssrc, uint32_t media_ssrc);

 private:
  std::optional<base::Time>& SlotOf(int64_t number) {
    return arrivals_[static_cast<uint64_t>(number) % kWindow];
  }
  void StartOver(uint16_t transport_sequence_number);
  int64_t Fill();

  std::vector<std::optional<base::Time>> arrivals_;
  rtp::rtcp::TransportFeedbackBuilder builder_;
  rtp::SequenceUnwrapper unwrapper_;
  int64_t next_ = 0;  // the first number not reported yet
  int64_t highest_ = -1;
  size_t pending_ = 0;  // arrivals since the last feedback
  base::Time first_pending_{};
  uint8_t feedback_count_ = 0;
};

}  // namespace plaza::cc
