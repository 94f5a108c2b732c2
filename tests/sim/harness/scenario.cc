#include "harness/scenario.h"

#include <algorithm>

#include "harness/checks.h"

namespace plaza::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr size_t kMostClients = 6;
constexpr base::Duration kActsFor = seconds(14);
/// In some runs: long enough for peers to be given up.
constexpr base::Duration kActsForLong = seconds(90);
constexpr base::Duration kLongCut = seconds(45);
/// Long enough for lost consent to be noticed and a connection to be made anew.
constexpr base::Duration kQuiet = seconds(12);
constexpr base::Duration kMeasured = seconds(2);
/// Of 100 and 30.
constexpr size_t kLeastPackets = 95;
constexpr size_t kLeastFrames = 27;
/// More than an offer waits for its answer.
constexpr base::Duration kLongestFreeze = seconds(8);
/// ICE and DTLS on the worst network of RandomConditions().
constexpr base::Duration kHandshakeBound = seconds(15);
/// After the last one left, until servers have forgotten everything.
constexpr base::Duration kForgotten = seconds(3);

CallOptions OptionsFor(uint64_t seed, bool real_dtls) {
  CallOptions options;
  options.seed = seed;
  options.workers = 1 + seed % 2;
  options.real_dtls = real_dtls;
  if (seed % 4 == 1) options.worker.most_post = milliseconds(100);
  if (seed % 5 == 2) options.worker.refuses = 0.003;
  return options;
}

// The smallest encoding that fills a view of this width, stretched a little.
int WantedEncoding(uint16_t width) {
  for (int i = 0; width > 0 && i < 2; ++i)
    if (kLayerSizes[static_cast<size_t>(i)].width * 1.09 >= width) return i;
  return 2;
}

}  // namespace

Scenario::Scenario(uint64_t seed, bool real_dtls)
    : call_(OptionsFor(seed, real_dtls)), lossless_(seed % 3 == 0), long_(seed % 20 == 7) {}

void Scenario::Note(const std::string& what) {
  log_.push_back(std::to_string(base::ToMillis(call_.world.now().time_since_epoch())) +
                 " ms: " + what);
}

void Scenario::Note(const Client& client, const std::string& what) {
  Note("client " + std::to_string(client.number()) + " " + what);
}

void Scenario::Complain(const Client& client, const std::string& what) {
  violations_.push_back("client " + std::to_string(client.number()) + " " + what);
}

std::vector<Client*> Scenario::Present() {
  std::vector<Client*> present;
  for (const auto& [number, client] : call_.clients)
    if (!client->gone) present.push_back(client.get());
  return present;
}

netsim::LinkConditions Scenario::RandomConditions() {
  World& world = call_.world;
  netsim::LinkConditions conditions;
  conditions.delay = world.Between(milliseconds(1), milliseconds(150));
  conditions.jitter = world.Between({}, milliseconds(30));
  if (lossless_) return conditions;
  conditions.reorder = world.Chance(0.5) ? 0.05 : 0;
  conditions.duplicate = world.Chance(0.5) ? 0.03 : 0;
  const double losses[] = {0, 0, 0.02, 0.1, 0.25};
  conditions.loss = losses[world.Below(5)];
  if (world.Chance(0.2)) conditions.burst = {0.01, 0.2, 0.9};
  if (world.Chance(0.3)) {
    conditions.rate =
        base::DataRate::KilobitsPerSecond(static_cast<int64_t>(150 + world.Below(2000)));
    conditions.queue_bytes = 30'000;
  }
  return conditions;
}

void Scenario::Join() {
  World& world = call_.world;
  ClientOptions options;
  options.number = ++last_number_;
  options.group = world.Chance(0.85) ? 1 : 2;
  options.video = world.Chance(0.7) ? rtp::Codec::kVp8 : rtp::Codec::kH264;
  options.simulcast = world.Chance(0.6);
  options.pairs = static_cast<uint32_t>(1 + world.Below(3));
  options.up = RandomConditions();
  options.down = RandomConditions();
  options.signalling_delay = world.Between(milliseconds(2), milliseconds(200));
  Client& client = call_.Join(options);
  Note(client, "joins");
  Watch(client);
}

void Scenario::Leave(Client& client) {
  const bool goodbye = call_.world.Chance(0.5);
  Note(client, goodbye ? "leaves" : "vanishes");
  call_.Leave(client, goodbye);
}

void Scenario::Watch(Client& client) {
  World& world = call_.world;
  std::vector<ClientWish> wishes;
  for (uint32_t number = 1; number <= last_number_ + 1; ++number) {
    if (number == client.number() || world.Chance(0.25)) continue;
    ClientWish wish{number, world.Chance(0.9), world.Chance(0.9), 0};
    wish.width = static_cast<uint16_t>(160 * world.Below(5));
    wishes.insert(wishes.begin() + static_cast<long>(world.Below(wishes.size() + 1)), wish);
  }
  Note(client, "watches " + std::to_string(wishes.size()));
  call_.SetWishes(client, std::move(wishes));
}

void Scenario::ChangeTracks(Client& client) {
  bool* const fields[] = {&client.audio_muted, &client.video_muted, &client.audio_published,
                          &client.video_published};
  bool& field = *fields[call_.world.Below(4)];
  field = !field;
  const auto state = [](bool published, bool muted) {
    return std::string(!published ? "away" : muted ? "muted" : "on");
  };
  Note(client, "has audio " + state(client.audio_published, client.audio_muted) + ", video " +
                   state(client.video_published, client.video_muted));
  call_.SetTracks(client);
}

void Scenario::ChangeNetwork(Client& client) {
  World& world = call_.world;
  const bool cut = !lossless_ && world.Chance(0.3);
  if (!cut) {
    Note(client, "gets another network quality");
    return client.wire().SetConditions(RandomConditions(), RandomConditions());
  }
  const base::Duration span = world.Between(milliseconds(200), long_ ? kLongCut : seconds(4));
  Note(client, "is cut off for " + std::to_string(base::ToMillis(span)) + " ms");
  client.wire().Cut(true);
  world.In(span, [&client] { client.wire().Cut(false); });
}

void Scenario::Reconnect(Client& client) {
  World& world = call_.world;
  // Whatever changes addresses loses what is under way.
  switch (world.Below(lossless_ ? 2 : 5)) {
    case 0:
      Note(client, "restarts ICE");
      return call_.Renegotiate(client, 0, true);
    case 1:
      Note(client, "offers another pair");
      return call_.Renegotiate(client, std::min(client.connection().pairs() + 1, 8u), false);
    case 2:
      Note(client, "moves to another network");
      client.Move();
      return call_.Renegotiate(client, 0, true);
    case 3:
      Note(client, "is seen behind another port");
      return client.wire().Rebind();
    default:
      Note(client, "connects anew");
      return call_.Renew(client, world.Chance(0.5));
  }
}

void Scenario::FreezeWorker() {
  World& world = call_.world;
  const uint64_t index = world.Below(call_.workers.size());
  const base::Duration span = world.Between({}, kLongestFreeze);
  Note("worker " + std::to_string(index) + " does nothing for " +
       std::to_string(base::ToMillis(span)) + " ms");
  call_.workers[index]->Freeze(span);
}

void Scenario::Act() {
  World& world = call_.world;
  const std::vector<Client*> present = Present();
  const uint64_t dice = world.Below(100);
  if (present.size() < 2 || (dice < 15 && present.size() < kMostClients)) return Join();
  Client& client = *present[world.Below(present.size())];
  if (dice < 22) return Leave(client);
  if (dice < 50) return Watch(client);
  if (dice < 70) return ChangeTracks(client);
  if (dice < 83) return ChangeNetwork(client);
  if (dice == 99 && !lossless_) return FreezeWorker();
  Reconnect(client);
}

void Scenario::Settle() {
  for (const auto& worker : call_.workers)
    call_.world.RunUntil([&] { return !worker->frozen(); }, kLongestFreeze);
  for (Client* client : Present()) {
    netsim::LinkConditions good;
    good.delay = milliseconds(20);
    client->wire().Cut(false);
    client->wire().SetConditions(good, good);
  }
}

void Scenario::CheckHandshakes() {
  const base::Duration bound =
      kHandshakeBound + kLongestFreeze + (long_ ? kLongCut : base::Duration{});
  for (const auto& [number, client] : call_.clients) {
    for (const ClientConnection& one : client->connections()) {
      const Connection& connection = *one.connection;
      if (!connection.answered()) continue;
      const base::Time end =
          connection.connected().value_or(std::min(connection.closed(), call_.world.now()));
      if (end - *connection.answered() > bound) Complain(*client, "took too long to connect");
    }
  }
}

// On a good network everybody gets what they watch.
void Scenario::CheckFlow() {
  for (const Client* client : Present()) {
    for (const ClientWish& wish : client->wishes) {
      const auto source = call_.clients.find(wish.source);
      const bool there = source != call_.clients.end() && !source->second->gone &&
                         source->second->options().group == client->options().group;
      if (!there) continue;
      if (wish.audio && source->second->audio_diary.forwarded())
        CheckFlowOf(*client, *source->second, wish, true);
      if (wish.video && source->second->video_diary.forwarded())
        CheckFlowOf(*client, *source->second, wish, false);
    }
  }
}

void Scenario::CheckFlowOf(const Client& client, const Client& source, const ClientWish& wish,
                           bool audio) {
  const base::Time since = call_.world.now() - kMeasured;
  const Delivery got = DeliveredSince(client, source.number(), audio, since);
  const std::string whose = " of client " + std::to_string(source.number());
  if (got.decoded < (audio ? kLeastPackets : kLeastFrames)) {
    return Complain(client, "got " + std::to_string(got.decoded) +
                                (audio ? " audio packets" : " frames") + whose + " in the end");
  }
  // Where nothing was ever lost and no link was narrow, nothing holds back the right size.
  const bool layered = !audio && source.options().simulcast && lossless_;
  if (layered && got.last_encoding != WantedEncoding(wish.width)) {
    Complain(client, "got encoding " + std::to_string(got.last_encoding) + whose +
                         " for a width of " + std::to_string(wish.width));
  }
}

std::vector<std::string> Scenario::Run() {
  World& world = call_.world;
  const base::Time end = world.now() + (long_ ? kActsForLong : kActsFor);
  Join();
  Join();
  while (world.now() < end) {
    // Much at once, now and then.
    world.Run(world.Chance(0.2) ? world.Between({}, milliseconds(5))
                                : world.Between(milliseconds(20), milliseconds(600)));
    Act();
  }
  Settle();
  world.Run(kQuiet);
  CheckHandshakes();
  CheckFlow();
  for (Client* client : Present()) Leave(*client);
  world.Run(kForgotten);
  for (const auto& found : {call_.violations, CheckStreams(call_), CheckEmpty(call_)})
    violations_.insert(violations_.end(), found.begin(), found.end());
  return violations_;
}

}  // namespace plaza::sim
