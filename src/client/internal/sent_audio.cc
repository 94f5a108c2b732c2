// Packets of one Opus frame each.
#include "client/internal/sent_audio.h"

#include <algorithm>
#include <utility>

namespace plaza::client::internal {
namespace {

constexpr int64_t kPacketsPerSecond = 50;
/// RFC 6716 section 3.1: CELT, full band, 20 ms; mono; one frame.
constexpr uint8_t kTableOfContents = 31 << 3;
constexpr size_t kMinPacket = 3;
constexpr size_t kMaxPacket = 1000;
constexpr uint8_t kSilence = 127;

}  // namespace

SentAudio::SentAudio(const AudioPattern& pattern, SentStreamConfig config, base::Random& random,
                     base::PacketPool& pool)
    : pattern_(pattern),
      stream_(std::move(config), random, pool),
      ticks_(kPacketsPerSecond),
      packet_(std::clamp(static_cast<size_t>(pattern.bitrate.bps() / 8 / kPacketsPerSecond),
                         kMinPacket, kMaxPacket)) {
  random.Fill(packet_);
  packet_[0] = kTableOfContents;
}

void SentAudio::Send(rtp::PacketTransport& transport, SendCounters& counters, base::Time now) {
  base::Duration offset{};
  while (ticks_.Take(now, offset)) {
    const bool voice = pattern_.level < kSilence;
    SentPayload payload;
    payload.body = packet_;
    payload.marker = voice && !talking_;  // RFC 3551 section 4.1: the first of a talkspurt
    payload.level = rtp::AudioLevel{pattern_.level, voice};
    talking_ = voice;
    stream_.Send(transport, payload, stream_.TimestampAt(offset), now);
    ++counters.packets;
    counters.bytes += packet_.size();
  }
}

}  // namespace plaza::client::internal
