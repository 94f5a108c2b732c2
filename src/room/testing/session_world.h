// A whole server without sockets, media or disk, for tests: Service over fakes, a clock that stands
// still, and a crash that leaves only what was stored.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/metrics.h"
#include "base/random.h"
#include "base/time.h"
#include "room/service.h"
#include "room/testing/fake_media_plane.h"
#include "room/user_sig.h"
#include "store/testing/memory_store.h"

namespace plaza::room {

class SessionWorld {
 public:
  explicit SessionWorld(uint64_t seed = 1) : random(seed) {
    data.apps[kApp.value()] = {kApp.value(), "demo", kKey, "", "", 0, {}};
    StartServer();
  }

  void StartServer() {
    media = std::make_unique<FakeMediaPlane>();
    service = std::make_unique<Service>(config, store, *media, clock, random, metrics);
    media->SetObserver(&service->media_observer());
    service->Start([this](base::Status status) { started = status; });
    Run();
  }
  /// kill -9: only `data` remains. Sockets must be told by who has them.
  void Crash() {
    tasks.clear();
    service.reset();
    media.reset();
  }
  void Run() {
    while (!tasks.empty()) {
      auto task = std::move(tasks.front());
      tasks.pop_front();
      task();
      media->Run();
    }
    media->Run();
  }
  /// Lets time pass, stopping at every deadline of the server.
  void Advance(base::Duration span) {
    const base::Time end = clock.Now() + span;
    while (service->NextDeadline() <= end) {
      if (service->NextDeadline() > clock.Now()) clock.AdvanceTo(service->NextDeadline());
      service->HandleTimeout(clock.Now());
      Run();
    }
    clock.AdvanceTo(end);
  }

  std::string UserSigOf(const std::string& user, int64_t expire = 86400) const {
    return SignUserSig({user, kApp, base::UnixSeconds(clock.WallNow()), expire, {}}, kKey);
  }

  static constexpr SdkAppId kApp{1'400'000'000};
  static constexpr const char* kKey = "secret";

  ServiceConfig config;
  base::FakeClock clock;
  base::SeededRandom random;
  base::Metrics metrics;
  std::deque<std::function<void()>> tasks;
  store::MemoryData data;
  store::MemoryStore store{data, [this](auto task) { tasks.push_back(std::move(task)); }};
  std::unique_ptr<FakeMediaPlane> media;
  std::unique_ptr<Service> service;
  base::Status started;
};

}  // namespace plaza::room
