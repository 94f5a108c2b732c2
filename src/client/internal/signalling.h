// The client's side of docs/signalling.md without media: joins, resumes, numbers, retries.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/time.h"
#include "client/participant.h"
#include "client/signal_socket.h"
#include "signal/channel.h"
#include "signal/codec.h"

namespace plaza::client::internal {

/// What signalling asks of, and tells, the participant. Calls come from within its functions.
class SignallingOwner {
 public:
  virtual ~SignallingOwner() = default;
  /// What to join with now: with a new offer. `resume_token` and `protocol` are filled in.
  virtual signal::Join MakeJoin(base::Time now) = 0;
  virtual void OnJoined(const signal::Joined& joined, base::Time now) = 0;
  virtual void OnResumed(base::Time now) = 0;
  /// Everything but handshake frames and results.
  virtual void OnMessage(const signal::ServerMessage& message, base::Time now) = 0;
  virtual void OnEnded(const End& end, base::Time now) = 0;
};

class Signalling {
 public:
  /// Hears the result of a request: nothing when the session was lost before it came.
  using ResultHandler = std::function<void(const signal::Result*, base::Time now)>;

  /// A `leave` that gets no answer ends by itself after this time.
  static constexpr base::Duration kLeaveTimeout = std::chrono::seconds(2);

  /// All references outlive it.
  Signalling(SignalSocket& socket, base::Random& random, SignallingOwner& owner)
      : socket_(socket), random_(random), owner_(owner) {}

  void Start(base::Time now);
  void Leave(base::Time now);
  /// Sends a request, now or after the next resume. Only in a session.
  void Request(const signal::ClientMessage& request, ResultHandler on_result, base::Time now);

  void OnSocketOpened(base::Time now);
  void OnSocketText(std::string_view text, base::Time now);
  void OnSocketClosed(int code, base::Time now);

  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);

  /// Joined at least once, and not over; the socket may be away.
  bool in_session() const { return channel_.has_value() && state_ != State::kEnded; }

 private:
  enum class State : uint8_t {
    kIdle,      // not started
    kOpening,   // the socket is
    kJoining,   // `join` was sent
    kResuming,  // `resume` was sent
    kOpen,      // joined or resumed
    kWaiting,   // to open the next socket
    kEnded,
  };
  struct Pending {
    uint64_t number;
    ResultHandler on_result;
  };

  void Open(base::Time now);
  void SendJoin(base::Time now);
  void Retry(base::Time now);
  /// Closes the socket ourselves and goes on with the next.
  void Reopen(int code, base::Time now);
  void Finish(const End& end, base::Time now);
  void DropSession(base::Time now);
  void Drain();

  void OnFrame(const signal::ServerFrame& frame, base::Time now);
  void OnJoined(const signal::Joined& joined, base::Time now);
  void OnResumed(const signal::Resumed& resumed, base::Time now);
  void OnError(const signal::Failure& failure, base::Time now);
  void OnChannelMessage(const signal::ServerFrame& frame, base::Time now);
  void OnResult(const signal::Result& result, base::Time now);

  SignalSocket& socket_;
  base::Random& random_;
  SignallingOwner& owner_;
  State state_ = State::kIdle;
  base::Time deadline_ = base::kNever;  // of kOpening, kJoining, kResuming, kWaiting
  base::Time leave_deadline_ = base::kNever;
  int failures_ = 0;          // sockets in a row that led to no session
  bool ever_opened_ = false;  // the server has been reached
  std::string resume_token_;
  base::Duration ping_interval_ = std::chrono::seconds(5);
  std::optional<signal::Channel> channel_;  // of the session
  uint64_t requests_ = 0;                   // numbered messages of the session
  std::deque<Pending> pending_;
};

}  // namespace plaza::client::internal
