// Whatever happens in a room, what each receiver gets is one unbroken stream. Many seeds; set
// PLAZA_SEEDS for more, and PLAZA_SEED to replay one.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "sfu/testing/recording_observer.h"
#include "sfu/testing/stream_check.h"
#include "sfu/testing/test_client.h"

namespace plaza::sfu {
namespace {

using namespace std::chrono_literals;
using namespace testing;

constexpr GroupId kRoom{1};
constexpr uint32_t kSlots = 3;

/// A room in which everybody publishes and watches, and something happens all the time.
class Room {
 public:
  Room(uint64_t seed, double up_loss, double down_loss)
      : simulation_(seed), up_loss_(up_loss), down_loss_(down_loss) {
    simulation_.after_each = [this] { graph_.HandleTimeout(simulation_.now()); };
    for (int i = 0; i < 3; ++i) Join();
    simulation_.Every(20ms, [this] { SendAudio(); });
    simulation_.Every(33ms, [this] { SendVideo(); });
    simulation_.Every(5ms, [this] {
      for (auto& [id, member] : members_) member.client->RequestMissing();
    });
    simulation_.Every(900ms, [this] { SendReports(); });
    simulation_.Every(120ms, [this] {
      if (!quiet_) Happen();
    });
  }

  void Run(base::Duration span) { simulation_.Run(span); }
  /// Nothing more happens, nothing more is lost: what is missing can be repaired.
  void Calm() {
    quiet_ = true;
    for (auto& [id, member] : members_) member.client->up.loss = member.client->down.loss = 0;
  }

  struct Totals {
    int frames = 0, broken = 0, missing = 0, packets = 0, changes = 0;
  };
  Totals Check() {
    Totals totals;
    for (auto& [id, member] : members_) {
      for (uint32_t slot = 0; slot < kSlots; ++slot) {
        for (const auto* stream : {&member.client->audio(slot), &member.client->video(slot)}) {
          const auto summary = StreamCheck::Run(*stream, down_loss_ > 0);
          totals.frames += summary.complete_frames;
          totals.broken += summary.broken_frames;
          totals.missing += summary.missing;
          totals.changes += summary.changes;
          totals.packets += static_cast<int>(stream->packets.size());
        }
      }
    }
    return totals;
  }

 private:
  struct Member {
    std::unique_ptr<TestClient> client;
    uint8_t layers = 1;
    uint8_t sending = 7;  // bit i: encoding i
    bool muted = false;
    TrackInfo info;
  };

  uint64_t Dice(uint64_t sides) { return simulation_.random.Below(sides); }
  Member* Anybody() {
    if (members_.empty()) return nullptr;
    auto it = members_.begin();
    std::advance(it, static_cast<long>(Dice(members_.size())));
    return &it->second;
  }
  static TrackId Video(const TestClient& client) {
    return {{client.id(), 0}, rtp::MediaKind::kVideo};
  }

  void Join() {
    const PeerId id{next_id_++};
    const auto number = static_cast<uint32_t>(id.value());
    Member& member = members_[id];
    member.client = std::make_unique<TestClient>(simulation_, graph_, id, kRoom);
    TestClient& client = *member.client;
    client.up = {.delay = 5ms + 1ms * static_cast<int>(Dice(60)), .loss = up_loss_};
    client.down = {.delay = 5ms + 1ms * static_cast<int>(Dice(60)), .loss = down_loss_};
    client.clock_offset = 1s * static_cast<int>(Dice(1'000'000));
    const rtp::Codec codec = Dice(3) == 0 ? rtp::Codec::kH264 : rtp::Codec::kVp8;
    member.layers = static_cast<uint8_t>(1 + Dice(3));
    member.info.codec = codec;
    client.AddSource(0, {.codec = rtp::Codec::kOpus,
                         .source = number,
                         .ssrc = number * 100,
                         .first_timestamp = simulation_.random.Next32(),
                         .packet_size = 40});
    for (uint8_t i = 0; i < member.layers; ++i) {
      client.AddSource(1, {.codec = codec,
                           .source = number,
                           .ssrc = number * 100 + 10 + i,
                           .first_sequence_number = static_cast<uint16_t>(Dice(65536)),
                           .first_timestamp = simulation_.random.Next32(),
                           .packets_per_frame = static_cast<uint8_t>(2 + Dice(4)),
                           .packet_size = 60});
      member.info.layers.push_back(
          {static_cast<uint16_t>(160 << i), static_cast<uint16_t>(90 << i)});
    }
    const base::Time now = simulation_.now();
    ASSERT_TRUE(graph_.AddTrack({{id, 0}, rtp::MediaKind::kAudio}, 0, {}, now).ok());
    ASSERT_TRUE(graph_.AddTrack(Video(client), 1, member.info, now).ok());
    for (uint32_t slot = 0; slot < kSlots; ++slot) client.AddSlot(slot);
    for (uint32_t slot = 0; slot < kSlots; ++slot) Watch(client);
  }

  void Leave() {
    if (members_.size() < 3) return;
    auto it = members_.begin();
    std::advance(it, static_cast<long>(Dice(members_.size())));
    it->second.client->Leave();
    gone_.push_back(std::move(it->second.client));
    members_.erase(it);
  }

  void Watch(TestClient& client) {
    const auto slot = static_cast<uint32_t>(Dice(kSlots));
    if (Dice(6) == 0) return client.Watch(slot, std::nullopt);
    const auto width = static_cast<uint16_t>(Dice(4) * 200);
    client.Watch(slot, SlotContent{.source = {Anybody()->client->id(), 0},
                                   .audio = Dice(8) != 0,
                                   .video = Dice(8) != 0,
                                   .max_width = width,
                                   .max_height = static_cast<uint16_t>(width * 9 / 16)});
  }

  void Happen() {
    Member& member = *Anybody();
    switch (Dice(10)) {
      case 0:
        if (members_.size() < 6) Join();
        break;
      case 1:
        Leave();
        break;
      case 2:
      case 3:
      case 4:
        Watch(*member.client);
        break;
      case 5:
        member.client->observer().OnTargetRate(
            base::DataRate::KilobitsPerSecond(static_cast<int64_t>(20 + Dice(600))),
            simulation_.now());
        break;
      case 6:
        member.sending = static_cast<uint8_t>(Dice(8));
        break;
      case 7:
        member.info.muted = Dice(2) == 0;
        graph_.UpdateTrack(Video(*member.client), member.info, simulation_.now());
        break;
      case 8:
        member.client->SendPli(member.client->video(0).config.ssrc);
        break;
      case 9:
        SendPadding(member);
        break;
    }
  }

  void SendPadding(Member& member) {
    const auto encoding = static_cast<uint8_t>(Dice(member.layers));
    for (uint64_t n = Dice(5); n > 0; --n) {
      member.client->SendUp(1, encoding,
                            member.client->source(1, encoding).NextPadding(simulation_.now()));
    }
  }
  void SendAudio() {
    for (auto& [id, member] : members_) member.client->SendFrame(0, 0);
  }
  void SendVideo() {
    for (auto& [id, member] : members_) {
      for (uint8_t i = 0; i < member.layers; ++i) {
        if ((member.sending >> i & 1) != 0) member.client->SendFrame(1, i);
      }
    }
  }
  void SendReports() {
    for (auto& [id, member] : members_) {
      member.client->SendSenderReport(0, 0);
      for (uint8_t i = 0; i < member.layers; ++i) member.client->SendSenderReport(1, i);
    }
  }

  Simulation simulation_;
  double up_loss_;
  double down_loss_;
  RecordingObserver observer_;
  Graph graph_{observer_, simulation_.random, base::Calendar(simulation_.clock)};
  uint64_t next_id_ = 1;
  bool quiet_ = false;
  std::map<PeerId, Member> members_;
  std::vector<std::unique_ptr<TestClient>> gone_;
};

int Number(const char* name, int otherwise) {
  const char* value = std::getenv(name);
  return value ? std::atoi(value) : otherwise;
}

template <typename Body>
void ForEachSeed(int count, Body&& body) {
  if (const int seed = Number("PLAZA_SEED", 0)) return body(static_cast<uint64_t>(seed));
  count = Number("PLAZA_SEEDS", count);
  for (int seed = 1; seed <= count && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    body(static_cast<uint64_t>(seed));
  }
}

TEST(Invariants, WithoutLossNothingIsMissing) {
  ForEachSeed(100, [](uint64_t seed) {
    Room room(seed, 0, 0);
    room.Run(8s);
    room.Calm();
    room.Run(1s);
    const auto totals = room.Check();
    EXPECT_EQ(totals.missing, 0);
    EXPECT_GT(totals.frames, 200);
    EXPECT_LE(totals.broken, totals.changes);
  });
}

TEST(Invariants, LossIsRepairedOnBothHops) {
  Room::Totals all;
  ForEachSeed(100, [&](uint64_t seed) {
    Room room(seed, 0.05, 0.05);
    room.Run(8s);
    room.Calm();
    room.Run(2s);
    const auto totals = room.Check();
    all.packets += totals.packets;
    all.missing += totals.missing;
    all.frames += totals.frames;
    all.broken += totals.broken;
  });
  // What is not repaired was overtaken by a keyframe or by another occupant of its slot.
  EXPECT_LT(all.missing, all.packets / 100);
  EXPECT_LT(all.broken, all.frames / 50);
}

}  // namespace
}  // namespace plaza::sfu
