#include "harness/loss_run.h"

#include <algorithm>
#include <set>

#include "harness/checks.h"

namespace plaza::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr base::Duration kFrameInterval = milliseconds(33);
constexpr base::Duration kConnectLimit = seconds(40);
/// Until the first keyframe has come and the bandwidth is known.
constexpr base::Duration kWarmUp = seconds(5);
/// What is captured later may still be under way in the end.
constexpr base::Duration kTail = seconds(3);

netsim::LinkConditions Conditions(const LossRunOptions& options) {
  netsim::LinkConditions conditions;
  conditions.delay = options.delay;
  conditions.jitter = milliseconds(10);
  conditions.loss = options.loss;
  conditions.reorder = 0.05;
  conditions.duplicate = 0.02;
  return conditions;
}

// The frames of a publisher by number, while it was measured.
struct Window {
  base::Time start;  // of frame 1
  base::Duration interval;
  uint32_t first;
  uint32_t last;

  base::Time CapturedAt(uint32_t frame) const { return start + interval * (frame - 1); }
  bool Has(uint32_t frame) const { return frame >= first && frame <= last; }
  size_t size() const { return last - first + 1; }
};

Window MakeWindow(base::Time start, base::Duration interval, base::Time from, base::Time to) {
  const auto number = [&](base::Time at) {
    return static_cast<uint32_t>((at - start) / interval + 1);
  };
  return {start, interval, number(from), number(to)};
}

void Count(Client& client, const Window& video, const Window& audio, LossResult& result) {
  std::set<uint32_t> frames, packets;
  for (const auto& [media, stream] : client.connection().streams()) {
    for (const DecodedFrame& frame : stream.frames()) {
      if (!frame.intact) ++result.violations;
      if (!video.Has(frame.stamp.frame) || !frames.insert(frame.stamp.frame).second) continue;
      result.delays.push_back(frame.at - video.CapturedAt(frame.stamp.frame));
    }
    for (const auto& [number, packet] : stream.packets())
      if (packet.stamp && packet.stamp->audio && audio.Has(packet.stamp->frame))
        packets.insert(packet.stamp->frame);
    if (media % 2 == 1) {
      result.video_packets += stream.packets().size();
      result.recovered += static_cast<size_t>(stream.recovered());
      result.keyframe_requests += static_cast<size_t>(stream.keyframe_requests());
    }
  }
  result.frames_sent += video.size();
  result.frames_delivered += frames.size();
  result.packets_sent += audio.size();
  result.packets_delivered += packets.size();
}

}  // namespace

void LossResult::Add(const LossResult& other) {
  const auto append = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  append(handshakes, other.handshakes);
  append(delays, other.delays);
  clients += other.clients;
  frames_sent += other.frames_sent;
  frames_delivered += other.frames_delivered;
  packets_sent += other.packets_sent;
  packets_delivered += other.packets_delivered;
  video_packets += other.video_packets;
  recovered += other.recovered;
  keyframe_requests += other.keyframe_requests;
  violations += other.violations;
}

LossResult RunLoss(const LossRunOptions& options) {
  CallOptions call_options;
  call_options.seed = options.seed;
  call_options.workers = 2;
  call_options.real_dtls = true;
  Call call(call_options);
  const auto join = [&](uint32_t number) {
    ClientOptions client;
    client.number = number;
    client.video = options.codec;
    client.simulcast = options.simulcast;
    client.pairs = 1;
    client.up = client.down = Conditions(options);
    client.frame_interval = kFrameInterval;
    client.signalling_delay = options.delay;
    client.audio_published = client.video_published = number == 1;
    return &call.Join(client);
  };
  Client* publisher = join(1);
  const std::vector<Client*> receivers = {join(2), join(3)};
  for (Client* receiver : receivers) call.SetWishes(*receiver, {{1}});

  LossResult result;
  result.clients = call.clients.size();
  const auto all_connected = [&] {
    return std::all_of(call.clients.begin(), call.clients.end(), [](const auto& entry) {
      return entry.second->connection().connected().has_value();
    });
  };
  call.world.RunUntil(all_connected, kConnectLimit);
  for (const auto& [number, client] : call.clients) {
    const Connection& connection = client->connection();
    if (connection.connected() && connection.answered())
      result.handshakes.push_back(*connection.connected() - *connection.answered());
  }
  if (!all_connected()) return result;

  call.world.Run(kWarmUp);
  const base::Time from = call.world.now(), to = from + options.measured;
  call.world.Run(options.measured + kTail);
  const base::Time start = *publisher->connection().connected();
  const Window video = MakeWindow(start, kFrameInterval, from, to);
  const Window audio = MakeWindow(start, kAudioInterval, from, to);
  for (Client* receiver : receivers) Count(*receiver, video, audio, result);
  result.violations += call.violations.size() + CheckStreams(call).size();
  return result;
}

base::Duration Quantile(std::vector<base::Duration> values, double share) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const auto at = static_cast<size_t>(share * static_cast<double>(values.size() - 1) + 0.5);
  return values[at];
}

}  // namespace plaza::sim
