#include "room/session/sockets.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "signal/codes.h"

namespace plaza::room {
namespace {

using base::ErrorKind;

base::Error NotJoined(std::string message) {
  return {ErrorKind::kFailedPrecondition, std::move(message), "type", signal::code::kNotJoined};
}
base::Error ShuttingDown() {
  return {ErrorKind::kUnavailable, "the server is shutting down", "", signal::code::kShuttingDown};
}

}  // namespace

Sockets::Sockets(SessionConfig config, Apps& apps, Commands& commands, ResumeTokens& tokens,
                 const base::Clock& clock, base::Random& random, base::Metrics& metrics,
                 size_t max_sessions)
    : apps_(apps),
      commands_(commands),
      tokens_(tokens),
      clock_(clock),
      random_(random),
      parts_{config, *this, commands, apps, tokens, texts_, clock, random},
      joined_(metrics.GetCounter("plaza_signal_joins_total", "Joins.", {{"result", "joined"}})),
      refused_(metrics.GetCounter("plaza_signal_joins_total", "Joins.", {{"result", "refused"}})),
      resumed_(metrics.GetCounter("plaza_signal_resumes_total", "Sessions resumed.")),
      open_(metrics.GetGauge("plaza_signal_sockets", "Open signalling sockets.")),
      kept_(
          metrics.GetGauge("plaza_signal_sessions", "Signalling sessions, with a socket or not.")),
      quota_("sessions", max_sessions) {}

Sockets::Connection* Sockets::Find(SocketId id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : &found->second;
}

Sockets::Connection* Sockets::Find(SessionSocket* socket) {
  const auto found = ids_.find(socket);
  return found == ids_.end() ? nullptr : Find(found->second);
}

void Sockets::OnOpen(SessionSocket* socket, std::string remote) {
  const SocketId id = next_id_++;
  ids_[socket] = id;
  Connection& connection = connections_[id];
  connection.socket = socket;
  connection.remote = std::move(remote);
  handshakes_.SetIfEarlier(id, clock_.Now() + kHandshakeTime);
  open_.Set(static_cast<int64_t>(connections_.size()));
  if (draining_) Refuse(connection, ShuttingDown(), signal::close::kGoingAway);
}

void Sockets::OnText(SessionSocket* socket, std::string_view text) {
  Connection* connection = Find(socket);
  if (connection == nullptr) return;
  const auto frame = signal::ParseClientFrame(text);
  if (!frame) return Complain(*connection, frame.error());
  Session* session = connection->session.empty() ? nullptr : sessions_.Find(connection->session);
  if (session != nullptr) return session->OnFrame(*frame);
  OnHandshake(ids_.at(socket), *connection, *frame);
}

void Sockets::OnUnreadable(SessionSocket* socket, bool too_large) {
  Connection* connection = Find(socket);
  if (connection == nullptr) return;
  Complain(*connection, too_large
                            ? base::Error{ErrorKind::kInvalidArgument, "the frame is too large", "",
                                          signal::code::kTooLarge}
                            : base::Error{ErrorKind::kInvalidArgument, "the frame is not text", "",
                                          signal::code::kUnreadable});
}

/// Answers a bad frame, and closes the socket at the last one that is borne with.
void Sockets::Complain(Connection& connection, const base::Error& error) {
  SendError(connection, error);
  if (++connection.complaints < kMaxBadFrames) return;
  SessionSocket* socket = connection.socket;
  OnClose(socket);
  socket->Close(signal::close::kBadFrames, "too many bad frames");
}

void Sockets::OnClose(SessionSocket* socket) {
  Connection* connection = Find(socket);
  if (connection == nullptr) return;
  if (connection->joining) commands_.CancelEntry(connection->entry);
  Session* session = connection->session.empty() ? nullptr : sessions_.Find(connection->session);
  if (session != nullptr && session->socket() == socket) session->OnSocketClosed();
  Forget(socket);
}

void Sockets::Forget(SessionSocket* socket) {
  const auto found = ids_.find(socket);
  if (found == ids_.end()) return;
  handshakes_.Erase(found->second);
  connections_.erase(found->second);
  ids_.erase(found);
  open_.Set(static_cast<int64_t>(connections_.size()));
}

void Sockets::CloseSocket(SessionSocket* socket, int code, std::string_view reason) {
  Forget(socket);
  socket->Close(code, reason);
}

void Sockets::Schedule(const Session& session, base::Time deadline) {
  sessions_.Schedule(session, deadline);
}

void Sockets::SendError(const Connection& connection, const base::Error& error) {
  std::string request_id = random_.String(12);
  base::LogInfo("signal", error.message,
                {{"request", request_id},
                 {"code", error.code},
                 {"field", error.field},
                 {"remote", connection.remote}});
  const signal::ErrorFrame frame{ToFailure(error, std::move(request_id))};
  connection.socket->SendText(signal::Serialize(signal::ServerMessage(frame)));
}

void Sockets::Refuse(const Connection& connection, const base::Error& error, int close_code) {
  if (close_code == signal::close::kJoinRefused) refused_.Add();
  SendError(connection, error);
  CloseSocket(connection.socket, close_code, "refused");
}

void Sockets::OnHandshake(SocketId id, Connection& connection, const signal::ClientFrame& frame) {
  if (!frame.message) {
    const base::Error& error = frame.message.error();
    if (error.code == signal::code::kUnknownType || connection.joining)
      return Complain(connection, error);
    return Refuse(connection, error, signal::close::kJoinRefused);
  }
  if (const auto* join = std::get_if<signal::Join>(&*frame.message)) {
    if (connection.joining) return Complain(connection, NotJoined("this socket is joining"));
    connection.joining = true;
    return Join(id, *join, /*apps_are_fresh=*/false);
  }
  if (const auto* resume = std::get_if<signal::Resume>(&*frame.message)) {
    if (connection.joining) return Complain(connection, NotJoined("this socket is joining"));
    return Resume(id, connection, *resume);
  }
  if (std::holds_alternative<signal::Ping>(*frame.message))
    return connection.socket->SendText(signal::Serialize(signal::ServerMessage(signal::Pong{})));
  Complain(connection, NotJoined("this socket has not joined"));
}

void Sockets::Resume(SocketId id, Connection& connection, const signal::Resume& resume) {
  const auto token = tokens_.Verify(resume.resume_token);
  Session* session = token ? sessions_.Find(token->session) : nullptr;
  if (session == nullptr || !session->CanResumeFrom(resume.ack)) {
    handshakes_.Erase(id);  // it is given the time to join
    handshakes_.SetIfEarlier(id, clock_.Now() + kHandshakeTime);
    return Complain(connection, {ErrorKind::kNotFound, "the session is unknown or expired",
                                 "resumeToken", signal::code::kSessionGone});
  }
  handshakes_.Erase(id);
  connection.session = session->id();
  resumed_.Add();
  session->Resume(connection.socket, resume.ack);
}

void Sockets::Join(SocketId id, const signal::Join& join, bool apps_are_fresh) {
  Connection* connection = Find(id);
  if (connection == nullptr) return;
  const auto refuse = [&](const base::Error& error) {
    Refuse(*connection, error, signal::close::kJoinRefused);
  };
  const auto applicant = ReadApplicant(join);
  if (!applicant) return refuse(applicant.error());
  const base::WallTime now = clock_.WallNow();
  if (const auto token = FindReturn(join, *applicant, tokens_, now)) {
    const Session* there = sessions_.FindMember(applicant->room, applicant->user);
    if (there != nullptr && there->user().entered_ms > token->entered_ms)
      return refuse({ErrorKind::kFailedPrecondition, "the user has entered again elsewhere",
                     "resumeToken", signal::code::kEnteredElsewhere});
    return Enter(id, join,
                 {applicant->room, applicant->user, token->permissions, token->entered_ms});
  }
  const auto user = Admit(join, *applicant, apps_.Find(applicant->room.app), now);
  if (user) return Enter(id, join, *user);
  if (!MayBeNew(user.error()) || apps_are_fresh) return refuse(user.error());
  apps_.Refresh([this, alive = std::weak_ptr(alive_), id, join](base::Status) {
    if (!alive.expired()) Join(id, join, /*apps_are_fresh=*/true);
  });
}

void Sockets::Enter(SocketId id, const signal::Join& join, const SessionUser& user) {
  Connection* connection = Find(id);
  const App* app = apps_.Find(user.room.app);
  Entry entry{user.room, user.user, join.scene, join.role, user.permissions};
  if (app != nullptr) entry.limits = app->settings.limits;
  auto place = quota_.Take(user.room.app, entry.limits.sessions);
  if (!place) return Refuse(*connection, place.error(), signal::close::kJoinRefused);
  connection->newcomer =
      std::make_unique<Session>(random_.String(22), user, std::move(*place), parts_);
  entry.offer = join.offer;
  entry.tracks = join.tracks;
  entry.auto_subscribe = join.auto_subscribe;
  entry.observer = connection->newcomer.get();
  const EntryId entry_id = commands_.Enter(
      std::move(entry),
      [this, id](base::Result<Entered> entered) { OnEntered(id, std::move(entered)); });
  // It may be answered already, and the socket closed with it.
  if (Connection* still = Find(id); still != nullptr && still->joining) still->entry = entry_id;
}

void Sockets::OnEntered(SocketId id, base::Result<Entered> entered) {
  Connection* connection = Find(id);
  if (!entered) return Refuse(*connection, entered.error(), signal::close::kJoinRefused);
  joined_.Add();
  handshakes_.Erase(id);
  connection->joining = false;
  Session& session = *connection->newcomer;
  connection->session = session.id();
  sessions_.Add(std::move(connection->newcomer));
  kept_.Set(static_cast<int64_t>(sessions_.size()));
  session.Start(connection->socket, *entered);
}

void Sockets::Drain() {
  draining_ = true;
  sessions_.Drain();
  std::vector<SessionSocket*> others;
  for (const auto& [socket, id] : ids_) others.push_back(socket);
  for (SessionSocket* socket : others) {
    Connection& connection = *Find(socket);
    if (connection.joining) commands_.CancelEntry(connection.entry);
    Refuse(connection, ShuttingDown(), signal::close::kGoingAway);
  }
}

base::Time Sockets::NextDeadline() const {
  return std::min(handshakes_.Next(), sessions_.NextDeadline());
}

void Sockets::HandleTimeout(base::Time now) {
  while (const auto id = handshakes_.PopDue(now)) {
    SessionSocket* socket = connections_.at(*id).socket;
    OnClose(socket);
    socket->Close(signal::close::kSilent, "did not join in time");
  }
  sessions_.HandleTimeout(now);
  kept_.Set(static_cast<int64_t>(sessions_.size()));
}

}  // namespace plaza::room
