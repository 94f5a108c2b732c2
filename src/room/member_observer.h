// How a room speaks to its members, and what they see of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/strong_id.h"
#include "room/events.h"
#include "room/media_plane.h"
#include "room/message.h"

namespace plaza::room {

/// One entry of a user into a room. Entering again gives a new one, so a command with an old id
/// finds nobody.
using MemberId = base::StrongId<struct MemberIdTag>;

/// Somebody else as a member sees them.
struct MemberView {
  UserId user;
  Role role = Role::kAnchor;
  std::vector<Track> tracks;
};

/// The room as a member sees it, without that member.
struct RoomView {
  EventNumber number;
  Scene scene = Scene::kRtc;
  std::vector<MemberView> members;
};

struct SlotView {
  uint32_t index = 0;
  std::optional<UserId> user;
  StreamType stream = StreamType::kMain;
  bool audio = false;
  bool video = false;
};

struct SpeakerView {
  UserId user;
  uint8_t level = 0;
  friend bool operator==(const SpeakerView&, const SpeakerView&) = default;
};

/// How a member hears of the room: implemented by a signalling session, or by whatever door let the
/// member in. Called on the control thread, in order; must not call back into rooms or commands.
class MemberObserver {
 public:
  virtual ~MemberObserver() = default;
  /// Something that members see happened to somebody else, or somebody changed this member's role.
  virtual void OnEvent(const Event& event) = 0;
  virtual void OnSlots(const std::vector<SlotView>& changed) = 0;
  virtual void OnNeedSlots(uint32_t pairs) = 0;
  virtual void OnSpeakers(const std::vector<SpeakerView>& speakers) = 0;
  virtual void OnMediaFailed(const std::string& reason) = 0;
  /// Somebody else said something, reliably. Those who can't hear it ignore it.
  virtual void OnMessage(const SentMessage&) {}
  /// The member was put out of the room: the last call.
  virtual void OnKicked(KickReason reason, EventNumber number) = 0;
};

}  // namespace plaza::room
