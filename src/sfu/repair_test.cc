// Losses, repair and keyframes.
#include "sfu/testing/graph_fixture.h"

namespace plaza::sfu {
namespace {

using namespace testing;

using RepairTest = GraphTest;

TEST_F(RepairTest, ASecondWatcherIsServedFromTheLastKeyframeWithoutAskingForAnother) {
  TestClient& publisher = JoinPublisher(1);
  simulation_.Run(100ms);
  JoinWatcher(2, 1);
  simulation_.Run(400ms);
  ASSERT_EQ(publisher.source(1).keyframes(), 1);
  TestClient& second = JoinWatcher(3, 1);
  simulation_.Run(30ms);
  EXPECT_GT(second.video(0).arrived.size(), 10u) << "all since the keyframe, at once";
  simulation_.Run(500ms);
  EXPECT_EQ(publisher.source(1).keyframes(), 1);
  EXPECT_EQ(publisher.plis, 0);
  EXPECT_EQ(StreamCheck::Run(second.video(0)).missing, 0);
  // The frames to catch up with must not push the live ones into the future.
  const auto& packets = second.video(0).packets;
  const uint32_t span =
      packets.rbegin()->second.header.timestamp - packets.begin()->second.header.timestamp;
  EXPECT_LT(span, 90u * 600);
}

TEST_F(RepairTest, ManyWatchersAskForOneKeyframe) {
  TestClient& publisher = JoinPublisher(1);
  simulation_.Run(5s);
  for (uint64_t id = 10; id < 40; ++id) JoinWatcher(id, 1);
  simulation_.Run(1s);
  EXPECT_EQ(publisher.plis, 1);
  EXPECT_EQ(publisher.source(1).keyframes(), 2);
  for (uint64_t id = 10; id < 40; ++id) {
    EXPECT_GT(StreamCheck::Run(clients_[id]->video(0)).complete_frames, 15);
  }
}

TEST_F(RepairTest, KeyframeRequestsOfReceiversAreCoalesced) {
  TestClient& publisher = JoinPublisher(1);
  for (uint64_t id = 10; id < 20; ++id) JoinWatcher(id, 1);
  simulation_.Run(3s);
  const int before = publisher.plis;
  for (int round = 0; round < 10; ++round) {
    for (uint64_t id = 10; id < 20; ++id) clients_[id]->SendPli(clients_[id]->video(0).config.ssrc);
    simulation_.Run(20ms);
  }
  simulation_.Run(1s);
  EXPECT_GE(publisher.plis - before, 1);
  EXPECT_LE(publisher.plis - before, 2);
}

TEST_F(RepairTest, NacksAreAnsweredByRtx) {
  JoinPublisher(1);
  TestClient& watcher = JoinWatcher(3, 1);
  simulation_.Run(500ms);
  auto& stream = watcher.video(0);
  const rtp::Packet lost = stream.packets.rbegin()->second;
  watcher.SendNack(stream.config.ssrc, {lost.header.sequence_number});
  simulation_.Run(25ms);
  ASSERT_EQ(stream.rtx, 1);
  const auto it = std::ranges::find_if(stream.arrived, &rtp::Packet::recovered);
  ASSERT_NE(it, stream.arrived.end());
  EXPECT_EQ(it->header.timestamp, lost.header.timestamp);
  EXPECT_EQ(it->header.marker, lost.header.marker);
  EXPECT_TRUE(std::ranges::equal(it->payload(), lost.payload()));
}

TEST_F(RepairTest, ANackForWhatIsNoLongerKeptBringsAKeyframe) {
  TestClient& publisher = JoinPublisher(1);
  TestClient& watcher = JoinWatcher(3, 1);
  simulation_.Run(5s);
  auto& stream = watcher.video(0);
  const uint16_t never_sent = stream.packets.rbegin()->second.header.sequence_number + 1000;
  watcher.SendNack(stream.config.ssrc, {never_sent});
  simulation_.Run(500ms);
  EXPECT_EQ(publisher.plis, 0);
  // The first was overwritten in the list of what was sent; one of 3 s ago is listed, but gone.
  const auto three_seconds_ago = std::prev(stream.packets.end(), stream.packets.size() * 3 / 5);
  for (const auto& lost : {stream.packets.begin(), three_seconds_ago}) {
    const int before = publisher.plis;
    watcher.SendNack(stream.config.ssrc, {lost->second.header.sequence_number});
    simulation_.Run(500ms);
    EXPECT_EQ(publisher.plis, before + 1);
  }
  EXPECT_EQ(publisher.source(1).keyframes(), 3);
}

TEST_F(RepairTest, WithoutRtxLostPacketsAreSentAsTheyWere) {
  JoinPublisher(1);
  TestClient& watcher = Join(3);
  watcher.AddSlot(0, false);
  watcher.Watch(0, Content(1));
  simulation_.Run(500ms);
  auto& stream = watcher.video(0);
  watcher.SendNack(stream.config.ssrc, {stream.packets.rbegin()->second.header.sequence_number});
  simulation_.Run(25ms);
  EXPECT_EQ(stream.rtx, 0);
  EXPECT_EQ(stream.duplicates, 1);
}

TEST_F(RepairTest, RepeatedNacksWithinARoundTripAreAnsweredOnce) {
  JoinPublisher(1);
  TestClient& watcher = JoinWatcher(3, 1);
  simulation_.Run(500ms);
  auto& stream = watcher.video(0);
  const uint16_t number = stream.packets.rbegin()->second.header.sequence_number;
  for (int i = 0; i < 8; ++i) {
    watcher.SendNack(stream.config.ssrc, {number});
    simulation_.Run(5ms);
  }
  simulation_.Run(30ms);
  EXPECT_EQ(stream.rtx, 1);
}

TEST_F(RepairTest, ResendsAreBoundedInRate) {
  TestClient& publisher = JoinPublisher(1);
  publisher.source(1);
  TestClient& watcher = JoinWatcher(3, 1);
  watcher.observer().OnTargetRate(base::DataRate::KilobitsPerSecond(2500), simulation_.now());
  simulation_.Run(5s);
  auto& stream = watcher.video(0);
  for (int round = 0; round < 100; ++round) {
    std::vector<uint16_t> all;
    for (auto it = stream.packets.rbegin(); all.size() < 80; ++it) {
      all.insert(all.begin(), it->second.header.sequence_number);
    }
    watcher.SendNack(stream.config.ssrc, all);
    simulation_.Run(10ms);
  }
  // At most half of the target, and a burst.
  EXPECT_LT(stream.rtx * 230 * 8, 1'250'000 * 3 / 2);
}

TEST_F(RepairTest, PaddingIsNotForwardedAndLeavesNoGap) {
  TestClient& publisher = JoinPublisher(1);
  TestClient& watcher = JoinWatcher(3, 1);
  simulation_.Every(30ms, [&] {
    for (int i = 0; i < 3; ++i) {
      publisher.SendUp(1, 0, publisher.source(1).NextPadding(simulation_.now()));
    }
  });
  simulation_.Run(1s);
  const auto summary = StreamCheck::Run(watcher.video(0));
  EXPECT_GT(summary.complete_frames, 20);
  EXPECT_EQ(summary.missing, 0);
  for (const auto& packet : watcher.video(0).arrived) EXPECT_GT(packet.payload_size, 0);
}

TEST_F(RepairTest, WhatIsLostOnTheWayInIsAskedForAndForwardedLate) {
  TestClient& publisher = JoinPublisher(1);
  TestClient& watcher = JoinWatcher(3, 1);
  publisher.up.loss = 0.1;
  simulation_.Run(5s);
  publisher.up.loss = 0;
  simulation_.Run(1s);
  EXPECT_GT(publisher.nacked, 10);
  const auto summary = StreamCheck::Run(watcher.video(0));
  EXPECT_EQ(summary.missing, 0);
  EXPECT_EQ(summary.broken_frames, 0);
  EXPECT_GT(summary.complete_frames, 130);
}

TEST_F(RepairTest, H264StartsAtItsParameterSets) {
  JoinPublisher(1, 1, rtp::Codec::kH264);
  TestClient& watcher = JoinWatcher(3, 1);
  simulation_.Run(1s);
  const auto summary = StreamCheck::Run(watcher.video(0));
  EXPECT_GT(summary.complete_frames, 20);
  EXPECT_EQ(watcher.video(0).arrived[0].payload()[0], 0x67);
  EXPECT_EQ(watcher.video(0).arrived[0].header.payload_type, kPayloadTypeH264);
}

TEST_F(RepairTest, ParameterSetsThatComeLateAreSentFirst) {
  TestClient& publisher = JoinPublisher(1, 1, rtp::Codec::kH264);
  simulation_.Run(5s);  // the first keyframe is out of reach
  video_on_ = false;
  TestClient& watcher = JoinWatcher(3, 1);
  simulation_.Run(100ms);
  ASSERT_EQ(publisher.plis, 1);
  const auto keyframe = publisher.source(1).NextFrame(simulation_.now());
  for (size_t i = 1; i < keyframe.size(); ++i) publisher.SendUp(1, 0, keyframe[i]);
  simulation_.Run(15ms);
  EXPECT_TRUE(watcher.video(0).arrived.empty()) << "slices alone can't be decoded";
  simulation_.Run(100ms);
  const auto& arrived = watcher.video(0).arrived;
  ASSERT_EQ(arrived.size(), keyframe.size());
  EXPECT_EQ(arrived[0].payload()[0], 0x67);
  EXPECT_EQ(StreamCheck::Run(watcher.video(0)).complete_frames, 1);
}

TEST_F(RepairTest, APublisherThatChangesItsSsrcRunsOn) {
  TestClient& publisher = JoinPublisher(1);
  TestClient& watcher = JoinWatcher(3, 1);
  simulation_.Run(1s);
  video_on_ = false;
  TestSource restarted({.source = 1, .ssrc = 4321, .first_sequence_number = 7});
  simulation_.Every(40ms, [&] {
    for (auto& packet : restarted.NextFrame(simulation_.now())) publisher.SendUp(1, 0, packet);
  });
  simulation_.Run(2s);
  const auto summary = StreamCheck::Run(watcher.video(0));
  EXPECT_EQ(summary.missing, 0);
  EXPECT_GT(summary.complete_frames, 70);
}

TEST_F(RepairTest, AJumpInNumbersIsANewBeginning) {
  TestClient& publisher = JoinPublisher(1);
  TestClient& watcher = JoinWatcher(3, 1);
  simulation_.Run(1s);
  for (int i = 0; i < 3000; ++i) (void)publisher.source(1).NextPadding(simulation_.now());
  simulation_.Run(2s);
  const auto summary = StreamCheck::Run(watcher.video(0));
  EXPECT_EQ(summary.missing, 0);
  EXPECT_GT(summary.complete_frames, 60);
  EXPECT_GE(publisher.source(1).keyframes(), 2) << "what was lost can't be repaired";
}

}  // namespace
}  // namespace plaza::sfu
