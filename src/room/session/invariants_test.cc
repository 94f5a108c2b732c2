// Many clients do random things over sockets that break at random moments. When all is calm again,
// every client's view is the room's state, it heard every event that was for it once and in order,
// and every request was answered once.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "base/log.h"

#include "room/session/to_signal.h"
#include "room/testing/test_client.h"

namespace plaza::room {
namespace {

using namespace std::chrono_literals;

/// What happened, as clients should have heard it.
struct Logged {
  EventNumber number;
  std::string about;
  std::string text;  ///< empty if it was for nobody
};

class Simulation {
 public:
  explicit Simulation(uint64_t seed)
      : random_(seed), world_(seed), scene_(seed % 2 == 0 ? Scene::kLive : Scene::kRtc) {
    base::ConfigureLog(base::LogLevel::kError, base::LogFormat::kText);
    Listen();
    for (int i = 0; i < kClients; ++i) AddClient("u" + std::to_string(i));
    AddClient("u0");  // the same user on a second device
    clients_.back()->device = "u0 again";
  }

  void Run() {
    for (int step = 0; step < 300; ++step) Step();
    calm_ = true;
    for (auto& client : clients_)
      if (random_.Below(3) > 0) client->done = false;  // who is out may come in once more
    for (int step = 0; step < 100; ++step) Step();
    world_.media->HoldAnswers(false);
    world_.media->ReleaseAnswers();
    for (int step = 0; step < 100; ++step) Step();
    Check();
  }

 private:
  static constexpr int kClients = 6;

  void Listen() {
    world_.media->TellAtOnce(random_.Below(2) == 0);
    subscription_ = world_.service->events().Subscribe([this](const Event& event) { Log(event); });
  }
  void Log(const Event& event) {
    const auto visible = [&](Role role) { return scene_ == Scene::kRtc || role == Role::kAnchor; };
    Logged logged{event.number, "", ""};
    bool seen = true;
    std::visit(
        [&](const auto& body) {
          if constexpr (requires { body.user; }) logged.about = body.user.value();
          if constexpr (requires { body.role; })
            seen = std::is_same_v<std::decay_t<decltype(body)>, MemberRoleChanged> ||
                   visible(body.role);
        },
        event.body);
    if (const auto message = ToSignal(event); message && seen)
      logged.text = signal::Serialize(*message);
    log_.push_back(std::move(logged));
  }

  void AddClient(const std::string& user) {
    signal::Join join;
    join.protocol = 1;
    join.sdk_app_id = world_.kApp.value();
    join.user_id = user;
    join.room_id = 7;
    join.scene = scene_;
    join.role = random_.Below(2) == 0 ? Role::kAudience : Role::kAnchor;
    join.offer = "pairs=" + std::to_string(random_.Below(6));
    join.auto_subscribe = {random_.Below(2) == 0, random_.Below(2) == 0};
    clients_.push_back(std::make_unique<TestClient>(world_, user, join));
  }

  void Step() {
    world_.Advance(std::chrono::milliseconds(random_.Below(400)));
    for (auto& client : clients_) {
      client->HandleTimeout();
      if (!client->wire && !client->done && (calm_ || random_.Below(4) == 0)) client->Connect();
      if (!calm_) Act(*client);
      client->Deliver(calm_ ? 1000 : random_.Below(6));
      world_.Run();
    }
    LearnOfBroken(calm_);
    if (!calm_) Meddle();
  }

  void Act(TestClient& client) {
    switch (random_.Below(24)) {
      case 0:
      case 1:
        if (client.wire) Break(client);
        break;
      case 2:
      case 3:
      case 4:
        client.Request(signal::Publish{{RandomTrack()}});
        break;
      case 5:
      case 6:
        client.Request(signal::Watch{{RandomWish()}});
        break;
      case 7:
        client.Request(
            signal::SetRole{random_.Below(2) == 0 ? Role::kAudience : Role::kAnchor, {}});
        break;
      case 8:
        client.Request(signal::Offer{"pairs=" + std::to_string(random_.Below(9)), {RandomTrack()}});
        break;
      case 9:
        if (random_.Below(4) == 0) client.Request(signal::Leave{});
        break;
      case 11:
      case 12:
        client.SendMessage();
        break;
      case 10:
        if (client.done && random_.Below(2) == 0) client.done = false;
        break;
      default:
        break;
    }
  }

  /// What the world does to them.
  void Meddle() {
    Room* room = world_.service->directory().Find(Key());
    if (room == nullptr) return;
    const UserId user("u" + std::to_string(random_.Below(kClients)));
    const Member* member = std::as_const(*room).Find(user);
    switch (random_.Below(60)) {
      case 0:
        (void)world_.service->commands().Kick(Key(), user, KickReason::kKick);
        break;
      case 1:
        if (random_.Below(8) == 0) (void)world_.service->commands().Dismiss(Key());
        break;
      case 2:
        world_.media->HoldAnswers(random_.Below(2) == 0);
        break;
      case 3:
        world_.media->ReleaseAnswers();
        break;
      case 4:
      case 5:
        if (member != nullptr && member->peer)
          world_.service->media_observer().OnTrackStalled(*member->peer, StreamType::kMain,
                                                          MediaKind::kVideo, random_.Below(2) == 0);
        break;
      case 6:
        if (random_.Below(6) == 0) Crash();
        break;
      case 7:
        world_.Advance(random_.Below(2) == 0 ? 40s : 10s);  // everybody was asleep
        break;
      default:
        break;
    }
  }

  /// Some of what is in flight still arrives; the server learns of the break now or later.
  void Break(TestClient& client) {
    client.Deliver(random_.Below(5));
    if (!client.wire) return;
    broken_.push_back(client.Break());
    LearnOfBroken(random_.Below(2) == 0);
  }
  void LearnOfBroken(bool all) {
    std::erase_if(broken_, [&](const std::unique_ptr<Wire>& wire) {
      if (!all && random_.Below(5) > 0) return false;
      if (!wire->server_closed) world_.service->signal_door().OnClose(wire.get());
      return true;
    });
  }
  void Crash() {
    subscription_ = {};
    world_.Crash();
    broken_.clear();
    for (auto& client : clients_)
      if (client->wire) (void)client->Break();
    world_.StartServer();
    Listen();
  }

  signal::SentTrack RandomTrack() {
    static constexpr const char* kMids[2][2] = {{"0", "1"}, {"2", "3"}};
    const size_t stream = random_.Below(2), kind = random_.Below(2);
    signal::SentTrack track{kMids[stream][kind], static_cast<MediaKind>(kind),
                            static_cast<StreamType>(stream)};
    track.published = random_.Below(3) > 0;
    track.muted = random_.Below(2) == 0;
    if (kind == 1)
      track.layers = std::vector<Layer>{{"", static_cast<uint16_t>(160 << random_.Below(3)), 90}};
    return track;
  }
  signal::StreamWish RandomWish() {
    signal::StreamWish wish;
    wish.user_id = random_.Below(4) == 0 ? "*" : "u" + std::to_string(random_.Below(kClients));
    wish.stream = static_cast<StreamType>(random_.Below(2));
    if (random_.Below(2) == 0) wish.audio = random_.Below(2) == 0;
    if (random_.Below(2) == 0) wish.video = signal::VideoWish{random_.Below(2) == 0, 320, 180};
    return wish;
  }

  RoomKey Key() const { return {world_.kApp, *RoomName::Number(7)}; }

  void Check() {
    Room* room = world_.service->directory().Find(Key());
    size_t in = 0;
    for (const auto& client : clients_) {
      EXPECT_TRUE(client->faults.empty()) << client->faults.front();
      if (!client->in) continue;
      ++in;
      ASSERT_NE(room, nullptr);
      const Member* member = std::as_const(*room).Find(UserId(client->user));
      ASSERT_NE(member, nullptr) << client->user;
      EXPECT_TRUE(client->unanswered.empty()) << client->user;
      CheckMembers(*client, room->ViewFor(*member));
      CheckSlots(*client, *member, *room);
      CheckWishes(*member, *room);
      CheckEvents(*client);
      CheckMessages(*client);
    }
    EXPECT_EQ(room == nullptr ? 0 : room->members().size(), in);
    EXPECT_EQ(world_.media->peers().size(), in) << "a peer was left behind";
  }

  static std::string Sorted(std::vector<Track> tracks) {
    std::vector<std::string> texts;
    texts.reserve(tracks.size());
    for (const Track& track : tracks)
      texts.push_back(
          signal::Serialize(signal::ServerMessage(signal::TrackUpdated{{}, "", track})));
    std::sort(texts.begin(), texts.end());
    std::string all;
    for (const std::string& text : texts) all += text + "\n";
    return all;
  }
  void CheckMembers(const TestClient& client, const RoomView& room) {
    EXPECT_EQ(client.view.members.size(), room.members.size()) << client.user;
    for (const MemberView& member : room.members) {
      const auto found = client.view.members.find(member.user.value());
      ASSERT_NE(found, client.view.members.end())
          << client.user << " misses " << member.user.value();
      EXPECT_EQ(found->second.role, member.role);
      EXPECT_EQ(Sorted(found->second.tracks), Sorted(member.tracks))
          << client.user << " of " << member.user.value();
    }
  }
  void CheckSlots(const TestClient& client, const Member& member, const Room& room) {
    for (const Slot& slot : world_.media->peers().at(*member.peer).slots) {
      const auto told = client.view.slots.find(slot.index);
      std::string expected;
      for (const auto& [id, other] : room.members())
        if (slot.occupant && other->peer == slot.occupant->peer) expected = other->user.value();
      const bool known = told != client.view.slots.end();
      EXPECT_EQ(known ? told->second.user_id.value_or("") : "", expected)
          << client.user << " slot " << slot.index;
      EXPECT_EQ(known && told->second.audio, slot.audio) << client.user << " slot " << slot.index;
      EXPECT_EQ(known && told->second.video, slot.video) << client.user << " slot " << slot.index;
    }
  }
  /// The media plane was told what the member wants of what is published.
  void CheckWishes(const Member& member, const Room& room) {
    const std::vector<Wish>& told = world_.media->peers().at(*member.peer).wishes;
    size_t expected = 0;
    for (const auto& [id, other] : room.members())
      for (const StreamType stream : {StreamType::kMain, StreamType::kAux}) {
        const Wanted wanted = member.wishes.For(other->user, stream);
        Wish wish{{*other->peer, stream}};
        wish.audio = wanted.audio && other->tracks.Publishes(stream, MediaKind::kAudio);
        wish.video = wanted.video.on && other->tracks.Publishes(stream, MediaKind::kVideo);
        if (wish.video) wish.max_width = wanted.video.width;
        if (wish.video) wish.max_height = wanted.video.height;
        if (other.get() == &member || (!wish.audio && !wish.video)) continue;
        ++expected;
        EXPECT_EQ(std::count(told.begin(), told.end(), wish), 1) << member.user.value();
      }
    EXPECT_EQ(told.size(), expected) << member.user.value();
  }
  /// Between the first and the last message heard of an entry, all that were taken were heard.
  void CheckMessages(const TestClient& client) {
    for (const auto& [entry, numbers] : client.heard)
      for (const auto& sender : clients_) {
        const auto taken = sender->accepted.find(entry);
        if (taken == sender->accepted.end()) continue;
        for (const uint32_t number : taken->second)
          if (number > numbers.front() && number < numbers.back())
            EXPECT_EQ(std::count(numbers.begin(), numbers.end(), number), 1)
                << client.user << " missed " << number << " of " << entry;
      }
  }
  void CheckEvents(const TestClient& client) {
    std::vector<std::string> expected;
    for (const Logged& logged : log_)
      if (logged.number > client.view.snapshot && logged.about != client.user &&
          !logged.text.empty())
        expected.push_back(logged.text);
    EXPECT_EQ(client.view.events, expected) << client.user;
  }

  base::SeededRandom random_;
  SessionWorld world_;
  const Scene scene_;
  bool calm_ = false;
  std::vector<std::unique_ptr<TestClient>> clients_;
  std::vector<std::unique_ptr<Wire>> broken_;
  std::vector<Logged> log_;
  EventBus::Subscription subscription_;
};

TEST(RoomInvariants, EveryViewIsTheRoomsStateAfterRandomDisorder) {
  const char* wanted = std::getenv("PLAZA_SEEDS");  // for long runs
  const uint64_t seeds = wanted != nullptr ? std::stoull(wanted) : 100;
  for (uint64_t seed = 1; seed <= seeds && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Simulation(seed).Run();
  }
}

}  // namespace
}  // namespace plaza::room
