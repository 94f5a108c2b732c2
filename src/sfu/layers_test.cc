// Simulcast: which encoding is sent when, and how it is changed.
#include "sfu/testing/graph_fixture.h"

namespace plaza::sfu {
namespace {

using namespace testing;

class LayersTest : public GraphTest {
 protected:
  // The encoding of the newest packet that came.
  static int Shown(TestClient& watcher) {
    return ReadStamp(watcher.video(0).packets.rbegin()->second.payload())->encoding;
  }
  static void ExpectUnbroken(TestClient& watcher) {
    const auto summary = StreamCheck::Run(watcher.video(0));
    EXPECT_EQ(summary.missing, 0);
    EXPECT_GT(summary.complete_frames, 20);
  }
};

TEST_F(LayersTest, TheBestEncodingIsSentIfNothingSpeaksAgainstIt) {
  JoinPublisher(1, 3);
  TestClient& watcher = JoinWatcher(2, 1);
  simulation_.Run(2s);
  EXPECT_EQ(Shown(watcher), 2);
  ExpectUnbroken(watcher);
}

TEST_F(LayersTest, TheSmallestEncodingThatFillsTheViewIsSent) {
  JoinPublisher(1, 3);  // 160, 320 and 640 wide
  TestClient& watcher = JoinWatcher(2, 1, 300);
  simulation_.Run(2s);
  EXPECT_EQ(Shown(watcher), 1);
  watcher.Watch(0, Content(1, 160));
  simulation_.Run(2s);
  EXPECT_EQ(Shown(watcher), 0);
  watcher.Watch(0, Content(1, 1920));
  simulation_.Run(2s);
  EXPECT_EQ(Shown(watcher), 2);
  ExpectUnbroken(watcher);
  EXPECT_LE(StreamCheck::Run(watcher.video(0)).changes, 4) << "the lowest may have come first";
}

TEST_F(LayersTest, TimestampsFollowTheCaptureAcrossChanges) {
  TestClient& publisher = JoinPublisher(1, 3);
  for (uint8_t i = 0; i < 3; ++i) {
    simulation_.Every(700ms, [&publisher, i] { publisher.SendSenderReport(1, i); });
  }
  TestClient& watcher = JoinWatcher(2, 1);
  simulation_.Run(2s);
  watcher.Watch(0, Content(1, 160));
  simulation_.Run(1s);
  watcher.Watch(0, Content(1));
  simulation_.Run(1s);
  const auto& packets = watcher.video(0).packets;
  // All but the first, which may have come before the first sender report.
  std::optional<std::pair<uint32_t, uint32_t>> first;
  for (const auto& [number, packet] : packets) {
    const auto stamp = *ReadStamp(packet.payload());
    if (!first && stamp.frame > 20) first = {packet.header.timestamp, stamp.captured_ms};
    if (!first) continue;
    const double out = (packet.header.timestamp - first->first) / 90.0;
    EXPECT_NEAR(out, stamp.captured_ms - first->second, 2.1);
  }
}

TEST_F(LayersTest, WhileAKeyframeIsAwaitedTheOldEncodingGoesOn) {
  TestClient& publisher = JoinPublisher(1, 2);
  TestClient& watcher = JoinWatcher(2, 1, 160);
  simulation_.Run(3s);
  ASSERT_EQ(Shown(watcher), 0);
  publisher.up.delay = 400ms;  // requests and keyframes take their time
  publisher.down.delay = 400ms;
  simulation_.Run(1s);
  const size_t before = watcher.video(0).arrived.size();
  watcher.Watch(0, Content(1, 640));
  simulation_.Run(500ms);
  EXPECT_EQ(Shown(watcher), 0);
  EXPECT_GT(watcher.video(0).arrived.size(), before + 10);
  simulation_.Run(1s);
  EXPECT_EQ(Shown(watcher), 1);
  ExpectUnbroken(watcher);
}

TEST_F(LayersTest, AnEncodingThatDiesIsLeft) {
  JoinPublisher(1, 3);
  TestClient& watcher = JoinWatcher(2, 1);
  simulation_.Run(2s);
  ASSERT_EQ(Shown(watcher), 2);
  dead_layers_ = {2};
  simulation_.Run(3s);
  EXPECT_EQ(Shown(watcher), 1);
  dead_layers_ = {0, 1};
  simulation_.Run(3s);
  EXPECT_EQ(Shown(watcher), 2) << "the only one left, whatever it is";
  ExpectUnbroken(watcher);
}

TEST_F(LayersTest, ASmallViewTakesABigEncodingIfThereIsNoOther) {
  JoinPublisher(1, 3);
  dead_layers_ = {0, 1};
  TestClient& watcher = JoinWatcher(2, 1, 160);
  simulation_.Run(4s);
  EXPECT_EQ(Shown(watcher), 2);
}

TEST_F(LayersTest, TheTargetRateLimitsTheEncoding) {
  JoinPublisher(1, 3);  // 85, 130 and 170 kbit/s, audio 30
  TestClient& watcher = JoinWatcher(2, 1);
  simulation_.Run(3s);
  ASSERT_EQ(Shown(watcher), 2);
  watcher.observer().OnTargetRate(base::DataRate::KilobitsPerSecond(180), simulation_.now());
  simulation_.Run(2s);
  EXPECT_EQ(Shown(watcher), 1);
  watcher.observer().OnTargetRate(base::DataRate::KilobitsPerSecond(1000), simulation_.now());
  simulation_.Run(10s);
  EXPECT_EQ(Shown(watcher), 2);
  ExpectUnbroken(watcher);
}

TEST_F(LayersTest, WithoutRateForVideoOnlyAudioIsSent) {
  JoinPublisher(1, 3);
  TestClient& watcher = JoinWatcher(2, 1);
  simulation_.Run(2s);
  watcher.observer().OnTargetRate(base::DataRate::KilobitsPerSecond(5), simulation_.now());
  simulation_.Run(50ms);
  const size_t video = watcher.video(0).arrived.size();
  const size_t audio = watcher.audio(0).arrived.size();
  simulation_.Run(2s);
  EXPECT_EQ(watcher.video(0).arrived.size(), video);
  EXPECT_GT(watcher.audio(0).arrived.size(), audio + 90);
  watcher.observer().OnTargetRate(base::DataRate::KilobitsPerSecond(1000), simulation_.now());
  simulation_.Run(5s);
  EXPECT_GT(watcher.video(0).arrived.size(), video);
  EXPECT_EQ(StreamCheck::Run(watcher.video(0)).missing, 0);
}

TEST_F(LayersTest, WhatHasPriorityIsServedFirst) {
  JoinPublisher(1, 3);
  JoinPublisher(2, 3);
  TestClient& watcher = JoinWatcher(3, 1);
  watcher.AddSlot(1);
  SlotContent content = Content(2);
  content.priority = 1;
  watcher.Watch(1, content);
  watcher.observer().OnTargetRate(base::DataRate::KilobitsPerSecond(350), simulation_.now());
  simulation_.Run(5s);
  EXPECT_EQ(Shown(watcher), 0);
  EXPECT_EQ(ReadStamp(watcher.video(1).packets.rbegin()->second.payload())->encoding, 2);
}

TEST_F(LayersTest, ChangesSurviveLossOnTheWayIn) {
  TestClient& publisher = JoinPublisher(1, 3);
  TestClient& watcher = JoinWatcher(2, 1);
  publisher.up.loss = 0.15;
  for (int i = 0; i < 10; ++i) {
    watcher.Watch(0, Content(1, i % 2 ? 160 : 640));
    simulation_.Run(2s);
  }
  publisher.up.loss = 0;
  simulation_.Run(1s);
  const auto summary = StreamCheck::Run(watcher.video(0));
  EXPECT_GE(summary.changes, 8);
  EXPECT_GT(summary.complete_frames, 400);
}

}  // namespace
}  // namespace plaza::sfu
