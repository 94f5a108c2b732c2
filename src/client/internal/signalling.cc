// A state machine over sockets, sessions and the channel.
#include "client/internal/signalling.h"

#include <algorithm>
#include <array>
#include <utility>

#include "signal/codes.h"

namespace plaza::client::internal {
namespace {

/// Pauses before the next socket, by sockets that failed in a row; the last one repeats.
constexpr std::array<base::Duration, 5> kPauses = {
    std::chrono::milliseconds(0), std::chrono::milliseconds(250), std::chrono::milliseconds(500),
    std::chrono::milliseconds(1000), std::chrono::milliseconds(2000)};
constexpr double kPauseSpread = 0.2;

template <typename T>
const T* As(const signal::ServerFrame& frame) {
  return frame.message ? std::get_if<T>(&*frame.message) : nullptr;
}

}  // namespace

void Signalling::Start(base::Time now) { Open(now); }

void Signalling::Open(base::Time now) {
  state_ = State::kOpening;
  deadline_ = now + 2 * ping_interval_;
  socket_.Open();
}

void Signalling::Retry(base::Time now) {
  if (leave_deadline_ != base::kNever) return Finish({EndReason::kLeft, {}}, now);
  if (channel_) channel_->Detach();
  const size_t index = std::min(static_cast<size_t>(failures_++), kPauses.size() - 1);
  const double spread = 1 + kPauseSpread * (2 * random_.Unit() - 1);
  state_ = State::kWaiting;
  deadline_ = now + base::Seconds(base::ToSeconds(kPauses[index]) * spread);
}

void Signalling::Reopen(int code, base::Time now) {
  socket_.Close(code);
  Retry(now);
}

void Signalling::Finish(const End& end, base::Time now) {
  if (state_ == State::kEnded) return;
  state_ = State::kEnded;
  deadline_ = leave_deadline_ = base::kNever;
  owner_.OnEnded(end, now);
}

void Signalling::DropSession(base::Time now) {
  channel_.reset();
  requests_ = 0;
  for (Pending& pending : std::exchange(pending_, {})) pending.on_result(nullptr, now);
}

void Signalling::Leave(base::Time now) {
  if (state_ == State::kEnded || leave_deadline_ != base::kNever) return;
  if (state_ != State::kOpen) {
    if (state_ != State::kIdle && state_ != State::kWaiting) socket_.Close(signal::close::kLeft);
    return Finish({EndReason::kLeft, {}}, now);
  }
  leave_deadline_ = now + kLeaveTimeout;
  Request(
      signal::Leave{}, [](const signal::Result*, base::Time) {}, now);
}

void Signalling::Request(const signal::ClientMessage& request, ResultHandler on_result,
                         base::Time now) {
  if (!in_session()) return on_result(nullptr, now);
  if (!channel_->Send(signal::Serialize(request))) {
    // The server does not take anything any more; what is said in a new session is not lost.
    DropSession(now);
    return Reopen(signal::close::kSessionEnded, now);
  }
  pending_.push_back({++requests_, std::move(on_result)});
  Drain();
}

void Signalling::Drain() {
  if (!channel_ || state_ != State::kOpen) return;
  while (auto text = channel_->Poll()) socket_.Send(std::move(*text));
}

void Signalling::SendJoin(base::Time now) {
  DropSession(now);
  state_ = State::kJoining;
  signal::Join join = owner_.MakeJoin(now);
  join.protocol = signal::kProtocolVersion;
  if (!resume_token_.empty()) join.resume_token = resume_token_;
  socket_.Send(signal::Serialize(join));
}

void Signalling::OnSocketOpened(base::Time now) {
  if (state_ != State::kOpening) return;
  ever_opened_ = true;
  deadline_ = now + 2 * ping_interval_;
  if (!channel_) return SendJoin(now);
  state_ = State::kResuming;
  socket_.Send(signal::Serialize(signal::Resume{resume_token_, channel_->received()}));
}

void Signalling::OnSocketClosed(int code, base::Time now) {
  if (state_ == State::kIdle || state_ == State::kEnded) return;
  if (!ever_opened_)
    return Finish({EndReason::kUnreachable, {0, "can't open the signalling socket", {}, {}}}, now);
  switch (code) {
    case signal::close::kLeft:
      return Finish({EndReason::kLeft, {}}, now);
    case signal::close::kJoinRefused:
      return Finish({EndReason::kRefused, {code, "the server refused to join", {}, {}}}, now);
    case signal::close::kKicked:
    case signal::close::kTakenOver:
      return Finish({EndReason::kKicked, {code, "put out of the room", {}, {}}}, now);
    case signal::close::kSessionEnded:
      DropSession(now);
      return Retry(now);
    default:
      return Retry(now);
  }
}

void Signalling::OnSocketText(std::string_view text, base::Time now) {
  if (state_ == State::kEnded || state_ == State::kWaiting) return;
  const auto frame = signal::ParseServerFrame(text);
  if (!frame) return Reopen(signal::close::kBadFrames, now);
  OnFrame(*frame, now);
  Drain();
}

void Signalling::OnFrame(const signal::ServerFrame& frame, base::Time now) {
  if (const auto* error = As<signal::ErrorFrame>(frame)) return OnError(error->failure, now);
  switch (state_) {
    case State::kJoining:
      if (const auto* joined = As<signal::Joined>(frame)) OnJoined(*joined, now);
      return;
    case State::kResuming:
      if (const auto* resumed = As<signal::Resumed>(frame)) OnResumed(*resumed, now);
      return;
    case State::kOpen:
      return OnChannelMessage(frame, now);
    default:
      return;
  }
}

void Signalling::OnJoined(const signal::Joined& joined, base::Time now) {
  resume_token_ = joined.resume_token;
  ping_interval_ = std::chrono::milliseconds(std::max(1u, joined.settings.ping_interval_ms));
  channel_.emplace(signal::ChannelConfig::Client(ping_interval_));
  channel_->Attach(now, 0);
  state_ = State::kOpen;
  deadline_ = base::kNever;
  failures_ = 0;
  owner_.OnJoined(joined, now);
}

void Signalling::OnResumed(const signal::Resumed& resumed, base::Time now) {
  // A server that has what we never sent is not ours any more.
  if (!channel_->CanResumeFrom(resumed.ack)) {
    DropSession(now);
    return Reopen(signal::close::kBadFrames, now);
  }
  channel_->Attach(now, resumed.ack);
  state_ = State::kOpen;
  deadline_ = base::kNever;
  failures_ = 0;
  owner_.OnResumed(now);
}

void Signalling::OnError(const signal::Failure& failure, base::Time now) {
  if (state_ == State::kResuming && failure.code == signal::code::kSessionGone)
    return SendJoin(now);
  if (state_ != State::kJoining && state_ != State::kResuming) return;
  const bool later =
      failure.code == signal::code::kTooManyRequests || failure.code == signal::code::kShuttingDown;
  if (later) return Reopen(signal::close::kLeft, now);
  const bool elsewhere = failure.code == signal::code::kEnteredElsewhere;
  socket_.Close(signal::close::kLeft);
  Finish({elsewhere ? EndReason::kKicked : EndReason::kRefused, failure}, now);
}

void Signalling::OnChannelMessage(const signal::ServerFrame& frame, base::Time now) {
  if (!frame.seq) {
    if (!channel_->OnUnnumbered(now, frame.ack)) return Reopen(signal::close::kBadFrames, now);
    if (frame.message && !As<signal::Pong>(frame) && !As<signal::Ack>(frame))
      owner_.OnMessage(*frame.message, now);
    return;
  }
  const auto fresh = channel_->OnNumbered(now, *frame.seq, frame.ack);
  if (!fresh) return Reopen(signal::close::kBadFrames, now);
  // What can't be understood is of a newer protocol, and counted only.
  if (!*fresh || !frame.message) return;
  if (const auto* result = As<signal::Result>(frame)) return OnResult(*result, now);
  if (As<signal::Kicked>(frame)) {
    owner_.OnMessage(*frame.message, now);
    channel_->AcknowledgeNow();  // so that the server has nothing to keep
    Drain();
    socket_.Close(signal::close::kLeft);
    return Finish({EndReason::kKicked, {0, "put out of the room", {}, {}}}, now);
  }
  owner_.OnMessage(*frame.message, now);
}

void Signalling::OnResult(const signal::Result& result, base::Time now) {
  const auto found = std::find_if(pending_.begin(), pending_.end(),
                                  [&](const Pending& p) { return p.number == result.re; });
  if (found == pending_.end()) return;
  const auto on_result = std::move(found->on_result);
  pending_.erase(found);
  if (result.resume_token) resume_token_ = *result.resume_token;
  if (leave_deadline_ != base::kNever) channel_->AcknowledgeNow();  // the server closes then
  on_result(&result, now);
}

base::Time Signalling::NextDeadline() const {
  if (state_ == State::kEnded) return base::kNever;
  const base::Time channel = channel_ ? channel_->NextDeadline() : base::kNever;
  return std::min({deadline_, leave_deadline_, channel});
}

void Signalling::HandleTimeout(base::Time now) {
  if (state_ == State::kEnded) return;
  if (now >= leave_deadline_) {
    socket_.Close(signal::close::kLeft);
    return Finish({EndReason::kLeft, {}}, now);
  }
  if (now >= deadline_) {
    deadline_ = base::kNever;
    if (state_ == State::kWaiting)
      Open(now);
    else
      Reopen(signal::close::kSilent, now);
  }
  if (!channel_) return;
  channel_->HandleTimeout(now);
  if (channel_->silent()) return Reopen(signal::close::kSilent, now);
  Drain();
}

}  // namespace plaza::client::internal
