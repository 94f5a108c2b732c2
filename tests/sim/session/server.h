// A whole server without sockets, threads and disk: rooms, sessions, the media plane and its
// workers, in one life after another over the same data.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/media/media_control.h"
#include "base/metrics.h"
#include "dtls/transport.h"
#include "harness/worker.h"
#include "harness/world.h"
#include "room/service.h"
#include "session/slot_witness.h"
#include "store/testing/memory_store.h"

namespace plaza::sim {

struct ServerOptions {
  size_t workers = 1;
  WorkerOptions worker;
};

class Server final : private Actor {
 public:
  using Send = Worker::Send;

  static constexpr room::SdkAppId kApp{1'400'000'000};
  static constexpr const char* kKey = "secret";

  /// Not running yet. `send` takes the datagrams of all workers, `on_event` every room event.
  Server(World& world, const ServerOptions& options, SlotWitness::NumberOf number_of, Send send,
         std::function<void(const room::Event&)> on_event);
  ~Server() override;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void Start();
  /// As kill -9 does it: only what was stored is left.
  void Crash();
  bool running() const { return life_ != nullptr; }

  /// Null while it does not run, or has not read its data yet.
  room::SignalDoor* door();
  room::Service& service();
  void OnDatagram(base::ByteView datagram, const base::Path& path);
  const std::vector<std::unique_ptr<Worker>>& workers() const;
  const SlotBook& book() const { return book_; }
  /// How long ago a command may have been given that a worker carries out at `time`.
  base::Duration MostLate(base::Time time) const;

  std::string UserSigOf(const std::string& user) const;
  /// What is left though nobody is there.
  std::vector<std::string> Leftovers();

 private:
  struct Life;

  base::Time NextDeadline() const override;
  void HandleTimeout(base::Time now) override;

  World& world_;
  const ServerOptions options_;
  SlotWitness::NumberOf number_of_;
  Send send_;
  std::function<void(const room::Event&)> on_event_;
  store::MemoryData data_;
  SlotBook book_;
  uint64_t lives_ = 0;
  std::unique_ptr<Life> life_;
};

}  // namespace plaza::sim
