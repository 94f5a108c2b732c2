// One media worker of the server: its node, its inbox from the control thread, and the links to the
// other workers.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "app/media/media_node.h"
#include "app/media/worker_commands.h"
#include "app/media/worker_link.h"
#include "dtls/transport.h"
#include "harness/world.h"

namespace plaza::sim {

struct WorkerOptions {
  /// What a post of the control thread or of another worker, and one back, takes at most.
  base::Duration most_post = std::chrono::milliseconds(3);
  /// Share of datagrams for which the batch has no room.
  double refuses = 0;
};

/// Stands for app::MediaThread: commands and events go through queues that take their time.
class Worker final : public app::WorkerCommands,
                     public Actor,
                     private app::NodeEvents,
                     private base::DatagramSink {
 public:
  using Send = std::function<void(base::ByteView datagram, const base::Path& path)>;

  /// `send` takes what the node sends.
  Worker(World& world, size_t index, const base::SocketAddress& address,
         const WorkerOptions& options, dtls::TransportFactory& dtls, Send send);
  ~Worker() override;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void SetEvents(app::WorkerEvents* events) { events_ = events; }
  /// The thread does nothing for so long; what arrives meanwhile is lost, commands wait.
  void Freeze(base::Duration span);
  bool frozen() const { return world_.now() < frozen_until_; }
  /// How long a command may have waited that is carried out at `time`.
  base::Duration MostLate(base::Time time) const;
  /// Both directions; once.
  static void Link(Worker& a, Worker& b);
  void OnDatagram(base::ByteView datagram, const base::Path& path);

  app::MediaNode& node() { return *node_; }
  const base::SocketAddress& address() const { return address_; }
  uint64_t dropped_by_links() const { return dropped_.value(); }
  /// Datagrams that found no room, or nobody to take them.
  uint64_t refused() const { return refused_; }

  // app::WorkerCommands
  void Offer(sfu::PeerId peer, sfu::GroupId group, std::string sdp, OfferDone done) override;
  void ClosePeer(sfu::PeerId peer) override;
  void SetTrack(sfu::TrackId track, std::string mid, sfu::TrackInfo info) override;
  void SetRemoteTrack(sfu::TrackId track, sfu::GroupId group, sfu::LinkId home,
                      sfu::TrackInfo info) override;
  void RemoveTrack(sfu::TrackId track) override;
  void Assign(sfu::PeerId peer, uint32_t slot, std::optional<sfu::SlotContent> content) override;

  base::Time NextDeadline() const override;
  void HandleTimeout(base::Time now) override;

 private:
  struct Incoming {
    sfu::LinkId from;
    app::WorkerLink* link;
  };

  void Post(std::function<void()> command);
  void Tell(std::function<void()> event);
  base::Time PostTime(base::Time& last);
  void LinkTo(Worker& other);

  // app::NodeEvents
  void OnPeerConnected(sfu::PeerId peer) override;
  void OnPeerFailed(sfu::PeerId peer, const std::string& reason) override;
  void OnTrackStalled(const sfu::TrackId& track, bool stalled) override;
  void OnSpeakers(sfu::GroupId group, std::span<const sfu::Speaker> speakers) override;
  // base::DatagramSink
  std::span<uint8_t> Begin(const base::Path& path, size_t capacity) override;
  void Commit(size_t size) override;

  World& world_;
  const size_t index_;
  const base::SocketAddress address_;
  const WorkerOptions options_;
  Send send_;
  app::WorkerEvents* events_ = nullptr;
  base::Counter dropped_;
  uint64_t refused_ = 0;
  std::vector<std::unique_ptr<app::WorkerLink>> outgoing_;
  std::vector<Incoming> incoming_;
  std::optional<app::MediaNode> node_;
  base::Time wake_ = base::kNever;  // the end of the present turn, or a link's call
  base::Time frozen_until_{};
  std::vector<std::pair<base::Time, base::Time>> freezes_;
  base::Time last_command_{};
  base::Time last_event_{};
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  base::Path path_;
  base::Bytes room_;
};

}  // namespace plaza::sim
