// One user's signalling session: a member of a room at the far end of a resumable channel. Outlives
// its socket; ends when the member leaves, is put out, or stays away too long.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "room/apps.h"
#include "room/commands.h"
#include "room/internal/quota.h"
#include "room/internal/token_bucket.h"
#include "room/session/door.h"
#include "room/session/resume_token.h"
#include "room/session/to_signal.h"
#include "signal/channel.h"
#include "signal/codec.h"
#include "signal/messages.h"

namespace plaza::room {

/// Requests that may wait behind an offer that is being negotiated.
inline constexpr size_t kMaxWaitingRequests = 64;
/// Requests that may come at once, and then each second.
inline constexpr double kRequestBurst = 100;
inline constexpr double kRequestsPerSecond = 50;
/// How long a client that left or was put out has to acknowledge it before its socket is closed.
inline constexpr base::Duration kFarewellTime = std::chrono::seconds(1);

class Session;

/// What sessions ask of those who keep them.
class SessionKeeper {
 public:
  virtual ~SessionKeeper() = default;
  /// Closes a socket and forgets it.
  virtual void CloseSocket(SessionSocket* socket, int code, std::string_view reason) = 0;
  /// The session wants HandleTimeout() by then.
  virtual void Schedule(const Session& session, base::Time deadline) = 0;
};

struct SessionConfig {
  base::Duration ping_interval;
  base::Duration resume_timeout;
};

/// What every session works with.
struct SessionParts {
  SessionConfig config;
  SessionKeeper& keeper;
  Commands& commands;
  Apps& apps;
  ResumeTokens& tokens;
  SharedTexts& texts;
  const base::Clock& clock;
  base::Random& random;
};

/// Who is behind a session.
struct SessionUser {
  RoomKey room;
  UserId user;
  Permissions permissions;
  int64_t entered_ms = 0;  ///< Unix milliseconds; kept when the same entry comes back
};

class Session final : public MemberObserver {
 public:
  Session(std::string id, SessionUser user, Quota::Place place, const SessionParts& parts);
  Session(const Session&) = delete;

  const std::string& id() const { return id_; }
  const SessionUser& user() const { return user_; }

  /// The member is in: answers `joined` on this socket.
  void Start(SessionSocket* socket, const Entered& entered);
  bool CanResumeFrom(uint64_t ack) const { return channel_.CanResumeFrom(ack); }
  /// Answers `resumed` on this socket, which takes the place of an older one.
  void Resume(SessionSocket* socket, uint64_t ack);
  void OnFrame(const signal::ClientFrame& frame);
  /// The socket broke.
  void OnSocketClosed();
  SessionSocket* socket() const { return socket_; }
  /// Tells the client that the server ends, and waits for nobody any more.
  void Drain();

  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);
  /// Still a member, not kicked or left.
  bool is_member() const { return state_ == State::kMember; }
  /// Nothing is left to do: may be destroyed.
  bool over() const { return state_ == State::kOver; }

  void OnEvent(const Event& event) override;
  void OnSlots(const std::vector<SlotView>& changed) override;
  void OnNeedSlots(uint32_t pairs) override;
  void OnSpeakers(const std::vector<SpeakerView>& speakers) override;
  void OnMediaFailed(const std::string& reason) override;
  void OnMessage(const SentMessage& message) override;
  void OnKicked(KickReason reason, EventNumber number) override;

 private:
  /// kEnding: no member any more, but the client has not been told for sure.
  enum class State { kEntering, kMember, kEnding, kOver };

  void Say(const signal::ServerMessage& message);
  void Say(signal::Body body);
  void Flush();
  void EndWith(int close_code);
  void SayFarewell();
  void DropSocket(int close_code, std::string_view reason);
  void OnMisplaced(const base::Error& error);
  void BreakRules(const base::Error& error);
  void SendError(const base::Error& error);
  std::string NoteError(const base::Error& error);
  std::string MakeToken() const;

  // session_requests.cc
  void OnRequest(uint64_t seq, const base::Result<signal::ClientMessage>& message);
  void WorkWaiting();
  void Work(uint64_t seq, const signal::ClientMessage& message);
  void WorkOffer(uint64_t seq, const signal::Offer& offer);
  void WorkRole(uint64_t seq, const signal::SetRole& request);
  base::Result<Permissions> PermissionsFor(const signal::SetRole& request) const;
  void WorkLeave(uint64_t seq);
  void Reply(uint64_t seq, const base::Status& status);

  const std::string id_;
  SessionUser user_;
  const Quota::Place place_;
  const SessionParts& parts_;
  State state_ = State::kEntering;
  MemberId member_;
  signal::Channel channel_;
  SessionSocket* socket_ = nullptr;
  int close_code_ = 0;  ///< while ending
  bool overflowed_ = false;
  base::Time away_deadline_ = base::kNever;
  base::Time farewell_deadline_ = base::kNever;

  bool negotiating_ = false;
  std::deque<std::pair<uint64_t, signal::ClientMessage>> waiting_;
  TokenBucket requests_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace plaza::room
