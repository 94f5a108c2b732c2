// The resumable channel: numbered messages delivered once and in order, however many sockets it
// takes. The same state machine stands on both sides. It sees no socket: the owner hands it what
// arrived and sends what Poll() gives.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace plaza::signal {

using namespace std::chrono_literals;

/// What is received and not acknowledged by other traffic is acknowledged after this time or this
/// many messages.
inline constexpr base::Duration kAckDelay = 500ms;
inline constexpr uint64_t kAckEvery = 32;
/// What may wait for the other side; beyond either, the session can't go on.
inline constexpr size_t kMaxUnackedMessages = 4096;
inline constexpr size_t kMaxUnackedBytes = 4 * 1024 * 1024;

/// The text of one message without its numbers: a JSON object with at least one member. Shared,
/// since one room event goes to many channels.
using Body = std::shared_ptr<const std::string>;

struct ChannelConfig {
  base::Duration ping_interval = 5s;
  /// The client pings; the server answers.
  bool pings = false;
  /// The socket counts as dead when nothing was heard for this long.
  base::Duration silence_limit = 15s;

  static ChannelConfig Client(base::Duration ping_interval) {
    return {ping_interval, true, 2 * ping_interval};
  }
  static ChannelConfig Server(base::Duration ping_interval) {
    return {ping_interval, false, 3 * ping_interval};
  }
};

class Channel {
 public:
  explicit Channel(ChannelConfig config) : config_(config) {}

  /// Numbers a message and keeps it until it is acknowledged. kResourceExhausted when too much
  /// waits: the session must end. May be called with or without a socket.
  base::Status Send(Body body);
  base::Status Send(std::string body) {
    return Send(std::make_shared<const std::string>(std::move(body)));
  }

  /// Whether everything after `peer_has` can still be sent, and was sent before if the peer has it.
  bool CanResumeFrom(uint64_t peer_has) const;
  /// A socket is ready: joined or resumed, and the other side said what it has. What it lacks is
  /// sent again. Requires CanResumeFrom(peer_has).
  void Attach(base::Time now, uint64_t peer_has);
  /// The socket is gone.
  void Detach();
  bool attached() const { return attached_; }

  /// A numbered message arrived. True: it is new and to be worked; false: seen before. An error (a
  /// gap in the numbers, an acknowledgement of what was never sent) ends the socket, not the
  /// session.
  base::Result<bool> OnNumbered(base::Time now, uint64_t seq, std::optional<uint64_t> ack);
  /// A frame without a number arrived.
  base::Status OnUnnumbered(base::Time now, std::optional<uint64_t> ack);
  /// A ping arrived: OnUnnumbered(), and a pong.
  base::Status OnPing(base::Time now, std::optional<uint64_t> ack);

  /// What was received is acknowledged with the next Poll(), not after kAckDelay.
  void AcknowledgeNow() { ack_wanted_ = received_ > acknowledged_; }
  /// The next frame to send, complete. Drain it after every call above and after HandleTimeout().
  std::optional<std::string> Poll();

  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);
  /// Nothing was heard for too long: close the socket and Detach().
  bool silent() const { return silent_; }

  /// The highest number received so far: the `ack` of handshake frames.
  uint64_t received() const { return received_; }
  /// Whether the other side has everything.
  bool drained() const { return unacked_.empty(); }

 private:
  base::Status TakeAck(std::optional<uint64_t> ack);
  void Heard(base::Time now);
  std::string WithAck(const char* type);

  ChannelConfig config_;
  bool attached_ = false;
  bool silent_ = false;

  std::deque<Body> unacked_;  // the front has number acked_ + 1
  size_t unacked_bytes_ = 0;
  uint64_t acked_ = 0;      // the other side has up to this
  uint64_t sent_ = 0;       // written to the present socket up to this
  uint64_t ever_sent_ = 0;  // written to any socket up to this

  uint64_t received_ = 0;
  uint64_t acknowledged_ = 0;  // the last of received_ that the other side was told
  base::Time ack_deadline_ = base::kNever;
  bool ack_wanted_ = false;
  bool ping_wanted_ = false;
  bool pong_wanted_ = false;
  base::Time ping_deadline_ = base::kNever;
  base::Time silence_deadline_ = base::kNever;
};

}  // namespace plaza::signal
