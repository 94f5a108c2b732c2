// Frame information of recorded streams of all codecs.
#include "rtp/frame_info.h"

#include <gtest/gtest.h>

#include "rtp/testing/recording.h"

namespace plaza::rtp {
namespace {

struct Summary {
  int keyframes = 0;
  PictureSizes sizes;
  bool starts_with_keyframe = false;
  bool ends_told = false;
};

Summary Summarize(const char* name) {
  base::PacketPool pool;
  const auto recording = testing::LoadRecording(name, pool);
  Summary summary;
  for (const Packet& packet : recording.packets) {
    const FrameInfo info = ReadFrameInfo(packet);
    const bool first = &packet == &recording.packets.front();
    if (first) summary.starts_with_keyframe = info.keyframe && info.first_packet;
    summary.keyframes += info.keyframe ? 1 : 0;
    summary.ends_told = summary.ends_told || info.last_packet;
    if (info.sizes.count > 0 && summary.sizes.count == 0) summary.sizes = info.sizes;
  }
  return summary;
}

TEST(FrameInfo, ARecordedStreamBeginsWithAKeyframeThatTellsItsSize) {
  struct Expected {
    const char* name;
    PictureSize largest;
    int keyframes;
  };
  for (const auto& [name, largest, keyframes] :
       {Expected{"vp8_L1T3", {1280, 720}, 1}, Expected{"vp9_L1T3", {1280, 720}, 1},
        Expected{"vp9_ffmpeg", {640, 360}, 1}, Expected{"vp9_L3T3_KEY", {1280, 720}, 1},
        Expected{"av1_L1T1", {1280, 720}, 1}, Expected{"av1_L3T3", {1280, 720}, 1},
        Expected{"h264_L1T3", {1280, 720}, 2}, Expected{"h265", {640, 360}, 4}}) {
    SCOPED_TRACE(name);
    const Summary summary = Summarize(name);
    EXPECT_TRUE(summary.starts_with_keyframe);
    EXPECT_TRUE(summary.ends_told);
    EXPECT_EQ(summary.keyframes, keyframes) << "parameter sets and slices both count";
    ASSERT_GT(summary.sizes.count, 0);
    EXPECT_EQ(summary.sizes.layers[summary.sizes.count - 1], largest);
  }
}

}  // namespace
}  // namespace plaza::rtp
