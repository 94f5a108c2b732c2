// One publisher and many receivers in a room of a server, as native participants.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/packet_buffer.h"
#include "base/result.h"
#include "client/participant.h"
#include "net/event_loop.h"
#include "tools/client/participant_host.h"

namespace plaza::bench {

struct CallOptions {
  int receivers = 50;
  client::VideoPattern video;
};

/// What all receivers got together.
struct Received {
  uint64_t packets = 0;
  uint64_t bytes = 0;  ///< of datagrams, all that came included
  int64_t lost = 0;
  uint64_t feedback = 0;  ///< datagrams that they sent: reports, checks of the path
};

class Call {
 public:
  /// Enters everybody and waits until all receive.
  static base::Result<std::unique_ptr<Call>> Start(net::EventLoop& loop, const std::string& server,
                                                   const CallOptions& options);

  /// The publisher's media stops and goes on.
  void Pause(bool paused);
  Received received();

 private:
  /// Takes note of what went wrong.
  class Guard final : public client::ParticipantObserver {
   public:
    void OnJoined(const signal::Joined&) override {}
    void OnResumed() override {}
    void OnMessage(const signal::ServerMessage&) override {}
    void OnRequestFailed(const signal::Failure& failure) override { trouble = failure.message; }
    void OnMediaConnected() override {}
    void OnEnded(const client::End& end) override { trouble = end.failure.message; }

    std::string trouble;
  };

  base::Status Add(net::EventLoop& loop, const std::string& server, const std::string& user,
                   std::optional<client::VideoPattern> video);
  bool EverybodyReceives();

  base::PacketPool pool_;
  Guard guard_;
  std::vector<std::unique_ptr<tools::ParticipantHost>> hosts_;  // the publisher first
};

}  // namespace plaza::bench
