// The graph as its owner and its clients see it.
#include "sfu/graph.h"

#include "rtp/extension_reader.h"
#include "sfu/testing/graph_fixture.h"

namespace plaza::sfu {
namespace {

using namespace testing;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(GraphTest, AWatcherGetsAudioAndVideoFromAKeyframeOn) {
  JoinPublisher(1);
  simulation_.Run(300ms);
  TestClient& watcher = JoinWatcher(2, 1);
  simulation_.Run(2s);
  const auto audio = StreamCheck::Run(watcher.audio(0));
  const auto video = StreamCheck::Run(watcher.video(0));
  EXPECT_GE(audio.complete_frames, 90);
  EXPECT_GE(video.complete_frames, 45);
  EXPECT_EQ(audio.missing + video.missing + audio.broken_frames + video.broken_frames, 0);
  EXPECT_EQ(watcher.video(0).arrived[0].header.payload_type, kPayloadTypeVp8);
  EXPECT_EQ(watcher.audio(0).arrived[0].header.payload_type, kPayloadTypeOpus);
}

TEST_F(GraphTest, ExtensionsAreWrittenWithTheReceiversIds) {
  JoinPublisher(1);
  TestClient& watcher = JoinWatcher(3, 1);
  simulation_.Run(200ms);
  const auto& ids = watcher.transport().extensions();
  const rtp::Packet& audio = watcher.audio(0).arrived.at(0);
  EXPECT_EQ(rtp::ReadMid(audio, ids), watcher.audio(0).config.mid);
  EXPECT_EQ(rtp::ReadAudioLevel(audio, ids)->level, 30);
  EXPECT_TRUE(rtp::ReadTransportSequenceNumber(audio, ids));
  EXPECT_TRUE(rtp::ReadAbsSendTime(audio, ids));
  const rtp::Packet& video = watcher.video(0).arrived.at(0);
  EXPECT_EQ(rtp::ReadMid(video, ids), watcher.video(0).config.mid);
}

TEST_F(GraphTest, ASlotThatIsGivenToAnotherRunsOn) {
  JoinPublisher(1);
  JoinPublisher(2);
  TestClient& watcher = JoinWatcher(3, 1);
  simulation_.Run(1s);
  watcher.Watch(0, Content(2));
  simulation_.Run(1s);
  watcher.Watch(0, Content(1));
  simulation_.Run(1s);
  const auto video = StreamCheck::Run(watcher.video(0));
  EXPECT_EQ(video.changes, 3);
  EXPECT_EQ(video.missing, 0);
  EXPECT_GT(video.complete_frames, 60);
  const auto audio = StreamCheck::Run(watcher.audio(0));
  EXPECT_EQ(audio.changes, 3);
  EXPECT_EQ(audio.missing, 0);
  // Timestamps went on at the pace of time.
  const auto& packets = watcher.video(0).packets;
  const uint32_t span =
      packets.rbegin()->second.header.timestamp - packets.begin()->second.header.timestamp;
  EXPECT_NEAR(span / 90.0, 2950, 150);
}

TEST_F(GraphTest, AfterAChangeOfTheSlotNothingOfTheOldOccupantLeaves) {
  JoinPublisher(1);
  JoinPublisher(2);
  TestClient& watcher = JoinWatcher(3, 1);
  simulation_.Run(1s);
  simulation_.Run(30ms);  // what is on its way arrives
  const auto before = watcher.video(0).packets.rbegin()->second.header.sequence_number;
  watcher.Watch(0, Content(2));
  const size_t seen = watcher.video(0).arrived.size();
  watcher.SendNack(watcher.video(0).config.ssrc, {before});
  simulation_.Run(1s);
  for (size_t i = seen; i < watcher.video(0).arrived.size(); ++i) {
    EXPECT_EQ(ReadStamp(watcher.video(0).arrived[i].payload())->source, 2u);
  }
  EXPECT_EQ(watcher.video(0).rtx, 0);
}

TEST_F(GraphTest, AnEmptiedSlotIsSilent) {
  JoinPublisher(1);
  TestClient& watcher = JoinWatcher(3, 1);
  simulation_.Run(500ms);
  watcher.Watch(0, std::nullopt);
  simulation_.Run(15ms);
  const size_t seen = watcher.video(0).arrived.size() + watcher.audio(0).arrived.size();
  simulation_.Run(1s);
  EXPECT_EQ(watcher.video(0).arrived.size() + watcher.audio(0).arrived.size(), seen);
}

TEST_F(GraphTest, HalvesAreUsedOneByOne) {
  JoinPublisher(1);
  TestClient& watcher = Join(3);
  watcher.AddSlot(0);
  SlotContent content = Content(1);
  content.video = false;
  watcher.Watch(0, content);
  simulation_.Run(500ms);
  EXPECT_FALSE(watcher.audio(0).arrived.empty());
  EXPECT_TRUE(watcher.video(0).arrived.empty());
}

TEST_F(GraphTest, AHalfThatIsOfferedLaterGetsWhatTheSlotCarries) {
  JoinPublisher(1);
  TestClient& watcher = Join(3);
  watcher.AddSlot(0, true, false);
  watcher.Watch(0, Content(1));
  simulation_.Run(500ms);
  const size_t audio = watcher.audio(0).arrived.size();
  EXPECT_GT(audio, 20u);
  watcher.AddSlot(0);
  simulation_.Run(500ms);
  EXPECT_FALSE(watcher.video(0).arrived.empty());
  EXPECT_GT(watcher.audio(0).arrived.size(), audio + 20);
  EXPECT_EQ(StreamCheck::Run(watcher.audio(0)).missing, 0);
}

TEST_F(GraphTest, ATrackThatComesAfterItsSlotWasAssignedFlowsAtOnce) {
  TestClient& watcher = JoinWatcher(3, 1);
  simulation_.Run(500ms);
  JoinPublisher(1);
  simulation_.Run(200ms);
  EXPECT_FALSE(watcher.video(0).arrived.empty());
}

TEST_F(GraphTest, PeersOfAnotherGroupAreNotSeen) {
  JoinPublisher(1);
  TestClient& watcher = Join(3, GroupId(2));
  watcher.AddSlot(0);
  watcher.Watch(0, Content(1));
  simulation_.Run(500ms);
  EXPECT_TRUE(watcher.video(0).arrived.empty());
}

TEST_F(GraphTest, ACodecThatTheReceiverDoesNotKnowIsReportedOnce) {
  JoinPublisher(1, 1, rtp::Codec::kVp9);
  TestClient& watcher = JoinWatcher(3, 1);
  simulation_.Run(1s);
  EXPECT_THAT(observer_.unsupported, ::testing::ElementsAre(RecordingObserver::Unsupported{
                                         PeerId(3), 0, rtp::MediaKind::kVideo, rtp::Codec::kVp9}));
  EXPECT_THAT(watcher.video(0).arrived, IsEmpty());
  EXPECT_FALSE(watcher.audio(0).arrived.empty());
}

TEST_F(GraphTest, MutedTracksAreNotForwardedAndComeBackWithAKeyframe) {
  JoinPublisher(1);
  TestClient& watcher = JoinWatcher(3, 1);
  simulation_.Run(1s);
  graph_.UpdateTrack(Video(1), {.muted = true, .layers = {{160, 90}}}, simulation_.now());
  simulation_.Run(15ms);
  const size_t seen = watcher.video(0).arrived.size();
  simulation_.Run(1s);
  EXPECT_EQ(watcher.video(0).arrived.size(), seen);
  graph_.UpdateTrack(Video(1), {.muted = false, .layers = {{160, 90}}}, simulation_.now());
  simulation_.Run(1s);
  ASSERT_GT(watcher.video(0).arrived.size(), seen);
  EXPECT_TRUE(ReadStamp(watcher.video(0).arrived[seen].payload())->keyframe);
  EXPECT_EQ(StreamCheck::Run(watcher.video(0)).missing, 0);
}

TEST_F(GraphTest, ASilentTrackIsStalledUntilItSendsAgain) {
  JoinPublisher(1);
  simulation_.Run(1s);
  video_on_ = false;
  simulation_.Run(9s);
  EXPECT_THAT(observer_.stalled, IsEmpty());
  simulation_.Run(2s);
  EXPECT_THAT(observer_.stalled, ::testing::ElementsAre(std::pair(Video(1), true)));
  video_on_ = true;
  simulation_.Run(1s);
  EXPECT_THAT(observer_.stalled,
              ::testing::ElementsAre(std::pair(Video(1), true), std::pair(Video(1), false)));
}

TEST_F(GraphTest, AMutedTrackIsNeverStalled) {
  JoinPublisher(1);
  graph_.UpdateTrack(Video(1), {.muted = true}, simulation_.now());
  video_on_ = false;
  simulation_.Run(60s);
  EXPECT_THAT(observer_.stalled, IsEmpty());
}

TEST_F(GraphTest, SpeakersAreTold) {
  TestClient& publisher = JoinPublisher(1);
  publisher.source(0).SetAudioLevel(25);
  JoinPublisher(2).source(0).SetAudioLevel(100);
  simulation_.Run(1s);
  ASSERT_FALSE(observer_.speakers.empty());
  ASSERT_THAT(observer_.speakers.back(), SizeIs(1));
  EXPECT_EQ(observer_.speakers.back()[0].source.peer, PeerId(1));
  publisher.Leave();
  simulation_.Run(1s);
  EXPECT_THAT(observer_.speakers.back(), IsEmpty());
}

TEST_F(GraphTest, ReceiverReportsGoToThePublisher) {
  TestClient& publisher = JoinPublisher(1);
  simulation_.Run(3s);
  ASSERT_GE(publisher.reports.size(), 4u);
  EXPECT_EQ(publisher.reports.back().fraction_lost, 0);
  publisher.up.loss = 0.5;
  simulation_.Run(3s);
  EXPECT_TRUE(std::ranges::any_of(publisher.reports,
                                  [](const auto& report) { return report.fraction_lost > 20; }));
}

TEST_F(GraphTest, WhatIsRefusedSaysWhy) {
  JoinPublisher(1);
  EXPECT_FALSE(graph_.AddPeer(PeerId(1), kRoom, clients_[1]->transport(), 1).ok());
  EXPECT_FALSE(graph_.AddTrack(Video(1), 5, {}, simulation_.now()).ok()) << "exists";
  EXPECT_FALSE(graph_.AddTrack(Video(9), 5, {}, simulation_.now()).ok()) << "no such peer";
  const TrackId screen{{PeerId(1), 1}, rtp::MediaKind::kVideo};
  EXPECT_FALSE(graph_.AddTrack(screen, 1, {}, simulation_.now()).ok()) << "m-line is taken";
  EXPECT_FALSE(graph_.AddTrack(screen, 60000, {}, simulation_.now()).ok());
  EXPECT_TRUE(graph_.AddTrack(screen, 2, {}, simulation_.now()).ok());
  EXPECT_FALSE(graph_.Assign(PeerId(1), 0, std::nullopt, simulation_.now()).ok());
  EXPECT_FALSE(graph_.AddRemoteTrack(Video(7), kRoom, {}, LinkId(1), simulation_.now()).ok());
}

TEST_F(GraphTest, APeerThatLeavesTakesItsTracksAlong) {
  TestClient& publisher = JoinPublisher(1);
  TestClient& watcher = JoinWatcher(3, 1);
  simulation_.Run(500ms);
  publisher.Leave();
  simulation_.Run(15ms);
  const size_t seen = watcher.video(0).arrived.size();
  simulation_.Run(500ms);
  EXPECT_EQ(watcher.video(0).arrived.size(), seen);
}

TEST_F(GraphTest, AudioBeginsWithWhatIsSaidNow) {
  JoinPublisher(1);
  simulation_.Run(1s);
  audio_on_ = false;
  simulation_.Run(1s);
  TestClient& watcher = JoinWatcher(2, 1);
  simulation_.Run(500ms);
  EXPECT_THAT(watcher.audio(0).arrived, IsEmpty());
  audio_on_ = true;
  simulation_.Run(100ms);
  EXPECT_FALSE(watcher.audio(0).arrived.empty());
}

TEST_F(GraphTest, NobodyAsksAMicrophoneForKeyframes) {
  TestClient& publisher = Join(1);
  publisher.AddSource(0, {.codec = rtp::Codec::kOpus});
  ASSERT_TRUE(graph_.AddTrack(Audio(1), 0, {}, simulation_.now()).ok());
  publisher.SendFrame(0, 0);
  simulation_.Run(100ms);
  TestClient& watcher = JoinWatcher(2, 1);
  simulation_.Run(3s);
  watcher.SendPli(watcher.audio(0).config.ssrc);
  simulation_.Run(1s);
  EXPECT_EQ(publisher.plis, 0);
}

TEST_F(GraphTest, WhatWasDoneIsCounted) {
  JoinPublisher(1);
  TestClient& watcher = JoinWatcher(2, 1);
  simulation_.Run(2s);
  watcher.SendNack(watcher.audio(0).config.ssrc, {1, 2, 3});
  simulation_.Run(50ms);
  const GraphCounters counters = graph_.counters();
  video_on_ = audio_on_ = false;
  simulation_.Run(50ms);
  EXPECT_NEAR(static_cast<double>(counters.received_packets), 200, 10);
  EXPECT_EQ(graph_.counters().forwarded_packets,
            watcher.audio(0).arrived.size() + watcher.video(0).arrived.size());
  EXPECT_EQ(counters.unanswered_nacks, 3u);
  EXPECT_EQ(graph_.peer_count(), 2u);
  EXPECT_EQ(graph_.track_count(), 2u);
}

TEST_F(GraphTest, AnEmptyGraphWaitsForNothing) { EXPECT_EQ(graph_.NextDeadline(), base::kNever); }

}  // namespace
}  // namespace plaza::sfu
