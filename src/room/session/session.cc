#include "room/session/session.h"

#include <algorithm>

#include "base/log.h"
#include "signal/codes.h"

namespace plaza::room {
namespace {

base::Error NotHere() {
  return {base::ErrorKind::kFailedPrecondition, "this socket has joined already", "type",
          signal::code::kNotJoined};
}

}  // namespace

Session::Session(std::string id, SessionUser user, Quota::Place place, const SessionParts& parts)
    : id_(std::move(id)),
      user_(std::move(user)),
      place_(std::move(place)),
      parts_(parts),
      channel_(signal::ChannelConfig::Server(parts.config.ping_interval)),
      requests_(kRequestsPerSecond, kRequestBurst, parts.clock.Now()) {}

std::string Session::MakeToken() const {
  const int64_t expires = base::UnixSeconds(parts_.clock.WallNow() + kResumeTokenLife);
  return parts_.tokens.Sign({user_.room.app, user_.user, user_.room.room, user_.permissions, id_,
                             user_.entered_ms, expires});
}

void Session::Start(SessionSocket* socket, const Entered& entered) {
  state_ = State::kMember;
  member_ = entered.member;
  socket_ = socket;
  signal::Joined joined;
  joined.session_id = id_;
  joined.resume_token = MakeToken();
  joined.room = ToSignal(entered.room);
  if (entered.media) {
    joined.answer = entered.media->answer;
    joined.slots = ToSlotLines(entered.media->slots);
  }
  joined.need.pairs = static_cast<uint32_t>(joined.slots.size());
  joined.settings = {static_cast<uint32_t>(base::ToMillis(parts_.config.ping_interval)),
                     static_cast<uint32_t>(base::ToMillis(parts_.config.resume_timeout)),
                     static_cast<uint32_t>(signal::kMaxFrameBytes)};
  socket_->SendText(signal::Serialize(signal::ServerMessage(joined)));
  channel_.Attach(parts_.clock.Now(), 0);
  Flush();
}

void Session::Resume(SessionSocket* socket, uint64_t ack) {
  DropSocket(signal::close::kTakenOver, "resumed on a newer socket");
  socket_ = socket;
  away_deadline_ = base::kNever;
  socket_->SendText(signal::Serialize(signal::ServerMessage(signal::Resumed{channel_.received()})));
  channel_.Attach(parts_.clock.Now(), ack);
  Flush();
  if (state_ == State::kEnding) SayFarewell();
}

void Session::OnFrame(const signal::ClientFrame& frame) {
  const base::Time now = parts_.clock.Now();
  const bool ping = frame.message.ok() && std::holds_alternative<signal::Ping>(*frame.message);
  if (frame.seq) {
    const auto fresh = channel_.OnNumbered(now, *frame.seq, frame.ack);
    if (!fresh) return BreakRules(fresh.error());
    if (*fresh) OnRequest(*frame.seq, frame.message);
  } else {
    const auto taken =
        ping ? channel_.OnPing(now, frame.ack) : channel_.OnUnnumbered(now, frame.ack);
    if (!taken) return BreakRules(taken.error());
    const bool legal =
        frame.message.ok() && (ping || std::holds_alternative<signal::Ack>(*frame.message));
    if (!legal) OnMisplaced(frame.message.ok() ? NotHere() : frame.message.error());
  }
  Flush();
  if (state_ == State::kEnding) SayFarewell();
}

/// A frame without a number that has no place here; answered as often as requests are.
void Session::OnMisplaced(const base::Error& error) {
  if (!requests_.Take(1, parts_.clock.Now()))
    return DropSocket(signal::close::kBadFrames, "too many bad frames");
  SendError(error);
}

/// What can't be repaired on this socket; the client resumes on another.
void Session::BreakRules(const base::Error& error) {
  base::Error with_code = error;
  with_code.code = signal::code::kBadMember;
  SendError(with_code);
  DropSocket(signal::close::kBadFrames, "frames out of order");
}

void Session::SendError(const base::Error& error) {
  if (socket_ == nullptr) return;
  const signal::ErrorFrame frame{ToFailure(error, NoteError(error))};
  socket_->SendText(signal::Serialize(signal::ServerMessage(frame)));
}

/// Logs it, and gives the id that the log has.
std::string Session::NoteError(const base::Error& error) {
  std::string request_id = parts_.random.String(12);
  base::LogInfo("signal", error.message,
                {{"request", request_id},
                 {"code", error.code},
                 {"field", error.field},
                 {"app", user_.room.app.value()},
                 {"room", user_.room.room.Key()},
                 {"user", user_.user.value()}});
  return request_id;
}

void Session::OnSocketClosed() {
  socket_ = nullptr;
  farewell_deadline_ = base::kNever;
  channel_.Detach();
  away_deadline_ = parts_.clock.Now() + parts_.config.resume_timeout;
  parts_.keeper.Schedule(*this, away_deadline_);
}

void Session::DropSocket(int close_code, std::string_view reason) {
  if (socket_ == nullptr) return;
  SessionSocket* socket = socket_;
  OnSocketClosed();
  parts_.keeper.CloseSocket(socket, close_code, reason);
}

void Session::Drain() {
  if (socket_ != nullptr) {
    socket_->SendText(signal::Serialize(signal::ServerMessage(signal::GoAway{"shutdown"})));
    DropSocket(signal::close::kGoingAway, "the server is shutting down");
  }
  away_deadline_ = base::kNever;  // nobody shall be counted as left
}

void Session::Say(const signal::ServerMessage& message) {
  Say(std::make_shared<const std::string>(signal::Serialize(message)));
}

void Session::Say(signal::Body body) {
  if (overflowed_ || state_ == State::kOver) return;
  if (!channel_.Send(std::move(body))) {
    overflowed_ = true;  // ends in HandleTimeout: rooms may be in the middle of something
    parts_.keeper.Schedule(*this, parts_.clock.Now());
    return;
  }
  Flush();
}

void Session::Flush() {
  if (socket_ == nullptr) return;
  while (auto frame = channel_.Poll()) socket_->SendText(std::move(*frame));
  parts_.keeper.Schedule(*this, channel_.NextDeadline());
}

/// The member is gone; the client hears it now, or when it resumes.
void Session::EndWith(int close_code) {
  state_ = State::kEnding;
  close_code_ = close_code;
  waiting_.clear();
  SayFarewell();
}

/// Over once the client has acknowledged everything; until then it has a moment on each socket.
void Session::SayFarewell() {
  if (socket_ == nullptr) return;
  if (channel_.drained()) {
    DropSocket(close_code_, "the session is over");
    state_ = State::kOver;
    parts_.keeper.Schedule(*this, parts_.clock.Now());
  } else if (farewell_deadline_ == base::kNever) {
    farewell_deadline_ = parts_.clock.Now() + kFarewellTime;
    parts_.keeper.Schedule(*this, farewell_deadline_);
  }
}

base::Time Session::NextDeadline() const {
  return std::min({channel_.NextDeadline(), away_deadline_, farewell_deadline_});
}

void Session::HandleTimeout(base::Time now) {
  if (state_ == State::kOver) return;
  channel_.HandleTimeout(now);
  if (now >= farewell_deadline_) DropSocket(close_code_, "the session is over");
  if (channel_.silent()) DropSocket(signal::close::kSilent, "silent for too long");
  if (overflowed_ || now >= away_deadline_) {
    DropSocket(signal::close::kSessionEnded, "too much unacknowledged");
    if (state_ == State::kMember) (void)parts_.commands.Leave(member_, Departure::kTimeout);
    state_ = State::kOver;
    return;
  }
  Flush();
}

void Session::OnEvent(const Event& event) {
  const auto* role = std::get_if<MemberRoleChanged>(&event.body);
  if (role != nullptr && role->user == user_.user)
    return Say(signal::RoleChanged{event.number, role->user.value(), role->role});
  if (signal::Body text = parts_.texts.Of(event)) Say(std::move(text));
}

void Session::OnSlots(const std::vector<SlotView>& changed) {
  Say(signal::Slots{ToSlotUses(changed)});
}

void Session::OnNeedSlots(uint32_t pairs) { Say(signal::Need{pairs}); }

void Session::OnSpeakers(const std::vector<SpeakerView>& speakers) {
  if (socket_ != nullptr) socket_->SendText(parts_.texts.Of(speakers));
}

void Session::OnMediaFailed(const std::string& reason) { Say(signal::MediaFailed{reason}); }

void Session::OnMessage(const SentMessage& message) { Say(parts_.texts.Of(message)); }

void Session::OnKicked(KickReason reason, EventNumber number) {
  Say(signal::Kicked{number, reason});
  EndWith(signal::close::kKicked);
}

}  // namespace plaza::room
