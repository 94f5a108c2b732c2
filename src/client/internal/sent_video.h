// The generated camera: VP8-shaped frames in one encoding or in three.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "client/config.h"
#include "client/internal/sent_stream.h"
#include "client/internal/ticks.h"
#include "client/statistics.h"

namespace plaza::client::internal {

/// The encodings that a pattern is sent in, lowest first; one without a rid when it is not
/// simulcast.
std::vector<signal::Layer> LayersOf(const VideoPattern& pattern);

class SentVideo {
 public:
  /// `streams`: one config for each layer that the other side takes, in the order of LayersOf(),
  /// with its rid.
  SentVideo(const VideoPattern& pattern, const std::vector<SentStreamConfig>& streams,
            base::Random& random, base::PacketPool& pool);

  /// Begins with a keyframe.
  void Start(base::Time now);
  void Stop() { ticks_.Stop(); }
  base::Time NextDeadline() const { return ticks_.NextDeadline(); }
  /// Sends the frames that are due.
  void Send(rtp::PacketTransport& transport, SendCounters& counters, base::Time now);
  /// The next frame of this stream is a keyframe.
  void RequestKeyframe(uint32_t ssrc);

  size_t layer_count() const { return layers_.size(); }
  SentStream& stream(size_t layer) { return layers_[layer].stream; }
  std::optional<base::Duration> rtt() const {
    return layers_.empty() ? std::nullopt : layers_.front().stream.statistics().rtt();
  }

 private:
  struct Layer {
    SentStream stream;
    uint16_t width;
    uint16_t height;
    double frame_bytes;  // on average
    double debt = 0;     // bytes that a keyframe took from the frames after it
    uint32_t next_frame = 0;
    bool keyframe_wanted = true;
    base::Time last_keyframe{};
  };

  void SendFrame(Layer& layer, rtp::PacketTransport& transport, SendCounters& counters,
                 base::Duration offset, base::Time now);
  size_t FrameSize(Layer& layer, bool keyframe) const;

  VideoPattern pattern_;
  Ticks ticks_;
  uint16_t first_picture_id_;
  std::vector<Layer> layers_;
};

}  // namespace plaza::client::internal
