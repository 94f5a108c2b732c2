#include "room/service.h"

#include <algorithm>
#include <utility>

#include "room/session/resume_token.h"
#include "room/session/sockets.h"

namespace plaza::room {
namespace {

/// Keeps the gauges of rooms and members in step with events.
class RoomGauges {
 public:
  RoomGauges(EventBus& bus, base::Metrics& metrics)
      : rooms_(metrics.GetGauge("plaza_rooms", "Rooms that are open.")),
        members_(metrics.GetGauge("plaza_members", "Members of all rooms.")),
        subscription_(bus.Subscribe([this](const Event& event) { Count(event.body); })) {}

 private:
  void Count(const EventBody& body) {
    if (std::holds_alternative<RoomStarted>(body)) rooms_.Add(1);
    if (std::holds_alternative<RoomEnded>(body)) rooms_.Add(-1);
    if (std::holds_alternative<MemberEntered>(body)) members_.Add(1);
    if (std::holds_alternative<MemberGone>(body)) members_.Add(-1);
  }

  base::Gauge& rooms_;
  base::Gauge& members_;
  EventBus::Subscription subscription_;
};

}  // namespace

struct Service::State {
  State(const ServiceConfig& config, store::Store& s, MediaPlane& media, const base::Clock& clock,
        base::Random& r, base::Metrics& metrics)
      : store(s),
        random(r),
        gauges(bus, metrics),
        apps(s, clock, r),
        directory(s, media, bus, clock, config.member_timeout, config.max_rooms),
        commands(directory),
        gate(apps, clock),
        sockets({config.ping_interval, config.member_timeout}, apps, commands, tokens, clock, r,
                metrics, config.max_sessions) {}

  store::Store& store;
  base::Random& random;
  EventBus bus;
  RoomGauges gauges;
  Apps apps;
  ResumeTokens tokens;
  Directory directory;
  Commands commands;
  Gate gate;
  Sockets sockets;
};

Service::Service(ServiceConfig config, store::Store& store, MediaPlane& media,
                 const base::Clock& clock, base::Random& random, base::Metrics& metrics)
    : state_(std::make_shared<State>(config, store, media, clock, random, metrics)) {}

Service::~Service() = default;

void Service::Start(std::function<void(base::Status)> done) {
  state_->apps.Refresh([weak = std::weak_ptr(state_), done](base::Status read) {
    const auto state = weak.lock();
    if (!state) return;
    if (!read) return done(read);
    base::Bytes proposal(kResumeKeyBytes);
    state->random.Fill(proposal);
    state->store.keys().GetOrCreate("resume_token", std::move(proposal),
                                    [weak, done](base::Result<base::Bytes> key) {
                                      const auto alive = weak.lock();
                                      if (!alive) return;
                                      if (!key) return done(key.error());
                                      alive->tokens.SetKey(std::move(*key));
                                      alive->directory.Restore(done);
                                    });
  });
}

void Service::Drain() { state_->sockets.Drain(); }

MediaObserver& Service::media_observer() { return state_->directory; }
Gate& Service::gate() { return state_->gate; }
SignalDoor& Service::signal_door() { return state_->sockets; }
Commands& Service::commands() { return state_->commands; }
Directory& Service::directory() { return state_->directory; }
Apps& Service::apps() { return state_->apps; }
EventBus& Service::events() { return state_->bus; }

base::Time Service::NextDeadline() const {
  return std::min({state_->apps.NextDeadline(), state_->directory.NextDeadline(),
                   state_->sockets.NextDeadline()});
}

void Service::HandleTimeout(base::Time now) {
  state_->apps.HandleTimeout(now);
  state_->directory.HandleTimeout(now);
  state_->sockets.HandleTimeout(now);
}

}  // namespace plaza::room
