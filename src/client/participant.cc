// Signalling and connection joined.
#include "client/participant.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "client/internal/connection.h"
#include "client/internal/signalling.h"
#include "signal/codec.h"

namespace plaza::client {
namespace {

/// Offers, also those that make a new connection or restart ICE, are at least so far apart.
constexpr base::Duration kOfferPause = std::chrono::seconds(1);
/// A restart of ICE gets this long to find a path before the next one.
constexpr base::Duration kRestartPatience = std::chrono::seconds(5);

using internal::SourceKey;

}  // namespace

class Participant::Impl final : private internal::SignallingOwner {
 public:
  Impl(Config config, base::Random& random, SignalSocket& socket, base::DatagramSink& sink,
       ParticipantObserver& observer)
      : config_(std::move(config)),
        random_(random),
        sink_(sink),
        observer_(observer),
        signalling_(socket, random, *this) {}

  void Leave(base::Time now) {
    leaving_ = true;
    signalling_.Leave(now);
  }
  void Watch(const std::vector<signal::StreamWish>& wishes, base::Time now);
  void SetTrack(signal::MediaKind kind, bool published, bool muted, base::Time now);
  void SetRole(signal::Role role, base::Time now);
  void HandleDatagram(base::PacketBuffer datagram, const base::Path& path, base::Time now) {
    if (connection_) connection_->HandleDatagram(std::move(datagram), path, now);
  }
  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now) {
    signalling_.HandleTimeout(now);
    if (connection_) connection_->HandleTimeout(now);
  }
  /// To be called after anything that came in.
  void Settle(base::Time now);
  Statistics statistics();

  internal::Signalling& signalling() { return signalling_; }

 private:
  // internal::SignallingOwner
  signal::Join MakeJoin(base::Time now) override;
  void OnJoined(const signal::Joined& joined, base::Time now) override;
  void OnResumed(base::Time now) override;
  void OnMessage(const signal::ServerMessage& message, base::Time now) override;
  void OnEnded(const End& end, base::Time now) override;

  void NewConnection(base::Time now);
  void SendWishes(const std::vector<signal::StreamWish>& wishes, base::Time now);
  void SendRequest(const signal::ClientMessage& request, base::Time now);
  bool OfferWanted() const;
  void SendOffer(base::Time now);
  void OnOfferResult(const signal::Result* result, base::Time now);
  void ApplyAnswer(const std::string& answer, const std::vector<signal::SlotLines>& lines,
                   base::Time now);

  Config config_;
  base::Random& random_;
  base::DatagramSink& sink_;
  ParticipantObserver& observer_;
  internal::Signalling signalling_;
  internal::Tallies tallies_;
  std::unique_ptr<internal::Connection> connection_;
  std::map<SourceKey, signal::StreamWish> wishes_;
  internal::TrackState audio_state_;
  internal::TrackState video_state_;
  signal::Role role_told_ = signal::Role::kAnchor;  // by the last join
  bool tracks_told_ = false;                        // their present states, by it or since
  uint32_t pairs_wanted_ = 0;
  bool connection_failed_ = false;  // the connection must be made anew
  bool offer_waits_ = false;        // for its answer
  base::Time offer_allowed_{};
  base::Time restart_allowed_{};
  bool connected_told_ = false;
  bool leaving_ = false;
  bool ended_ = false;
  uint32_t joins_ = 0;
  uint32_t resumes_ = 0;
  uint32_t connections_ = 0;
};

void Participant::Impl::NewConnection(base::Time now) {
  connection_.reset();  // its counters go to the tallies first
  connection_ = std::make_unique<internal::Connection>(config_, random_, sink_, tallies_, now);
  connection_->publisher().SetState(signal::MediaKind::kAudio, audio_state_, now);
  connection_->publisher().SetState(signal::MediaKind::kVideo, video_state_, now);
  ++connections_;
  connection_failed_ = connected_told_ = false;
}

signal::Join Participant::Impl::MakeJoin(base::Time now) {
  NewConnection(now);
  offer_waits_ = true;
  signal::Join join = config_.entry;
  join.offer = connection_->Offer(std::max(config_.pairs, pairs_wanted_), false, now);
  join.tracks = connection_->publisher().Tracks();
  role_told_ = join.role;
  tracks_told_ = true;
  if (join.client.name.empty()) join.client = {"plaza-client", "0.1"};
  return join;
}

void Participant::Impl::OnJoined(const signal::Joined& joined, base::Time now) {
  ++joins_;
  offer_waits_ = false;
  if (joined.answer) ApplyAnswer(*joined.answer, joined.slots, now);
  pairs_wanted_ = std::max(pairs_wanted_, joined.need.pairs);
  // What was changed while the join was under way.
  if (role_told_ != config_.entry.role) SendRequest(signal::SetRole{config_.entry.role, {}}, now);
  if (!tracks_told_) SendRequest(signal::Publish{connection_->publisher().Tracks()}, now);
  std::vector<signal::StreamWish> wishes;
  for (const auto& [key, wish] : wishes_) wishes.push_back(wish);
  SendWishes(wishes, now);
  observer_.OnJoined(joined);
}

void Participant::Impl::OnResumed(base::Time) {
  ++resumes_;
  restart_allowed_ = {};
  observer_.OnResumed();
}

void Participant::Impl::OnMessage(const signal::ServerMessage& message, base::Time now) {
  if (const auto* slots = std::get_if<signal::Slots>(&message)) {
    for (const signal::SlotUse& use : slots->slots)
      if (connection_) connection_->receiver().SetUse(use);
  } else if (const auto* need = std::get_if<signal::Need>(&message)) {
    pairs_wanted_ = std::max(pairs_wanted_, need->pairs);
  } else if (std::get_if<signal::MediaFailed>(&message)) {
    connection_failed_ = true;
  } else if (const auto* joined = std::get_if<signal::MemberJoined>(&message)) {
    std::vector<signal::StreamWish> wishes;
    for (const auto& [key, wish] : wishes_)
      if (key.user_id == joined->member.user_id) wishes.push_back(wish);
    SendWishes(wishes, now);
  }
  observer_.OnMessage(message);
}

void Participant::Impl::OnEnded(const End& end, base::Time now) {
  ended_ = true;
  if (connection_) connection_->Close(now);
  connection_failed_ = false;
  observer_.OnEnded(end);
}

void Participant::Impl::Watch(const std::vector<signal::StreamWish>& wishes, base::Time now) {
  for (const signal::StreamWish& wish : wishes) {
    signal::StreamWish& kept = wishes_[{wish.user_id, wish.stream}];
    kept.user_id = wish.user_id;
    kept.stream = wish.stream;
    if (wish.audio) kept.audio = wish.audio;
    if (wish.video) kept.video = wish.video;
  }
  if (signalling_.in_session()) SendWishes(wishes, now);
}

void Participant::Impl::SendWishes(const std::vector<signal::StreamWish>& wishes, base::Time now) {
  for (size_t i = 0; i < wishes.size(); i += signal::kMaxStreamWishes) {
    const size_t end = std::min(wishes.size(), i + signal::kMaxStreamWishes);
    SendRequest(signal::Watch{{wishes.begin() + static_cast<ptrdiff_t>(i),
                               wishes.begin() + static_cast<ptrdiff_t>(end)}},
                now);
  }
}

void Participant::Impl::SetTrack(signal::MediaKind kind, bool published, bool muted,
                                 base::Time now) {
  internal::TrackState& state = kind == signal::MediaKind::kAudio ? audio_state_ : video_state_;
  state = {published, muted};
  tracks_told_ = signalling_.in_session();
  if (!connection_) return;
  connection_->publisher().SetState(kind, state, now);
  if (!tracks_told_) return;
  for (signal::SentTrack& track : connection_->publisher().Tracks())
    if (track.kind == kind) SendRequest(signal::Publish{{std::move(track)}}, now);
}

void Participant::Impl::SetRole(signal::Role role, base::Time now) {
  config_.entry.role = role;
  if (role == signal::Role::kAudience) {
    audio_state_.published = video_state_.published = false;
    if (connection_) {
      connection_->publisher().SetState(signal::MediaKind::kAudio, audio_state_, now);
      connection_->publisher().SetState(signal::MediaKind::kVideo, video_state_, now);
    }
  }
  if (signalling_.in_session()) SendRequest(signal::SetRole{role, {}}, now);
}

void Participant::Impl::SendRequest(const signal::ClientMessage& request, base::Time now) {
  signalling_.Request(
      request,
      [this](const signal::Result* result, base::Time) {
        if (result && result->error) observer_.OnRequestFailed(*result->error);
      },
      now);
}

bool Participant::Impl::OfferWanted() const {
  if (ended_ || leaving_ || !connection_ || !signalling_.in_session() || offer_waits_) return false;
  return connection_failed_ || connection_->dead() || connection_->lost_path() ||
         pairs_wanted_ > connection_->pairs();
}

void Participant::Impl::SendOffer(base::Time now) {
  offer_allowed_ = now + kOfferPause;
  const bool anew = connection_failed_ || connection_->dead();
  const bool restart = !anew && connection_->lost_path() && now >= restart_allowed_;
  if (!anew && !restart && pairs_wanted_ <= connection_->pairs()) return;
  if (anew) NewConnection(now);
  if (restart) restart_allowed_ = now + kRestartPatience;
  signal::Offer offer;
  offer.sdp = connection_->Offer(std::max(config_.pairs, pairs_wanted_), restart, now);
  offer.tracks = connection_->publisher().Tracks();
  offer_waits_ = true;
  signalling_.Request(
      offer, [this](const signal::Result* result, base::Time then) { OnOfferResult(result, then); },
      now);
}

void Participant::Impl::OnOfferResult(const signal::Result* result, base::Time now) {
  offer_waits_ = false;
  if (!result) return;
  if (result->error || !result->answer) {
    // The connection as it was may still be good; if not, its death leads to the next offer.
    connection_failed_ = !connection_->connected();
    if (result->error) observer_.OnRequestFailed(*result->error);
    return;
  }
  if (connection_->dead()) return;  // meanwhile; the next offer is of a new one
  ApplyAnswer(*result->answer, result->slots.value_or(std::vector<signal::SlotLines>{}), now);
}

void Participant::Impl::ApplyAnswer(const std::string& answer,
                                    const std::vector<signal::SlotLines>& lines, base::Time now) {
  if (const auto applied = connection_->ApplyAnswer(answer, lines, now); !applied) {
    connection_failed_ = true;
    observer_.OnRequestFailed({0, applied.error().message, applied.error().field, {}});
  }
}

void Participant::Impl::Settle(base::Time now) {
  if (ended_ || !connection_) return;
  if (OfferWanted() && now >= offer_allowed_) SendOffer(now);
  if (!connected_told_ && connection_->connected()) {
    connected_told_ = true;
    observer_.OnMediaConnected();
  }
}

base::Time Participant::Impl::NextDeadline() const {
  base::Time next = signalling_.NextDeadline();
  if (ended_ || !connection_) return next;
  next = std::min(next, connection_->NextDeadline());
  if (OfferWanted()) next = std::min(next, offer_allowed_);
  return next;
}

Statistics Participant::Impl::statistics() {
  if (connection_) connection_->receiver().Flush();
  Statistics statistics;
  statistics.connected = connection_ && connection_->connected();
  statistics.audio = tallies_.sent.audio;
  statistics.video = tallies_.sent.video;
  if (connection_) statistics.target = connection_->target();
  statistics.sources = tallies_.received.List();
  statistics.joins = joins_;
  statistics.resumes = resumes_;
  statistics.connections = connections_;
  return statistics;
}

Participant::Participant(Config config, base::Random& random, SignalSocket& socket,
                         base::DatagramSink& sink, ParticipantObserver& observer)
    : impl_(std::make_unique<Impl>(std::move(config), random, socket, sink, observer)) {}

Participant::~Participant() = default;

void Participant::Enter(base::Time now) { impl_->signalling().Start(now); }

void Participant::Leave(base::Time now) { impl_->Leave(now); }

void Participant::Watch(const std::vector<signal::StreamWish>& wishes, base::Time now) {
  impl_->Watch(wishes, now);
}

void Participant::SetTrack(signal::MediaKind kind, bool published, bool muted, base::Time now) {
  impl_->SetTrack(kind, published, muted, now);
}

void Participant::SetRole(signal::Role role, base::Time now) { impl_->SetRole(role, now); }

void Participant::OnSocketOpened(base::Time now) {
  impl_->signalling().OnSocketOpened(now);
  impl_->Settle(now);
}

void Participant::OnSocketText(std::string_view text, base::Time now) {
  impl_->signalling().OnSocketText(text, now);
  impl_->Settle(now);
}

void Participant::OnSocketClosed(int code, base::Time now) {
  impl_->signalling().OnSocketClosed(code, now);
  impl_->Settle(now);
}

void Participant::HandleDatagram(base::PacketBuffer datagram, const base::Path& path,
                                 base::Time now) {
  impl_->HandleDatagram(std::move(datagram), path, now);
  impl_->Settle(now);
}

base::Time Participant::NextDeadline() const { return impl_->NextDeadline(); }

void Participant::HandleTimeout(base::Time now) {
  impl_->HandleTimeout(now);
  impl_->Settle(now);
}

bool Participant::joined() const { return impl_->signalling().in_session(); }

Statistics Participant::statistics() { return impl_->statistics(); }

}  // namespace plaza::client
