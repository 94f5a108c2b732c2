// One WHIP or WHEP session: a member of a room whose signalling is HTTP requests.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "api/whip/main_speaker.h"
#include "api/whip/target.h"
#include "base/random.h"
#include "base/time.h"
#include "room/commands.h"
#include "sdp/session_description.h"

namespace plaza::api {

/// What a WHEP client wants to see at most; 0: no limit.
struct ViewSize {
  uint16_t width = 0;
  uint16_t height = 0;
};

class WhipSession final : public room::MemberObserver {
 public:
  /// `wake` asks for HandleTimeout() soon, from outside the calls below.
  WhipSession(WhipTarget target, room::RoomKey room, sdp::SessionDescription offer,
              room::Commands& commands, const base::Clock& clock, base::Random& random,
              std::function<void()> wake);

  const std::string& id() const { return id_; }
  const WhipTarget& target() const { return target_; }
  const room::RoomKey& room() const { return room_; }
  /// Names the present ICE session (RFC 9725 section 4.3.1), in quotes.
  const std::string& etag() const { return etag_; }
  /// Not a member any more: may be destroyed.
  bool over() const { return over_; }

  /// The member is in.
  void Start(const room::Entered& entered);
  void Leave();
  /// The limits of the picture to receive.
  void SetView(ViewSize view);
  /// New paths under new credentials of the client. `done` is called once, later, unless the
  /// session ends before; an answer has the server's ICE side in its first section.
  /// kFailedPrecondition while another restart is under way.
  void RestartIce(const sdp::IceCredentials& ice,
                  std::function<void(base::Result<sdp::SessionDescription>)> done);
  bool HasCredentials(const sdp::IceCredentials& ice) const;

  /// kNever while nothing is to be done.
  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);

  void OnEvent(const room::Event& event) override;
  void OnSlots(const std::vector<room::SlotView>&) override {}
  void OnNeedSlots(uint32_t) override {}  // what was offered is all there is
  void OnSpeakers(const std::vector<room::SpeakerView>& speakers) override;
  void OnMediaFailed(const std::string& reason) override;
  void OnKicked(room::KickReason reason, room::EventNumber number) override;

 private:
  void NoteMember(const room::UserId& user, const std::vector<room::Track>& tracks);
  void NoteTrack(const room::UserId& user, const room::Track& track, bool published);
  void NoteGone(const room::UserId& user);
  void UpdateWatched();
  void Watch(const std::string& user, bool on);
  void End();

  const std::string id_;
  const WhipTarget target_;
  const room::RoomKey room_;
  sdp::SessionDescription offer_;
  room::Commands& commands_;
  const base::Clock& clock_;
  base::Random& random_;
  const std::function<void()> wake_;
  room::MemberId member_;
  std::string etag_;
  bool restarting_ = false;
  bool leaving_ = false;
  bool over_ = false;
  std::map<room::UserId, std::set<room::MediaKind>> published_;  ///< of the target's stream
  MainSpeaker main_speaker_;
  bool watch_again_ = false;
  std::string watched_;
  ViewSize view_;
};

}  // namespace plaza::api
