// A media worker: one thread with its loop, its sockets and its media node.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/config/config.h"
#include "app/media/worker_commands.h"
#include "base/metrics.h"
#include "base/result.h"
#include "base/socket_address.h"
#include "net/event_loop.h"

namespace plaza::app {

/// The commands post to the thread; their answers and the events are posted to the control thread.
class MediaThread final : public WorkerCommands {
 public:
  class Body;

  explicit MediaThread(std::unique_ptr<Body> body);
  ~MediaThread() override;
  MediaThread(const MediaThread&) = delete;
  MediaThread& operator=(const MediaThread&) = delete;

  /// `events` outlives the thread.
  void Start(WorkerEvents* events);
  /// Ends the thread. Workers talk to each other: end all of them before one is destroyed.
  void End();
  /// Where media is received, in the order of rtc.listen.
  std::vector<base::SocketAddress> local() const;

  void Offer(sfu::PeerId peer, sfu::GroupId group, std::string sdp, OfferDone done) override;
  void ClosePeer(sfu::PeerId peer) override;
  void SetTrack(sfu::TrackId track, std::string mid, sfu::TrackInfo info) override;
  void SetRemoteTrack(sfu::TrackId track, sfu::GroupId group, sfu::LinkId home,
                      sfu::TrackInfo info) override;
  void RemoveTrack(sfu::TrackId track) override;
  void Assign(sfu::PeerId peer, uint32_t slot, std::optional<sfu::SlotContent> content) override;

 private:
  std::unique_ptr<Body> body_;
};

/// Binds the sockets of all workers and links each with each. Threads run after Start(). An error
/// is one line for the operator, such as a port in use.
base::Result<std::vector<std::unique_ptr<MediaThread>>> MakeMediaThreads(const Config& config,
                                                                         net::EventLoop& control,
                                                                         base::Metrics& metrics);

}  // namespace plaza::app
