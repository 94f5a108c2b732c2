// What must hold of every stream that a client gets, whatever happened.
#pragma once

#include <gtest/gtest.h>

#include <set>

#include "rtp/sequence_number.h"
#include "sfu/testing/test_client.h"

namespace plaza::sfu::testing {

struct StreamSummary {
  int missing = 0;  ///< sequence numbers that never came
  int complete_frames = 0;
  int broken_frames = 0;                        ///< begun and not complete
  int changes = 0;                              ///< of source or encoding
  std::set<std::pair<uint32_t, uint8_t>> seen;  ///< source and encoding
};

/// Walks over a stream in the order of sequence numbers.
class StreamCheck {
 public:
  /// If packets may be lost on the last hop, nobody knows which was the first.
  static StreamSummary Run(const ReceivedStream& stream, bool lossy = false) {
    StreamCheck check(stream);
    check.gap_at_start_ = lossy;
    for (const auto& [number, packet] : stream.packets) check.OnPacket(number, packet);
    check.EndFrame();
    return check.summary_;
  }

 private:
  explicit StreamCheck(const ReceivedStream& stream) : stream_(stream) {}

  void OnPacket(int64_t number, const rtp::Packet& packet) {
    const int64_t lost = last_number_ ? number - *last_number_ - 1 : 0;
    const bool gap = last_number_ ? lost > 0 : gap_at_start_;
    summary_.missing += static_cast<int>(lost);
    last_number_ = number;
    EXPECT_EQ(packet.header.ssrc, stream_.config.ssrc);
    if (packet.payload_size == 0) return;
    const auto stamp = ReadStamp(packet.payload());
    ASSERT_TRUE(stamp);
    const bool same_frame = frame_ && frame_->source == stamp->source &&
                            frame_->encoding == stamp->encoding && frame_->frame == stamp->frame &&
                            // One who comes back may be served the same frame again.
                            stamp->part > part_ && !(gap && packet.header.timestamp != timestamp_);
    if (same_frame) {
      EXPECT_EQ(packet.header.timestamp, timestamp_) << "one frame has one timestamp";
      ++parts_;
      if (!gap) {
        EXPECT_EQ(stamp->part, part_ + 1);
      }
    } else {
      BeginFrame(*stamp, packet, gap);
    }
    part_ = stamp->part;
  }

  void BeginFrame(const Stamp& stamp, const rtp::Packet& packet, bool gap) {
    EndFrame();
    if (frame_) {
      EXPECT_TRUE(rtp::IsNewer(packet.header.timestamp, timestamp_)) << "timestamps grow";
    }
    const bool change =
        !frame_ || frame_->source != stamp.source || frame_->encoding != stamp.encoding;
    if (change) {
      ++summary_.changes;
      if (stream_.kind == rtp::MediaKind::kVideo && !gap) {
        EXPECT_TRUE(stamp.keyframe) << "a change begins with a keyframe";
        EXPECT_EQ(stamp.part, 0);
      }
    } else {
      // One who comes back to an encoding may be served from its last keyframe on.
      EXPECT_TRUE(stamp.frame > frame_->frame || stamp.keyframe) << "frames come in order";
    }
    CheckPictureId(packet, gap);
    frame_ = stamp;
    timestamp_ = packet.header.timestamp;
    parts_ = 1;
    summary_.seen.emplace(stamp.source, stamp.encoding);
  }

  void EndFrame() {
    if (!frame_) return;
    ++(parts_ == frame_->parts ? summary_.complete_frames : summary_.broken_frames);
  }

  // Picture ids and TL0PICIDX run on over changes, as the numbers of packets do.
  void CheckPictureId(const rtp::Packet& packet, bool gap) {
    if (packet.header.payload_type != kPayloadTypeVp8) {
      picture_id_.reset();
      return;
    }
    const auto vp8 = rtp::ParseVp8(packet.payload());
    ASSERT_TRUE(vp8 && vp8->descriptor.picture_id && vp8->descriptor.tl0_picture_index);
    if (picture_id_ && !gap) {
      EXPECT_EQ(*vp8->descriptor.picture_id, (*picture_id_ + 1) & 0x7FFF);
      EXPECT_EQ(*vp8->descriptor.tl0_picture_index, static_cast<uint8_t>(tl0_ + 1));
    }
    picture_id_ = vp8->descriptor.picture_id;
    tl0_ = *vp8->descriptor.tl0_picture_index;
  }

  const ReceivedStream& stream_;
  bool gap_at_start_ = false;
  StreamSummary summary_;
  std::optional<int64_t> last_number_;
  std::optional<Stamp> frame_;
  uint32_t timestamp_ = 0;
  int parts_ = 0;
  int part_ = 0;
  std::optional<uint16_t> picture_id_;
  uint8_t tl0_ = 0;
};

}  // namespace plaza::sfu::testing
