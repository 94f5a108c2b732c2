#include "session/session_scenario.h"

#include <algorithm>

namespace plaza::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr size_t kMostMembers = 5;
constexpr base::Duration kActsFor = seconds(20);
/// Long enough for silent sockets to be noticed, for lost paths to be restarted and for
/// connections to be made anew.
constexpr base::Duration kQuiet = seconds(25);
constexpr base::Duration kMeasured = seconds(2);
/// Of 100 and 30.
constexpr uint64_t kLeastPackets = 95;
constexpr uint64_t kLeastFrames = 26;
constexpr base::Duration kLongestFreeze = seconds(7);
/// A member without a session is counted as gone after 30 s, a connection without consent too.
constexpr base::Duration kForgotten = seconds(65);

ServerOptions OptionsFor(uint64_t seed) {
  ServerOptions options;
  options.workers = 1 + seed % 2;
  return options;
}

}  // namespace

SessionScenario::SessionScenario(uint64_t seed) : seed_(seed), session_(seed, OptionsFor(seed)) {}

void SessionScenario::Note(const std::string& what) {
  log_.push_back(std::to_string(base::ToMillis(session_.world.now().time_since_epoch())) +
                 " ms: " + what);
}

void SessionScenario::Note(const Member& member, const std::string& what) {
  Note("member " + std::to_string(member.number()) + " " + what);
}

netsim::LinkConditions SessionScenario::RandomConditions() {
  World& world = session_.world;
  netsim::LinkConditions conditions;
  conditions.delay = world.Between(milliseconds(1), milliseconds(100));
  conditions.jitter = world.Between({}, milliseconds(20));
  const double losses[] = {0, 0, 0.02, 0.1};
  conditions.loss = losses[world.Below(4)];
  conditions.duplicate = world.Chance(0.3) ? 0.02 : 0;
  return conditions;
}

void SessionScenario::Enter() {
  World& world = session_.world;
  MemberOptions options;
  options.number = ++last_number_;
  options.scene = seed_ % 3 == 0 ? signal::Scene::kLive : signal::Scene::kRtc;
  options.room = world.Chance(0.85) ? 1 : 2;
  options.auto_subscribe = {world.Chance(0.7), world.Chance(0.5)};
  options.simulcast = world.Chance(0.5);
  options.pairs = static_cast<uint32_t>(1 + world.Below(3));
  options.up = RandomConditions();
  options.down = RandomConditions();
  options.signalling_delay = world.Between(milliseconds(2), milliseconds(150));
  Note(session_.Enter(options), "enters room " + std::to_string(options.room));
}

void SessionScenario::Leave(Member& member) {
  World& world = session_.world;
  switch (world.Below(4)) {
    case 0:
      Note(member, "vanishes");
      return member.Vanish();
    case 1: {
      const room::Room* room = session_.server.door() ? session_.RoomOf(member) : nullptr;
      if (!room) return;
      Note(member, "is put out");
      (void)session_.server.service().commands().Kick(room::RoomKey(room->key()),
                                                      room::UserId(UserOf(member.number())),
                                                      room::KickReason::kKick);
      return;
    }
    default:
      Note(member, "leaves");
      return member.Leave();
  }
}

void SessionScenario::Watch(Member& member) {
  World& world = session_.world;
  std::vector<signal::StreamWish> wishes;
  for (uint32_t number = 1; number <= last_number_ + 1; ++number) {
    if (number == member.number() || world.Chance(0.4)) continue;
    signal::StreamWish wish;
    wish.user_id = UserOf(number);
    wish.audio = world.Chance(0.8);
    wish.video = signal::VideoWish{world.Chance(0.8)};
    wishes.push_back(std::move(wish));
  }
  Note(member, "asks for " + std::to_string(wishes.size()));
  member.participant().Watch(wishes, world.now());
}

void SessionScenario::ChangeTracks(Member& member) {
  World& world = session_.world;
  if (member.role() == signal::Role::kAudience) return;
  const auto kind = world.Chance(0.5) ? signal::MediaKind::kAudio : signal::MediaKind::kVideo;
  const bool published = world.Chance(0.8), muted = world.Chance(0.3);
  Note(member, std::string("has ") + (kind == signal::MediaKind::kAudio ? "audio " : "video ") +
                   (!published ? "away"
                    : muted    ? "muted"
                               : "on"));
  member.SetTrack(kind, published, muted);
}

void SessionScenario::ChangeRole(Member& member) {
  if (member.options().scene != signal::Scene::kLive) return ChangeTracks(member);
  const bool audience = member.role() == signal::Role::kAudience;
  Note(member, audience ? "goes on stage" : "leaves the stage");
  member.SetRole(audience ? signal::Role::kAnchor : signal::Role::kAudience);
  if (!audience) return;
  member.SetTrack(signal::MediaKind::kAudio, true, false);
  member.SetTrack(signal::MediaKind::kVideo, true, false);
}

void SessionScenario::DisturbSignalling(Member& member) {
  World& world = session_.world;
  const base::Duration span = world.Between({}, seconds(12));
  const std::string length = std::to_string(base::ToMillis(span)) + " ms";
  switch (world.Below(4)) {
    case 0:
      Note(member, "waits for signalling for " + length);
      return member.signalling().Stall(span);
    case 1:
      Note(member, "has no signalling for " + length);
      return member.signalling().Refuse(span);
    default:
      Note(member, "loses its socket, and the server hears of it after " + length);
      return member.signalling().Break(world.Chance(0.5) ? span : base::Duration{});
  }
}

void SessionScenario::DisturbMedia(Member& member) {
  World& world = session_.world;
  switch (world.Below(5)) {
    case 0: {
      const base::Duration span = world.Between(milliseconds(200), seconds(10));
      Note(member, "is without media for " + std::to_string(base::ToMillis(span)) + " ms");
      member.CutMedia(true);
      world.In(span, [&member] { member.CutMedia(false); });
      return;
    }
    case 1:
      Note(member, "moves to another network");
      member.Move();
      return member.signalling().Break(world.Between({}, seconds(5)));
    case 2:
      Note(member, "is seen behind another port");
      return member.wire().Rebind();
    default:
      Note(member, "gets another network quality");
      return member.wire().SetConditions(RandomConditions(), RandomConditions());
  }
}

void SessionScenario::DisturbServer() {
  World& world = session_.world;
  if (!session_.server.running()) return;
  if (world.Chance(0.5)) {
    const auto& workers = session_.server.workers();
    const uint64_t index = world.Below(workers.size());
    const base::Duration span = world.Between({}, kLongestFreeze);
    Note("worker " + std::to_string(index) + " does nothing for " +
         std::to_string(base::ToMillis(span)) + " ms");
    return workers[index]->Freeze(span);
  }
  const bool drain = world.Chance(0.3);
  const base::Duration down = world.Between(milliseconds(100), seconds(3));
  Note(std::string("the server ") + (drain ? "drains" : "dies") + " and is back after " +
       std::to_string(base::ToMillis(down)) + " ms");
  session_.Restart(drain, down);
}

void SessionScenario::Act() {
  World& world = session_.world;
  const std::vector<Member*> present = session_.Present();
  const uint64_t dice = world.Below(100);
  if (present.size() < 2 || (dice < 15 && present.size() < kMostMembers)) return Enter();
  Member& member = *present[world.Below(present.size())];
  if (dice < 20) return Leave(member);
  if (dice < 35) return Watch(member);
  if (dice < 50) return ChangeTracks(member);
  if (dice < 58) return ChangeRole(member);
  if (dice < 78) return DisturbSignalling(member);
  if (dice < 97) return DisturbMedia(member);
  DisturbServer();
}

void SessionScenario::Heal() {
  for (const auto& worker : session_.server.workers())
    session_.world.RunUntil([&] { return !worker->frozen(); }, kLongestFreeze);
  netsim::LinkConditions good;
  good.delay = milliseconds(20);
  for (Member* member : session_.Present()) {
    member->CutMedia(false);
    member->wire().SetConditions(good, good);
  }
}

// Everybody gets what is published and they want.
void SessionScenario::CheckFlow() {
  std::map<std::pair<uint32_t, uint32_t>, client::SourceStatistics> before;
  for (Member* member : session_.Present())
    for (const auto& source : member->participant().statistics().sources)
      before[{member->number(), NumberOf(source.user_id)}] = source;
  session_.world.Run(kMeasured);
  for (Member* member : session_.Present()) {
    for (const Member* source : session_.Present()) {
      if (source != member && source->options().room == member->options().room)
        CheckFlowOf(*member, *source, before[{member->number(), source->number()}]);
    }
  }
}

void SessionScenario::CheckFlowOf(Member& member, const Member& source,
                                  const client::SourceStatistics& before) {
  const room::Member* entered = session_.Find(member);
  if (!entered) return;
  const std::string user = UserOf(source.number());
  const room::Wanted wanted = entered->wishes.For(room::UserId(user), room::StreamType::kMain);
  client::SourceStatistics now;
  for (const auto& one : member.participant().statistics().sources)
    if (one.user_id == user) now = one;
  const auto complain = [&](const std::string& what) {
    session_.violations.push_back("member " + std::to_string(member.number()) + ": got " + what +
                                  " of " + user + " in the end");
  };
  const uint64_t packets = now.audio.packets - before.audio.packets;
  if (wanted.audio && source.sends(signal::MediaKind::kAudio) && packets < kLeastPackets)
    complain(std::to_string(packets) + " audio packets");
  const uint64_t frames = now.video.frames - before.video.frames;
  if (wanted.video.on && source.sends(signal::MediaKind::kVideo) && frames < kLeastFrames)
    complain(std::to_string(frames) + " frames");
  if (now.video.damaged_frames > 0) complain("damaged frames");
}

std::vector<std::string> SessionScenario::Run() {
  World& world = session_.world;
  const base::Time end = world.now() + kActsFor;
  Enter();
  Enter();
  while (world.now() < end) {
    // Much at once, now and then.
    world.Run(world.Chance(0.2) ? world.Between({}, milliseconds(5))
                                : world.Between(milliseconds(20), milliseconds(900)));
    Act();
  }
  Heal();
  world.Run(kQuiet);
  CheckFlow();
  session_.CheckRooms();
  for (Member* member : session_.Present()) world.Chance(0.7) ? member->Leave() : member->Vanish();
  world.Run(kForgotten);
  session_.CollectViolations();
  for (const std::string& left : session_.server.Leftovers()) session_.violations.push_back(left);
  return session_.violations;
}

}  // namespace plaza::sim
