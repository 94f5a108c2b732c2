#include "api/whip/session.h"

#include <utility>
#include <variant>

#include "base/log.h"

namespace plaza::api {
namespace {

constexpr size_t kIdLength = 22;  // of 64 letters: not to be guessed (RFC 9725 section 5)
constexpr size_t kTagLength = 12;

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

}  // namespace

WhipSession::WhipSession(WhipTarget target, room::RoomKey room, sdp::SessionDescription offer,
                         room::Commands& commands, const base::Clock& clock, base::Random& random,
                         std::function<void()> wake)
    : id_(random.String(kIdLength)),
      target_(std::move(target)),
      room_(std::move(room)),
      offer_(std::move(offer)),
      commands_(commands),
      clock_(clock),
      random_(random),
      wake_(std::move(wake)),
      etag_('"' + random.String(kTagLength) + '"') {}

void WhipSession::Start(const room::Entered& entered) {
  member_ = entered.member;
  if (!target_.egress) return;
  for (const room::MemberView& member : entered.room.members)
    NoteMember(member.user, member.tracks);
  UpdateWatched();
}

void WhipSession::End() {
  over_ = true;
  wake_();
}

void WhipSession::Leave() {
  if (over_) return;
  over_ = true;
  if (auto left = commands_.Leave(member_, room::Departure::kLeft); !left)
    base::LogDebug("whip", "a session was gone before it left", {{"user", target_.user_id}});
}

void WhipSession::SetView(ViewSize view) {
  view_ = view;
  if (!watched_.empty()) Watch(watched_, true);
}

void WhipSession::NoteMember(const room::UserId& user, const std::vector<room::Track>& tracks) {
  for (const room::Track& track : tracks) NoteTrack(user, track, true);
  watch_again_ |= user.value() == watched_;
}

void WhipSession::NoteTrack(const room::UserId& user, const room::Track& track, bool published) {
  if (track.stream != target_.stream) return;
  auto& kinds = published_[user];
  if (published) {
    kinds.insert(track.kind);
  } else {
    kinds.erase(track.kind);
  }
  main_speaker_.SetPublishing(user, !kinds.empty(), clock_.Now());
  if (kinds.empty()) published_.erase(user);
}

void WhipSession::NoteGone(const room::UserId& user) {
  published_.erase(user);
  main_speaker_.SetPublishing(user, false, clock_.Now());
}

/// A wish for somebody who is not in the room has no effect, and ends when they leave.
void WhipSession::UpdateWatched() {
  std::string wanted;
  if (target_.from) {
    if (published_.contains(room::UserId(*target_.from))) wanted = *target_.from;
  } else if (main_speaker_.current()) {
    wanted = main_speaker_.current()->value();
  }
  if (wanted == watched_ && !watch_again_) return;
  watch_again_ = false;
  if (!watched_.empty() && wanted != watched_) Watch(watched_, false);
  watched_ = wanted;
  if (!watched_.empty()) Watch(watched_, true);
}

void WhipSession::Watch(const std::string& user, bool on) {
  signal::StreamWish wish;
  wish.user_id = user;
  wish.stream = target_.stream;
  wish.audio = on;
  wish.video =
      signal::VideoWish{on, on ? view_.width : uint16_t{0}, on ? view_.height : uint16_t{0}};
  if (auto status = commands_.Watch(member_, {wish}); !status)
    base::LogInfo("whip", "a stream can't be watched",
                  {{"user", user}, {"error", status.error().message}});
}

bool WhipSession::HasCredentials(const sdp::IceCredentials& ice) const {
  for (const sdp::MediaSection& section : offer_.sections)
    if (section.ice.ufrag == ice.ufrag && (ice.pwd.empty() || section.ice.pwd == ice.pwd))
      return true;
  return false;
}

void WhipSession::RestartIce(const sdp::IceCredentials& ice,
                             std::function<void(base::Result<sdp::SessionDescription>)> done) {
  if (restarting_)
    return done(base::Error{base::ErrorKind::kFailedPrecondition,
                            "another ICE restart is under way", "", 0});
  restarting_ = true;
  sdp::SessionDescription offer = offer_;
  ++offer.version;
  for (sdp::MediaSection& section : offer.sections) {
    section.ice = ice;
    section.candidates.clear();
  }
  std::string text = sdp::Serialize(offer);
  commands_.Offer(member_, std::move(text), {},
                  [this, offer = std::move(offer),
                   done = std::move(done)](base::Result<room::OfferResult> result) mutable {
                    restarting_ = false;
                    if (!result) return done(std::move(result).error());
                    auto answer = sdp::Parse(result->answer);
                    if (!answer) return done(std::move(answer).error());
                    offer_ = std::move(offer);
                    etag_ = '"' + random_.String(kTagLength) + '"';
                    done(std::move(*answer));
                  });
}

base::Time WhipSession::NextDeadline() const {
  if (!target_.egress || over_ || target_.from) return base::kNever;
  return main_speaker_.NextDeadline();
}

void WhipSession::HandleTimeout(base::Time now) {
  if (leaving_) Leave();
  if (over_ || !target_.egress) return;
  main_speaker_.HandleTimeout(now);
  UpdateWatched();
}

void WhipSession::OnEvent(const room::Event& event) {
  if (!target_.egress) return;
  std::visit(Overloaded{[this](const room::MemberEntered& e) { NoteMember(e.user, e.tracks); },
                        [this](const room::MemberGone& e) { NoteGone(e.user); },
                        [this](const room::TrackStarted& e) { NoteTrack(e.user, e.track, true); },
                        [this](const room::TrackEnded& e) { NoteTrack(e.user, e.track, false); },
                        [](const auto&) {}},
             event.body);
  wake_();
}

void WhipSession::OnSpeakers(const std::vector<room::SpeakerView>& speakers) {
  if (!target_.egress || target_.from) return;
  main_speaker_.SetSpeakers(speakers, clock_.Now());
  wake_();
}

/// Consent is lost: the session ends (RFC 9725 section 4.3.3).
void WhipSession::OnMediaFailed(const std::string& reason) {
  base::LogInfo("whip", "the connection is lost", {{"user", target_.user_id}, {"reason", reason}});
  leaving_ = true;
  wake_();
}

void WhipSession::OnKicked(room::KickReason, room::EventNumber) { End(); }

}  // namespace plaza::api
