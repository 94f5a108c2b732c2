// Two graphs that share a room's media.
#include <deque>

#include "sfu/testing/graph_fixture.h"

namespace plaza::sfu {
namespace {

using namespace testing;

// Carries calls to the other graph's loop: later, in order, without loss.
class QueuedLink final : public RelayLink {
 public:
  QueuedLink(Simulation& simulation, Graph*& to, LinkId from)
      : simulation_(simulation), to_(to), from_(from) {}

  void SendPacket(const TrackId& track, uint8_t encoding, const MediaPacket& packet) override {
    ++packets;
    Post([=, this] { to_->OnRelayPacket(from_, track, encoding, packet); });
  }
  void SendClock(const TrackId& track, uint8_t encoding, const ClockReference& clock) override {
    Post([=, this] { to_->OnRelayClock(from_, track, encoding, clock); });
  }
  void SendStatus(const TrackId& track, const RelayStatus& status) override {
    Post([=, this] { to_->OnRelayStatus(from_, track, status, simulation_.now()); });
  }
  void SendWanted(const TrackId& track, EncodingMask encodings) override {
    wanted.push_back(encodings);
    Post([=, this] { to_->OnRelayWanted(from_, track, encodings, simulation_.now()); });
  }
  void SendKeyframeRequest(const TrackId& track, uint8_t encoding) override {
    ++keyframe_requests;
    Post([=, this] { to_->OnRelayKeyframeRequest(from_, track, encoding, simulation_.now()); });
  }

  int packets = 0;
  int keyframe_requests = 0;
  std::vector<EncodingMask> wanted;

 private:
  void Post(std::function<void()> call) {
    // A multimap keeps the order of what happens at the same time.
    simulation_.In(1ms, std::move(call));
  }
  Simulation& simulation_;
  Graph*& to_;
  LinkId from_;
};

constexpr LinkId kHere{1}, kThere{2};

// GraphTest's graph is the home; clients of `far_` are on another worker.
class RelayTest : public GraphTest {
 protected:
  RelayTest() {
    simulation_.after_each = [this] {
      graph_.HandleTimeout(simulation_.now());
      far_.HandleTimeout(simulation_.now());
    };
    graph_.AddLink(kThere, to_far_);
    far_.AddLink(kHere, to_home_);
  }
  ~RelayTest() override {
    graph_.RemoveLink(kThere, simulation_.now());
    far_.RemoveLink(kHere, simulation_.now());
  }
  void Announce(uint64_t publisher, size_t layers = 1) {
    TrackInfo info{.codec = rtp::Codec::kVp8};
    for (size_t i = 0; i < layers; ++i) {
      info.layers.push_back({static_cast<uint16_t>(160 << i), static_cast<uint16_t>(90 << i)});
    }
    ASSERT_TRUE(far_.AddRemoteTrack(Audio(publisher), kRoom, {}, kHere, simulation_.now()).ok());
    ASSERT_TRUE(far_.AddRemoteTrack(Video(publisher), kRoom, info, kHere, simulation_.now()).ok());
  }
  TestClient& JoinFar(uint64_t id, uint64_t watched, uint16_t width = 0) {
    auto& client = far_clients_[id];
    client = std::make_unique<TestClient>(simulation_, far_, PeerId(id), kRoom);
    client->AddSlot(0);
    client->Watch(0, Content(watched, width));
    return *client;
  }

  Graph* home_pointer_ = &graph_;
  Graph far_{observer_, simulation_.random, base::Calendar(simulation_.clock)};
  Graph* far_pointer_ = &far_;
  QueuedLink to_far_{simulation_, far_pointer_, kHere};
  QueuedLink to_home_{simulation_, home_pointer_, kThere};
  std::map<uint64_t, std::unique_ptr<TestClient>> far_clients_;
};

TEST_F(RelayTest, AWatcherOnAnotherWorkerGetsTheSame) {
  JoinPublisher(1);
  Announce(1);
  simulation_.Run(200ms);
  TestClient& watcher = JoinFar(2, 1);
  simulation_.Run(2s);
  const auto audio = StreamCheck::Run(watcher.audio(0));
  const auto video = StreamCheck::Run(watcher.video(0));
  EXPECT_GT(audio.complete_frames, 90);
  EXPECT_GT(video.complete_frames, 45);
  EXPECT_EQ(audio.missing + video.missing + video.broken_frames, 0);
}

// What a copy is given at once when it begins to be sent says nothing about its rate.
TEST_F(RelayTest, AnEncodingThatBeginsWithABurstIsKept) {
  JoinPublisher(1, 3);  // 85, 130 and 170 kbit/s, audio 30
  Announce(1, 3);
  TestClient& watcher = JoinFar(2, 1);
  watcher.observer().OnTargetRate(base::DataRate::KilobitsPerSecond(120), simulation_.now());
  simulation_.Run(5s);
  const auto shown = [&] {
    return ReadStamp(watcher.video(0).packets.rbegin()->second.payload())->encoding;
  };
  ASSERT_EQ(shown(), 0);
  JoinWatcher(3, 1);  // brings a keyframe
  simulation_.Run(1s);
  watcher.observer().OnTargetRate(base::DataRate::KilobitsPerSecond(260), simulation_.now());
  simulation_.Run(300ms);
  for (int i = 0; i < 50; ++i, simulation_.Run(100ms)) EXPECT_EQ(shown(), 2);
}

TEST_F(RelayTest, NothingIsRelayedThatNobodyWants) {
  JoinPublisher(1, 3);
  Announce(1, 3);
  simulation_.Run(1s);
  EXPECT_EQ(to_far_.packets, 0);
  TestClient& watcher = JoinFar(2, 1, 160);
  simulation_.Run(3s);
  const int before = to_far_.packets;
  simulation_.Run(1s);
  EXPECT_NEAR(to_far_.packets - before, 50 + 50, 8) << "audio and the smallest encoding";
  watcher.Watch(0, std::nullopt);
  simulation_.Run(100ms);
  const int after = to_far_.packets;
  simulation_.Run(1s);
  EXPECT_EQ(to_far_.packets, after);
}

TEST_F(RelayTest, ManyWatchersThereAreOneStreamHere) {
  JoinPublisher(1);
  Announce(1);
  for (uint64_t id = 10; id < 20; ++id) JoinFar(id, 1);
  simulation_.Run(1s);
  const int before = to_far_.packets;
  simulation_.Run(1s);
  EXPECT_NEAR(to_far_.packets - before, 50 + 50, 8);
  for (auto& [id, client] : far_clients_) {
    EXPECT_EQ(StreamCheck::Run(client->video(0)).missing, 0);
    EXPECT_GT(StreamCheck::Run(client->video(0)).complete_frames, 40);
  }
}

TEST_F(RelayTest, LayersAreChosenThere) {
  JoinPublisher(1, 3);
  Announce(1, 3);
  TestClient& watcher = JoinFar(2, 1, 160);
  simulation_.Run(3s);
  watcher.Watch(0, Content(1, 640));
  simulation_.Run(3s);
  const auto summary = StreamCheck::Run(watcher.video(0));
  EXPECT_EQ(ReadStamp(watcher.video(0).packets.rbegin()->second.payload())->encoding, 2);
  EXPECT_EQ(summary.missing, 0);
  dead_layers_ = {2};
  simulation_.Run(4s);
  EXPECT_EQ(ReadStamp(watcher.video(0).packets.rbegin()->second.payload())->encoding, 1);
}

TEST_F(RelayTest, LossBeforeTheHomeIsRepairedThere) {
  TestClient& publisher = JoinPublisher(1);
  Announce(1);
  TestClient& watcher = JoinFar(2, 1);
  publisher.up.loss = 0.1;
  simulation_.Run(4s);
  publisher.up.loss = 0;
  simulation_.Run(1s);
  const auto summary = StreamCheck::Run(watcher.video(0));
  EXPECT_EQ(summary.missing, 0);
  EXPECT_GT(summary.complete_frames, 100);
}

TEST_F(RelayTest, LossBehindTheFarWorkerIsRepairedFromItsOwnRing) {
  TestClient& publisher = JoinPublisher(1);
  Announce(1);
  TestClient& watcher = JoinFar(2, 1);
  simulation_.Every(5ms, [&] { watcher.RequestMissing(); });
  watcher.down.loss = 0.1;
  simulation_.Run(4s);
  watcher.down.loss = 0;
  simulation_.Run(1s);
  EXPECT_EQ(publisher.nacked, 0);
  EXPECT_GT(watcher.video(0).rtx, 5);
  EXPECT_EQ(StreamCheck::Run(watcher.video(0)).missing, 0);
}

TEST_F(RelayTest, KeyframeRequestsReachThePublisher) {
  TestClient& publisher = JoinPublisher(1);
  Announce(1);
  TestClient& watcher = JoinFar(2, 1);
  simulation_.Run(2s);
  const int before = publisher.plis;
  watcher.SendPli(watcher.video(0).config.ssrc);
  simulation_.Run(200ms);
  EXPECT_EQ(publisher.plis, before + 1);
}

TEST_F(RelayTest, SenderReportsKeepLipsInSyncThere) {
  TestClient& publisher = JoinPublisher(1);
  Announce(1);
  simulation_.Every(500ms, [&publisher] {
    publisher.SendSenderReport(0, 0);
    publisher.SendSenderReport(1, 0);
  });
  TestClient& watcher = JoinFar(2, 1);
  simulation_.Run(4s);
  const auto offset = [](const ReceivedStream& stream, double rate) {
    const auto& report = stream.reports.back();
    const rtp::Packet& packet = stream.packets.rbegin()->second;
    const base::Duration ntp = rtp::ToWallTime(report.ntp).time_since_epoch();
    return static_cast<double>(base::ToMillis(ntp)) +
           rtp::Distance(packet.header.timestamp, report.rtp_timestamp) / rate -
           ReadStamp(packet.payload())->captured_ms;
  };
  EXPECT_NEAR(offset(watcher.audio(0), 48), offset(watcher.video(0), 90), 1.5);
}

TEST_F(RelayTest, AWishThatTheHomeDidNotHearIsRepeated) {
  Announce(1);  // before the home has the track
  TestClient& watcher = JoinFar(2, 1);
  simulation_.Run(500ms);
  JoinPublisher(1);
  simulation_.Run(3s);
  EXPECT_GT(watcher.audio(0).arrived.size(), 50u);
  EXPECT_GT(StreamCheck::Run(watcher.video(0)).complete_frames, 20);
  const size_t asked = to_home_.wanted.size();
  simulation_.Run(5s);
  EXPECT_EQ(to_home_.wanted.size(), asked) << "it is heard now";
}

TEST_F(RelayTest, PacketsOfATrackThatWasPublishedBeforeDoNotBlockTheNewOne) {
  TestClient& publisher = JoinPublisher(1);
  Announce(1);
  TestClient& watcher = JoinFar(2, 1);
  simulation_.Run(3s);
  // The home makes the track anew; the copy stays, and never hears of it.
  graph_.RemoveTrack(Video(1));
  publisher.source(1).WantKeyframe();
  ASSERT_TRUE(graph_.AddTrack(Video(1), 1, {}, simulation_.now()).ok());
  const size_t seen = watcher.video(0).arrived.size();
  simulation_.Run(3s);
  EXPECT_GT(watcher.video(0).arrived.size(), seen + 60);
  EXPECT_EQ(StreamCheck::Run(watcher.video(0)).missing, 0);
}

TEST_F(RelayTest, WhenTheLinkGoesItsCopiesGo) {
  JoinPublisher(1);
  Announce(1);
  TestClient& watcher = JoinFar(2, 1);
  simulation_.Run(1s);
  far_.RemoveLink(kHere, simulation_.now());
  graph_.RemoveLink(kThere, simulation_.now());
  simulation_.Run(50ms);
  const size_t seen = watcher.video(0).arrived.size();
  const int relayed = to_far_.packets;
  simulation_.Run(1s);
  EXPECT_EQ(watcher.video(0).arrived.size(), seen);
  EXPECT_EQ(to_far_.packets, relayed);
}

TEST_F(RelayTest, ATrackThatWasPublishedAnewIsWatchedAnew) {
  TestClient& publisher = JoinPublisher(1);
  Announce(1);
  TestClient& watcher = JoinFar(2, 1);
  simulation_.Run(1s);
  graph_.RemoveTrack(Video(1));
  far_.RemoveTrack(Video(1));
  simulation_.Run(500ms);
  publisher.source(1).WantKeyframe();
  ASSERT_TRUE(graph_.AddTrack(Video(1), 1, {}, simulation_.now()).ok());
  ASSERT_TRUE(far_.AddRemoteTrack(Video(1), kRoom, {}, kHere, simulation_.now()).ok());
  const size_t seen = watcher.video(0).arrived.size();
  simulation_.Run(1s);
  EXPECT_GT(watcher.video(0).arrived.size(), seen + 30);
  EXPECT_EQ(StreamCheck::Run(watcher.video(0)).missing, 0);
}

}  // namespace
}  // namespace plaza::sfu
