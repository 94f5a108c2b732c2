// The generated microphone.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "client/config.h"
#include "client/internal/sent_stream.h"
#include "client/internal/ticks.h"
#include "client/statistics.h"

namespace plaza::client::internal {

class SentAudio {
 public:
  SentAudio(const AudioPattern& pattern, SentStreamConfig config, base::Random& random,
            base::PacketPool& pool);

  void Start(base::Time now) { ticks_.Start(now); }
  void Stop() { ticks_.Stop(); }
  base::Time NextDeadline() const { return ticks_.NextDeadline(); }
  /// Sends the packets that are due.
  void Send(rtp::PacketTransport& transport, SendCounters& counters, base::Time now);

  SentStream& stream() { return stream_; }
  std::optional<base::Duration> rtt() const { return stream_.statistics().rtt(); }

 private:
  AudioPattern pattern_;
  SentStream stream_;
  Ticks ticks_;
  base::Bytes packet_;
  bool talking_ = false;
};

}  // namespace plaza::client::internal
