// The relay between the media graphs of two workers of one process.
#pragma once

#include <functional>
#include <utility>
#include <variant>

#include "app/media/spsc_ring.h"
#include "base/metrics.h"
#include "base/time.h"
#include "sfu/graph.h"

namespace plaza::app {

/// One direction of a link: what the graph of one worker says to that of another, which takes it
/// in one of its next turns. Send… and Flush() belong to the sending worker's thread, Deliver() to
/// the other's.
class WorkerLink final : public sfu::RelayLink {
 public:
  /// `wake` makes the receiving worker call Deliver() soon; thread-safe. `dropped` counts messages
  /// lost because the other worker was stuck.
  WorkerLink(std::function<void()> wake, base::Counter& dropped);

  void SendPacket(const sfu::TrackId& track, uint8_t encoding,
                  const sfu::MediaPacket& packet) override;
  void SendClock(const sfu::TrackId& track, uint8_t encoding,
                 const sfu::ClockReference& clock) override;
  void SendStatus(const sfu::TrackId& track, const sfu::RelayStatus& status) override;
  void SendWanted(const sfu::TrackId& track, sfu::EncodingMask encodings) override;
  void SendKeyframeRequest(const sfu::TrackId& track, uint8_t encoding) override;

  /// Wakes the receiver if anything was sent since the last call; at the end of the sender's turn.
  void Flush();
  /// Hands what has arrived to the receiving graph, as from `link`.
  void Deliver(sfu::Graph& graph, sfu::LinkId link, base::Time now);

 private:
  struct Packet {
    uint8_t encoding;
    sfu::MediaPacket packet;
  };
  struct Clock {
    uint8_t encoding;
    sfu::ClockReference clock;
  };
  struct Wanted {
    sfu::EncodingMask encodings;
  };
  struct KeyframeRequest {
    uint8_t encoding;
  };
  struct Message {
    sfu::TrackId track;
    std::variant<Packet, Clock, sfu::RelayStatus, Wanted, KeyframeRequest> body;
  };

  void Push(Message message);
  size_t queued() const { return ring_.size(); }

  static constexpr size_t kCapacity = 8192;
  /// Places that packets leave to clocks, wishes and keyframe requests.
  static constexpr size_t kReserved = 1024;
  SpscRing<Message> ring_{kCapacity};
  std::function<void()> wake_;
  base::Counter& dropped_;
  bool pushed_ = false;
};

}  // namespace plaza::app
