// A graph with clients that send and receive, in simulated time.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>

#include "sfu/graph.h"
#include "sfu/testing/recording_observer.h"
#include "sfu/testing/stream_check.h"
#include "sfu/testing/test_client.h"

namespace plaza::sfu::testing {

using namespace std::chrono_literals;

inline constexpr GroupId kRoom{1};

class GraphTest : public ::testing::Test {
 protected:
  GraphTest() {
    simulation_.after_each = [this] { graph_.HandleTimeout(simulation_.now()); };
    simulation_.Every(5ms, [] {});
  }

  TestClient& Join(uint64_t id, GroupId group = kRoom) {
    auto& client = clients_[id];
    client = std::make_unique<TestClient>(simulation_, graph_, PeerId(id), group);
    return *client;
  }
  // A peer with a microphone at m-line 0 and a camera at m-line 1.
  TestClient& JoinPublisher(uint64_t id, size_t layers = 1, rtp::Codec codec = rtp::Codec::kVp8) {
    TestClient& client = Join(id);
    const auto number = static_cast<uint32_t>(id);
    client.AddSource(0, {.codec = rtp::Codec::kOpus,
                         .source = number,
                         .ssrc = number * 100,
                         .first_timestamp = number * 777,
                         .packet_size = 60,
                         .audio_level = 30});
    TrackInfo info{.codec = codec, .layers = {}};
    for (uint32_t i = 0; i < layers; ++i) {
      client.AddSource(1, {.codec = codec,
                           .source = number,
                           .ssrc = number * 100 + 10 + i,
                           .first_sequence_number = static_cast<uint16_t>(65500 + 1000 * i),
                           .first_timestamp = number * 99999 + i * 0x40000000,
                           .packets_per_frame = static_cast<uint8_t>(2 + i)});
      info.layers.push_back({static_cast<uint16_t>(160 << i), static_cast<uint16_t>(90 << i)});
    }
    EXPECT_TRUE(graph_.AddTrack(Audio(id), 0, {}, simulation_.now()).ok());
    EXPECT_TRUE(graph_.AddTrack(Video(id), 1, info, simulation_.now()).ok());
    simulation_.Every(20ms, [&client, this] {
      if (audio_on_) client.SendFrame(0, 0);
    });
    simulation_.Every(40ms, [&client, layers, this] {
      for (size_t i = 0; video_on_ && i < layers; ++i) {
        if (!dead_layers_.contains(i)) client.SendFrame(1, static_cast<uint8_t>(i));
      }
    });
    return client;
  }
  TestClient& JoinWatcher(uint64_t id, uint64_t watched, uint16_t width = 0) {
    TestClient& client = Join(id);
    client.AddSlot(0);
    client.Watch(0, Content(watched, width));
    return client;
  }
  static TrackId Audio(uint64_t peer) { return {{PeerId(peer), 0}, rtp::MediaKind::kAudio}; }
  static TrackId Video(uint64_t peer) { return {{PeerId(peer), 0}, rtp::MediaKind::kVideo}; }
  static SlotContent Content(uint64_t peer, uint16_t width = 0) {
    return {.source = {PeerId(peer), 0},
            .audio = true,
            .video = true,
            .max_width = width,
            .max_height = static_cast<uint16_t>(width * 9 / 16)};
  }

  Simulation simulation_;
  RecordingObserver observer_;
  Graph graph_{observer_, simulation_.random, base::Calendar(simulation_.clock)};
  std::map<uint64_t, std::unique_ptr<TestClient>> clients_;
  bool audio_on_ = true;
  bool video_on_ = true;
  std::set<size_t> dead_layers_;
};

}  // namespace plaza::sfu::testing
