// One publisher and two receivers over equally bad networks, and what of the media came through.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "rtp/packet.h"

namespace plaza::sim {

struct LossRunOptions {
  uint64_t seed = 1;
  double loss = 0;                                        ///< on each link, each way
  base::Duration delay = std::chrono::milliseconds(200);  ///< of each link, one way
  rtp::Codec codec = rtp::Codec::kVp8;
  bool simulcast = true;
  /// One receiver is on the publisher's worker, the other one on another.
  base::Duration measured = std::chrono::seconds(20);
};

/// Sums over the receivers of one or more runs.
struct LossResult {
  std::vector<base::Duration> handshakes;  ///< from answer to media, of all clients
  size_t clients = 0;
  size_t frames_sent = 0;       ///< moments captured while it was measured, for each receiver
  size_t frames_delivered = 0;  ///< of them: decoded, that is whole and with all they need
  size_t packets_sent = 0;      ///< of audio
  size_t packets_delivered = 0;
  std::vector<base::Duration> delays;  ///< from capture to decoding
  size_t video_packets = 0;            ///< that receivers got
  size_t recovered = 0;                ///< of them: came as retransmissions
  size_t keyframe_requests = 0;        ///< by receivers
  size_t violations = 0;

  void Add(const LossResult& other);
  double frame_share() const { return Share(frames_delivered, frames_sent); }
  double audio_share() const { return Share(packets_delivered, packets_sent); }

 private:
  static double Share(size_t part, size_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
  }
};

LossResult RunLoss(const LossRunOptions& options);

/// The value below which this share of `values` lies; zero if there are none.
base::Duration Quantile(std::vector<base::Duration> values, double share);

}  // namespace plaza::sim
