// Frames by bitrate, cut into RTP packets (RFC 7741).
#include "client/internal/sent_video.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "client/vp8_pattern.h"
#include "rtp/vp8.h"

namespace plaza::client::internal {
namespace {

/// A keyframe is so many times as large as a frame on average; the frames after it pay for it.
constexpr double kKeyframeFactor = 5;
constexpr double kRepayment = 0.15;
/// VP8 data of one packet: with header, extensions, RTX and SRTP less than 1,200 bytes.
constexpr size_t kMaxPayload = 1100;
constexpr uint16_t kPictureIdMask = 0x7fff;

/// A layer's share of the bitrate goes with its area to the power of three quarters.
double Weight(const signal::Layer& layer) {
  return std::pow(static_cast<double>(layer.width) * layer.height, 0.75);
}

}  // namespace

std::vector<signal::Layer> LayersOf(const VideoPattern& pattern) {
  if (!pattern.simulcast) return {{"", pattern.width, pattern.height}};
  const auto part = [&](const char* rid, int divisor) {
    return signal::Layer{rid, static_cast<uint16_t>(pattern.width / divisor),
                         static_cast<uint16_t>(pattern.height / divisor)};
  };
  return {part("q", 4), part("h", 2), part("f", 1)};
}

SentVideo::SentVideo(const VideoPattern& pattern, const std::vector<SentStreamConfig>& streams,
                     base::Random& random, base::PacketPool& pool)
    : pattern_(pattern),
      ticks_(std::max(1, pattern.frame_rate)),
      first_picture_id_(static_cast<uint16_t>(random.Below(kPictureIdMask))) {
  double whole = 0;
  const std::vector<signal::Layer> sizes = LayersOf(pattern);
  for (const signal::Layer& size : sizes) whole += Weight(size);
  const double bytes_per_frame =
      static_cast<double>(pattern.bitrate.bps()) / 8 / std::max(1, pattern.frame_rate);
  for (const SentStreamConfig& config : streams) {
    for (const signal::Layer& size : sizes) {
      if (size.rid != config.rid) continue;
      layers_.push_back({SentStream(config, random, pool), size.width, size.height,
                         bytes_per_frame * Weight(size) / whole});
    }
  }
}

void SentVideo::Start(base::Time now) {
  ticks_.Start(now);
  for (Layer& layer : layers_) layer.keyframe_wanted = true;
}

void SentVideo::RequestKeyframe(uint32_t ssrc) {
  for (Layer& layer : layers_)
    if (layer.stream.config().ssrc == ssrc) layer.keyframe_wanted = true;
}

void SentVideo::Send(rtp::PacketTransport& transport, SendCounters& counters, base::Time now) {
  base::Duration offset{};
  while (ticks_.Take(now, offset)) {
    for (Layer& layer : layers_) SendFrame(layer, transport, counters, offset, now);
  }
}

size_t SentVideo::FrameSize(Layer& layer, bool keyframe) const {
  double size = 0;
  if (keyframe) {
    size = layer.frame_bytes * kKeyframeFactor;
    layer.debt += size - layer.frame_bytes;
  } else {
    const double paid = std::min(layer.debt * kRepayment, layer.frame_bytes * 0.8);
    size = layer.frame_bytes - paid;
    layer.debt -= paid;
  }
  return std::max(kMinVp8Frame, static_cast<size_t>(size));
}

void SentVideo::SendFrame(Layer& layer, rtp::PacketTransport& transport, SendCounters& counters,
                          base::Duration offset, base::Time now) {
  const bool periodic = pattern_.keyframe_interval > base::Duration::zero() &&
                        now - layer.last_keyframe >= pattern_.keyframe_interval;
  const bool keyframe = layer.keyframe_wanted || periodic;
  if (keyframe) layer.last_keyframe = now;
  layer.keyframe_wanted = false;
  const uint32_t number = layer.next_frame++;
  const base::Bytes frame =
      MakeVp8Frame({number, keyframe, layer.width, layer.height, FrameSize(layer, keyframe)});

  rtp::Vp8Descriptor descriptor;
  descriptor.picture_id = static_cast<uint16_t>((first_picture_id_ + number) & kPictureIdMask);
  descriptor.long_picture_id = true;
  descriptor.start_of_partition = true;
  const uint32_t timestamp = layer.stream.TimestampAt(offset);
  // Packets of even size, as encoders make them.
  const size_t count = (frame.size() + kMaxPayload - 1) / kMaxPayload;
  for (size_t i = 0; i < count; ++i) {
    const size_t begin = frame.size() * i / count, end = frame.size() * (i + 1) / count;
    std::array<uint8_t, rtp::kMaxVp8DescriptorSize> room;
    SentPayload payload;
    payload.prefix = base::ByteView(room).first(rtp::WriteVp8Descriptor(descriptor, room));
    payload.body = base::ByteView(frame).subspan(begin, end - begin);
    payload.marker = i + 1 == count;
    layer.stream.Send(transport, payload, timestamp, now);
    descriptor.start_of_partition = false;
    ++counters.packets;
    counters.bytes += payload.prefix.size() + payload.body.size();
  }
  ++counters.frames;
  counters.keyframes += keyframe ? 1 : 0;
}

}  // namespace plaza::client::internal
