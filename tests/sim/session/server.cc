#include "session/server.h"

#include <algorithm>
#include <utility>

#include "dtls/testing/stand_in.h"
#include "room/user_sig.h"

namespace plaza::sim {
namespace {

base::SocketAddress WorkerAddress(size_t index) {
  return {base::IpAddress::V4(192, 0, 2, static_cast<uint8_t>(index + 1)), 7000};
}

}  // namespace

// From a start to a crash. Members are destroyed from the last to the first.
struct Server::Life {
  Life(Server& server, uint64_t number)
      : dtls(number),
        store(server.data_, [&world = server.world_, alive = std::weak_ptr(alive)](auto task) {
          world.In({}, [alive, task = std::move(task)] {
            if (!alive.expired()) task();
          });
        }) {
    std::vector<app::WorkerCommands*> commands;
    for (size_t i = 0; i < server.options_.workers; ++i) {
      workers.push_back(std::make_unique<Worker>(server.world_, i, WorkerAddress(i),
                                                 server.options_.worker, dtls, server.send_));
      commands.push_back(workers.back().get());
      for (size_t j = 0; j < i; ++j) Worker::Link(*workers[i], *workers[j]);
    }
    control = std::make_unique<app::MediaControl>(commands, server.world_.clock);
    for (const auto& worker : workers) worker->SetEvents(control.get());
    witness =
        std::make_unique<SlotWitness>(server.world_, server.book_, *control, server.number_of_);
    service = std::make_unique<room::Service>(room::ServiceConfig{}, store, *witness,
                                              server.world_.clock, server.world_.random, metrics);
    control->SetObserver(witness.get());
    witness->SetObserver(&service->media_observer());
    events = service->events().Subscribe(server.on_event_);
    service->Start([this](base::Status status) { started = status.ok(); });
  }

  const std::shared_ptr<bool> alive = std::make_shared<bool>(true);
  dtls::testing::StandInFactory dtls;
  base::Metrics metrics;
  store::MemoryStore store;
  std::vector<std::unique_ptr<Worker>> workers;
  std::unique_ptr<app::MediaControl> control;
  std::unique_ptr<SlotWitness> witness;
  std::unique_ptr<room::Service> service;
  room::EventBus::Subscription events;
  bool started = false;
};

Server::Server(World& world, const ServerOptions& options, SlotWitness::NumberOf number_of,
               Send send, std::function<void(const room::Event&)> on_event)
    : world_(world),
      options_(options),
      number_of_(std::move(number_of)),
      send_(std::move(send)),
      on_event_(std::move(on_event)) {
  data_.apps[kApp.value()] = {kApp.value(), "sim", kKey, "", "", 0, {}};
  world_.Add(*this);
}

Server::~Server() { world_.Remove(*this); }

void Server::Start() { life_ = std::make_unique<Life>(*this, ++lives_); }

void Server::Crash() { life_.reset(); }

room::SignalDoor* Server::door() {
  return life_ && life_->started ? &life_->service->signal_door() : nullptr;
}

room::Service& Server::service() { return *life_->service; }

const std::vector<std::unique_ptr<Worker>>& Server::workers() const { return life_->workers; }

void Server::OnDatagram(base::ByteView datagram, const base::Path& path) {
  if (!life_) return;
  for (const auto& worker : life_->workers)
    if (worker->address() == path.local) worker->OnDatagram(datagram, path);
}

base::Duration Server::MostLate(base::Time time) const {
  base::Duration most = options_.worker.most_post;
  if (!life_) return most;
  for (const auto& worker : life_->workers) most = std::max(most, worker->MostLate(time));
  return most;
}

std::string Server::UserSigOf(const std::string& user) const {
  return room::SignUserSig({user, kApp, base::UnixSeconds(world_.clock.WallNow()), 86400, {}},
                           kKey);
}

base::Time Server::NextDeadline() const {
  if (!life_ || !life_->started) return base::kNever;
  return std::min(life_->service->NextDeadline(), life_->control->NextDeadline());
}

void Server::HandleTimeout(base::Time now) {
  life_->control->HandleTimeout(now);
  life_->service->HandleTimeout(now);
}

std::vector<std::string> Server::Leftovers() {
  std::vector<std::string> all;
  const auto expect_none = [&](uint64_t count, const std::string& what) {
    if (count > 0) all.push_back(std::to_string(count) + " " + what + " are left");
  };
  const auto gauge = [&](const char* name) {
    return static_cast<uint64_t>(life_->metrics.GetGauge(name, "").value());
  };
  expect_none(life_->service->directory().size(), "rooms");
  expect_none(data_.rooms.size(), "rooms in the store");
  expect_none(gauge("plaza_signal_sockets"), "sockets");
  expect_none(gauge("plaza_signal_sessions"), "sessions");
  expect_none(life_->control->peer_count(), "peers of the control thread");
  for (const auto& worker : life_->workers) {
    expect_none(worker->node().peer_count(), "peers of a worker");
    expect_none(worker->node().path_count(), "paths of a worker");
    expect_none(worker->node().ufrag_count(), "username fragments of a worker");
    expect_none(worker->node().graph().track_count(), "tracks of a worker");
  }
  if (!AllReturned(world_.server_pool)) all.push_back("packet buffers are still held");
  return all;
}

}  // namespace plaza::sim
