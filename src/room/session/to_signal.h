// What rooms say, as signalling messages.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "room/member_observer.h"
#include "signal/channel.h"
#include "signal/messages.h"

namespace plaza::room {

signal::RoomInfo ToSignal(const RoomView& view);
std::vector<signal::SlotLines> ToSlotLines(const std::vector<Slot>& slots);
std::vector<signal::SlotUse> ToSlotUses(const std::vector<SlotView>& slots);
/// `request_id` is what the log has.
signal::Failure ToFailure(const base::Error& error, std::string request_id);
/// An event as members see it; nothing if it is not for them.
std::optional<signal::ServerMessage> ToSignal(const Event& event);

/// The texts of what goes to many sessions, made once.
class SharedTexts {
 public:
  /// Nothing if the event is not for members.
  signal::Body Of(const Event& event);
  const std::string& Of(const std::vector<SpeakerView>& speakers);
  signal::Body Of(const SentMessage& message);

 private:
  EventNumber event_;
  signal::Body event_text_;
  uint64_t message_ = 0;
  signal::Body message_text_;
  std::vector<SpeakerView> speakers_;
  std::string speakers_text_;
};

}  // namespace plaza::room
