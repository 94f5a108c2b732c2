// The signalling door: every socket from its opening through the handshake, then its frames to its
// session.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/metrics.h"
#include "base/result.h"
#include "base/time.h"
#include "room/apps.h"
#include "room/commands.h"
#include "room/internal/deadlines.h"
#include "room/internal/quota.h"
#include "room/limits.h"
#include "room/session/admission.h"
#include "room/session/door.h"
#include "room/session/resume_token.h"
#include "room/session/sessions.h"
#include "signal/codec.h"

namespace plaza::room {

/// A socket that has not joined or resumed after this time is closed.
inline constexpr base::Duration kHandshakeTime = std::chrono::seconds(10);
/// Frames after which a socket is closed: those that can't be read, and before joining also all
/// others that are answered with an error.
inline constexpr int kMaxBadFrames = 10;

class Sockets final : public SignalDoor, private SessionKeeper {
 public:
  Sockets(SessionConfig config, Apps& apps, Commands& commands, ResumeTokens& tokens,
          const base::Clock& clock, base::Random& random, base::Metrics& metrics,
          size_t max_sessions = kMaxSessions);

  void OnOpen(SessionSocket* socket, std::string remote) override;
  void OnText(SessionSocket* socket, std::string_view text) override;
  void OnUnreadable(SessionSocket* socket, bool too_large) override;
  void OnClose(SessionSocket* socket) override;

  void Drain();
  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);

 private:
  using SocketId = uint64_t;
  struct Connection {
    SessionSocket* socket = nullptr;
    std::string remote;
    int complaints = 0;
    bool joining = false;
    std::string session;                ///< once it has joined or resumed
    EntryId entry;                      ///< while joining
    std::unique_ptr<Session> newcomer;  ///< while joining
  };

  Connection* Find(SessionSocket* socket);
  Connection* Find(SocketId id);
  void OnHandshake(SocketId id, Connection& connection, const signal::ClientFrame& frame);
  void Resume(SocketId id, Connection& connection, const signal::Resume& resume);
  void Join(SocketId id, const signal::Join& join, bool apps_are_fresh);
  void Enter(SocketId id, const signal::Join& join, const SessionUser& user);
  void OnEntered(SocketId id, base::Result<Entered> entered);
  void Complain(Connection& connection, const base::Error& error);
  void SendError(const Connection& connection, const base::Error& error);
  void Refuse(const Connection& connection, const base::Error& error, int close_code);
  void CloseSocket(SessionSocket* socket, int code, std::string_view reason) override;
  void Schedule(const Session& session, base::Time deadline) override;
  void Forget(SessionSocket* socket);

  Apps& apps_;
  Commands& commands_;
  ResumeTokens& tokens_;
  const base::Clock& clock_;
  base::Random& random_;
  SharedTexts texts_;
  const SessionParts parts_;
  base::Counter& joined_;
  base::Counter& refused_;
  base::Counter& resumed_;
  base::Gauge& open_;
  base::Gauge& kept_;

  bool draining_ = false;
  Quota quota_;  // of sessions
  SocketId next_id_ = 1;
  std::unordered_map<SocketId, Connection> connections_;
  std::unordered_map<SessionSocket*, SocketId> ids_;
  Deadlines<SocketId> handshakes_;
  Sessions sessions_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace plaza::room
