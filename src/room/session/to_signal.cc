#include "room/session/to_signal.h"

#include <utility>

#include "signal/codec.h"
#include "signal/codes.h"

namespace plaza::room {
namespace {

using Message = std::optional<signal::ServerMessage>;

signal::LeaveReason ToSignal(Departure reason) {
  switch (reason) {
    case Departure::kLeft:
      return signal::LeaveReason::kLeave;
    case Departure::kTimeout:
      return signal::LeaveReason::kTimeout;
    case Departure::kKicked:
    case Departure::kBanned:
    case Departure::kDismissed:
      break;
  }
  return signal::LeaveReason::kKick;
}

Message Of(const Event& event, const MemberEntered& body) {
  return signal::MemberJoined{event.number, {body.user.value(), body.role, body.tracks}};
}
Message Of(const Event& event, const MemberGone& body) {
  return signal::MemberLeft{event.number, body.user.value(), ToSignal(body.reason)};
}
/// Others see an anchor come or go; the member itself is told by its session.
Message Of(const Event& event, const MemberRoleChanged& body) {
  if (body.role == Role::kAnchor)
    return signal::MemberJoined{event.number, {body.user.value(), body.role, {}}};
  return signal::MemberLeft{event.number, body.user.value(), signal::LeaveReason::kRole};
}
Message Of(const Event& event, const TrackStarted& body) {
  return signal::TrackPublished{event.number, body.user.value(), body.track};
}
Message Of(const Event& event, const TrackChanged& body) {
  return signal::TrackUpdated{event.number, body.user.value(), body.track};
}
Message Of(const Event& event, const TrackEnded& body) {
  return signal::TrackUnpublished{event.number, body.user.value(), body.track.kind,
                                  body.track.stream, body.reason};
}
Message Of(const Event&, const RoomStarted&) { return std::nullopt; }
Message Of(const Event&, const RoomEnded&) { return std::nullopt; }
Message Of(const Event&, const MemberReplaced&) { return std::nullopt; }

}  // namespace

signal::RoomInfo ToSignal(const RoomView& view) {
  signal::RoomInfo info{view.number, view.scene, {}};
  for (const MemberView& member : view.members)
    info.members.push_back({member.user.value(), member.role, member.tracks});
  return info;
}

std::vector<signal::SlotLines> ToSlotLines(const std::vector<Slot>& slots) {
  std::vector<signal::SlotLines> lines;
  lines.reserve(slots.size());
  for (const Slot& slot : slots) lines.push_back({slot.index, slot.audio_mid, slot.video_mid});
  return lines;
}

std::vector<signal::SlotUse> ToSlotUses(const std::vector<SlotView>& slots) {
  std::vector<signal::SlotUse> uses;
  for (const SlotView& slot : slots) {
    signal::SlotUse& use = uses.emplace_back();
    use.slot = slot.index;
    if (slot.user) use.user_id = slot.user->value();
    use.stream = slot.stream;
    use.audio = slot.audio;
    use.video = slot.video;
  }
  return uses;
}

signal::Failure ToFailure(const base::Error& error, std::string request_id) {
  signal::Failure failure;
  const int unnamed = error.kind == base::ErrorKind::kResourceExhausted
                          ? signal::code::kTooManyRequests
                          : signal::code::kInternal;
  failure.code = error.code != 0 ? error.code : unnamed;
  failure.message = failure.code == signal::code::kInternal ? "internal error" : error.message;
  if (!error.field.empty()) failure.field = error.field;
  failure.request_id = std::move(request_id);
  return failure;
}

std::optional<signal::ServerMessage> ToSignal(const Event& event) {
  return std::visit([&event](const auto& body) { return Of(event, body); }, event.body);
}

signal::Body SharedTexts::Of(const Event& event) {
  if (event.number == event_) return event_text_;
  event_ = event.number;  // epochs are unique, so it names the room too
  const auto message = ToSignal(event);
  event_text_ =
      message ? std::make_shared<const std::string>(signal::Serialize(*message)) : nullptr;
  return event_text_;
}

signal::Body SharedTexts::Of(const SentMessage& message) {
  if (message.id == message_) return message_text_;
  message_ = message.id;
  const CustomMessage& said = message.message;
  message_text_ = std::make_shared<const std::string>(
      signal::Serialize(signal::Custom{message.from.value(), said.cmd_id, said.number, said.data}));
  return message_text_;
}

const std::string& SharedTexts::Of(const std::vector<SpeakerView>& speakers) {
  if (speakers == speakers_ && !speakers_text_.empty()) return speakers_text_;
  speakers_ = speakers;
  signal::Speakers message;
  for (const SpeakerView& speaker : speakers)
    message.speakers.push_back({speaker.user.value(), speaker.level});
  speakers_text_ = signal::Serialize(signal::ServerMessage(message));
  return speakers_text_;
}

}  // namespace plaza::room
