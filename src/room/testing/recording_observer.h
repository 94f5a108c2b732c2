// A member that notes what it hears, in words that tests can compare.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "room/member_observer.h"

namespace plaza::room {

inline std::string Describe(const Track& track) {
  std::string text = track.stream == StreamType::kAux ? "aux-" : "";
  text += track.kind == MediaKind::kAudio ? "audio" : "video";
  if (track.width > 0)
    text += " " + std::to_string(track.width) + "x" + std::to_string(track.height);
  return text + (track.muted ? " muted" : "");
}

inline std::string Describe(const std::vector<Track>& tracks) {
  std::string text;
  for (const Track& track : tracks) text += " [" + Describe(track) + "]";
  return text;
}

inline const char* Describe(Role role) { return role == Role::kAnchor ? "anchor" : "audience"; }

inline std::string Describe(const EventBody& body) {
  static constexpr const char* kDepartures[] = {"left", "timeout", "kicked", "banned", "dismissed"};
  static constexpr const char* kEnds[] = {"empty", "dismissed", "nobody came back"};
  struct Visitor {
    std::string operator()(const RoomStarted& e) { return e.restored ? "restored" : "started"; }
    std::string operator()(const RoomEnded& e) {
      return std::string("ended: ") + kEnds[static_cast<int>(e.reason)];
    }
    std::string operator()(const MemberEntered& e) {
      return "+" + e.user.value() + " " + Describe(e.role) + Describe(e.tracks);
    }
    std::string operator()(const MemberGone& e) {
      return "-" + e.user.value() + " " + kDepartures[static_cast<int>(e.reason)];
    }
    std::string operator()(const MemberReplaced& e) { return "replaced " + e.user.value(); }
    std::string operator()(const MemberRoleChanged& e) {
      return e.user.value() + " is " + Describe(e.role);
    }
    std::string operator()(const TrackStarted& e) {
      return e.user.value() + " +[" + Describe(e.track) + "]";
    }
    std::string operator()(const TrackChanged& e) {
      return e.user.value() + " =[" + Describe(e.track) + "]";
    }
    std::string operator()(const TrackEnded& e) {
      return e.user.value() + " -[" + Describe(e.track) + "]" +
             (e.reason == UnpublishReason::kTimeout ? " timeout" : "");
    }
  };
  return std::visit(Visitor(), body);
}

class RecordingObserver final : public MemberObserver {
 public:
  /// What was heard since the last call.
  std::vector<std::string> Take() { return std::exchange(heard_, {}); }

  void OnEvent(const Event& event) override { heard_.push_back(Describe(event.body)); }
  void OnSlots(const std::vector<SlotView>& changed) override {
    for (const SlotView& slot : changed)
      heard_.push_back("slot " + std::to_string(slot.index) + ": " +
                       (slot.user ? slot.user->value() : "nobody") +
                       (slot.stream == StreamType::kAux ? " aux" : "") +
                       (slot.audio ? " audio" : "") + (slot.video ? " video" : ""));
  }
  void OnNeedSlots(uint32_t pairs) override { heard_.push_back("need " + std::to_string(pairs)); }
  void OnSpeakers(const std::vector<SpeakerView>& speakers) override {
    std::string text = "speakers";
    for (const SpeakerView& speaker : speakers)
      text += " " + speaker.user.value() + ":" + std::to_string(speaker.level);
    heard_.push_back(text);
  }
  void OnMediaFailed(const std::string& reason) override { heard_.push_back("failed: " + reason); }
  void OnMessage(const SentMessage& sent) override {
    const CustomMessage& said = sent.message;
    heard_.push_back(sent.from.value() + " says " + std::to_string(said.cmd_id) + "#" +
                     std::to_string(said.number) + " " + std::string(base::AsText(said.data)));
  }
  void OnKicked(KickReason reason, EventNumber number) override {
    static constexpr const char* kReasons[] = {"kick", "banned", "room_disband"};
    heard_.push_back(std::string("kicked: ") + kReasons[static_cast<int>(reason)]);
    kicked_at = number;
  }

  EventNumber kicked_at;

 private:
  std::vector<std::string> heard_;
};

}  // namespace plaza::room
