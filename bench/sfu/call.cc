// Entering fifty times.
#include "call.h"

#include <algorithm>
#include <utility>

#include "tools/client/credentials.h"

namespace plaza::bench {
namespace {

constexpr base::Duration kStartLimit = std::chrono::seconds(30);
constexpr uint64_t kRoom = 1;

base::Error Failed(std::string message) {
  return {base::ErrorKind::kUnavailable, std::move(message), "call", 0};
}

}  // namespace

base::Result<std::unique_ptr<Call>> Call::Start(net::EventLoop& loop, const std::string& server,
                                                const CallOptions& options) {
  auto call = std::make_unique<Call>();
  if (auto added = call->Add(loop, server, "publisher", options.video); !added)
    return std::move(added).error();
  for (int i = 0; i < options.receivers; ++i) {
    if (auto added = call->Add(loop, server, "receiver" + std::to_string(i), {}); !added)
      return std::move(added).error();
  }
  const auto settled = [&] { return !call->guard_.trouble.empty() || call->EverybodyReceives(); };
  loop.RunUntil(settled, kStartLimit);
  if (!call->guard_.trouble.empty()) return Failed(call->guard_.trouble);
  if (!call->EverybodyReceives()) return Failed("not everybody receives");
  return call;
}

base::Status Call::Add(net::EventLoop& loop, const std::string& server, const std::string& user,
                       std::optional<client::VideoPattern> video) {
  const auto credentials = tools::AskDemo(loop, server, user, {});
  if (!credentials) return credentials.error();
  client::Config config;
  config.entry.sdk_app_id = credentials->sdk_app_id;
  config.entry.user_id = user;
  config.entry.user_sig = credentials->user_sig;
  config.entry.room_id = kRoom;
  config.entry.scene = signal::Scene::kLive;
  config.entry.role = video ? signal::Role::kAnchor : signal::Role::kAudience;
  config.entry.auto_subscribe = {!video, !video};
  config.receive = client::ReceiveMode::kPackets;
  config.pairs = 1;
  config.video = video;
  const std::string signal = "ws" + server.substr(server.find(':')) + "/v1/signal";
  auto host = tools::ParticipantHost::Create(
      loop, pool_, {signal, base::IpAddress::V4(127, 0, 0, 1), {}}, std::move(config), guard_);
  if (!host) return std::move(host).error();
  hosts_.push_back(std::move(*host));
  hosts_.back()->Enter();
  return {};
}

bool Call::EverybodyReceives() {
  return std::all_of(hosts_.begin() + 1, hosts_.end(), [](const auto& host) {
    const client::Statistics statistics = host->statistics();
    return !statistics.sources.empty() && statistics.sources.back().video.packets > 0;
  });
}

void Call::Pause(bool paused) { hosts_.front()->SetTrack(signal::MediaKind::kVideo, true, paused); }

Received Call::received() {
  Received all;
  for (size_t i = 1; i < hosts_.size(); ++i) {
    for (const client::SourceStatistics& source : hosts_[i]->statistics().sources) {
      all.packets += source.video.packets;
      all.lost += source.video.lost;
    }
    all.bytes += hosts_[i]->udp().received_bytes;
    all.feedback += hosts_[i]->udp().sent_packets;
  }
  return all;
}

}  // namespace plaza::bench
