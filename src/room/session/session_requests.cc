// The numbered requests of a session, each translated to a command and its outcome to a `result`.
#include <algorithm>
#include <utility>

#include "room/session/session.h"
#include "signal/codes.h"

namespace plaza::room {
namespace {

base::Error TooMany() {
  return {base::ErrorKind::kResourceExhausted, "too many requests", "",
          signal::code::kTooManyRequests};
}

}  // namespace

void Session::OnRequest(uint64_t seq, const base::Result<signal::ClientMessage>& message) {
  if (state_ != State::kMember) return;
  // Custom messages have limits of their own, which may be wider.
  const bool custom = message.ok() && std::holds_alternative<signal::SendCustom>(*message);
  if (!custom && !requests_.Take(1, parts_.clock.Now())) return Reply(seq, TooMany());
  if (!message) return Reply(seq, message.error());
  if (!negotiating_) return Work(seq, *message);
  if (waiting_.size() >= kMaxWaitingRequests) return Reply(seq, TooMany());
  waiting_.emplace_back(seq, *message);
}

void Session::WorkWaiting() {
  while (!waiting_.empty() && !negotiating_) {
    const auto [seq, message] = std::move(waiting_.front());
    waiting_.pop_front();
    Work(seq, message);
  }
}

void Session::Work(uint64_t seq, const signal::ClientMessage& message) {
  if (const auto* offer = std::get_if<signal::Offer>(&message)) return WorkOffer(seq, *offer);
  if (std::holds_alternative<signal::Leave>(message)) return WorkLeave(seq);
  if (const auto* publish = std::get_if<signal::Publish>(&message))
    return Reply(seq, parts_.commands.Publish(member_, publish->tracks));
  if (const auto* watch = std::get_if<signal::Watch>(&message))
    return Reply(seq, parts_.commands.Watch(member_, watch->streams));
  if (const auto* custom = std::get_if<signal::SendCustom>(&message))
    return Reply(
        seq, parts_.commands.SendMessage(member_, {custom->cmd_id, custom->number, custom->data}));
  if (const auto* role = std::get_if<signal::SetRole>(&message)) return WorkRole(seq, *role);
}

void Session::WorkOffer(uint64_t seq, const signal::Offer& offer) {
  negotiating_ = true;
  parts_.commands.Offer(
      member_, offer.sdp, offer.tracks,
      [this, alive = std::weak_ptr(alive_), seq](base::Result<OfferResult> media) {
        if (alive.expired()) return;
        negotiating_ = false;
        if (!media) {
          Reply(seq, media.error());
        } else {
          signal::Result result{.re = seq};
          result.answer = media->answer;
          result.slots = ToSlotLines(media->slots);
          Say(result);
        }
        WorkWaiting();
      });
}

/// Becoming anchor is checked anew where the app demands it.
base::Result<Permissions> Session::PermissionsFor(const signal::SetRole& request) const {
  const App* app = parts_.apps.Find(user_.room.app);
  if (request.role == Role::kAudience || app == nullptr || !app->settings.advanced_permission)
    return user_.permissions;
  return VerifyPrivateMapKey(request.private_map_key.value_or(""), app->secret_key, user_.room.app,
                             user_.user.value(), user_.room.room, parts_.clock.WallNow());
}

void Session::WorkRole(uint64_t seq, const signal::SetRole& request) {
  const auto permissions = PermissionsFor(request);
  if (!permissions) return Reply(seq, permissions.error());
  if (auto set = parts_.commands.SetRole(member_, request.role, *permissions); !set)
    return Reply(seq, set);
  user_.permissions = *permissions;
  signal::Result result{.re = seq};
  result.resume_token = MakeToken();  // the former one stands for what was permitted before
  Say(result);
}

void Session::WorkLeave(uint64_t seq) {
  const base::Status left = parts_.commands.Leave(member_, Departure::kLeft);
  Reply(seq, left);
  if (left) EndWith(signal::close::kLeft);
}

void Session::Reply(uint64_t seq, const base::Status& status) {
  signal::Result result{.re = seq};
  if (!status) result.error = ToFailure(status.error(), NoteError(status.error()));
  Say(result);
}

}  // namespace plaza::room
