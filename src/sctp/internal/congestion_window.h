// How many bytes may be under way (RFC 9260 section 7.2).
#pragma once

#include <cstddef>

#include "sctp/internal/constants.h"

namespace plaza::sctp::internal {

class CongestionWindow {
 public:
  /// `packet` is the largest packet's payload, in bytes.
  explicit CongestionWindow(size_t packet)
      : packet_(packet), window_(kInitialWindowPackets * packet) {}

  size_t bytes() const { return window_; }

  /// The cumulative TSN went on by `acknowledged` bytes in all, gap blocks included, while `flight`
  /// bytes were under way before. Not called while lost packets are being repaired.
  void OnAcknowledged(size_t acknowledged, size_t flight);
  /// Chunks were found lost by SACKs; once a round trip.
  void OnLoss();
  /// The retransmission timer ran out.
  void OnTimeout();
  /// Everything is acknowledged.
  void OnIdle() { partial_ = 0; }

 private:
  size_t packet_;
  size_t window_;
  size_t threshold_ = SIZE_MAX;  // below it the window grows by what is acknowledged (slow start)
  size_t partial_ = 0;           // acknowledged since the window grew by a packet
};

}  // namespace plaza::sctp::internal
