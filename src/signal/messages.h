// The messages of the signalling protocol as plain data; docs/signalling.md says what they mean.
// Every type carries its name on the wire as kType. Sizes are checked by the codec.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "signal/terms.h"

namespace plaza::signal {

inline constexpr int kProtocolVersion = 1;

// ---- Client to server ------------------------------------------------------------------------

/// What one sending m-line carries. Absent members stay as they were.
struct SentTrack {
  std::optional<std::string> mid;
  MediaKind kind = MediaKind::kAudio;
  StreamType stream = StreamType::kMain;
  std::optional<bool> published;
  std::optional<bool> muted;
  std::optional<std::vector<Layer>> layers;  ///< lowest first
};

struct AutoSubscribe {
  bool audio = true;
  bool video = false;
};

struct ClientInfo {
  std::string name;
  std::string version;
};

struct Join {
  static constexpr const char* kType = "join";
  uint32_t protocol = 0;
  uint32_t sdk_app_id = 0;
  std::string user_id;
  std::string user_sig;
  std::optional<std::string> resume_token;
  std::optional<uint64_t> room_id;
  std::optional<std::string> str_room_id;
  Scene scene = Scene::kRtc;
  Role role = Role::kAnchor;
  std::optional<std::string> private_map_key;
  std::optional<std::string> offer;
  std::vector<SentTrack> tracks;
  AutoSubscribe auto_subscribe;
  ClientInfo client;
};

struct Resume {
  static constexpr const char* kType = "resume";
  std::string resume_token;
  uint64_t ack = 0;
};

struct Ping {
  static constexpr const char* kType = "ping";
};

/// Says only what the frame's `ack` says.
struct Ack {
  static constexpr const char* kType = "ack";
};

struct Offer {
  static constexpr const char* kType = "offer";
  std::string sdp;
  std::vector<SentTrack> tracks;
};

struct Publish {
  static constexpr const char* kType = "publish";
  std::vector<SentTrack> tracks;
};

/// On, with the size of the view in physical pixels (0: no limit), or off.
struct VideoWish {
  bool on = false;
  uint16_t width = 0;
  uint16_t height = 0;
  friend bool operator==(const VideoWish&, const VideoWish&) = default;
};

struct StreamWish {
  std::string user_id;  ///< "*": everybody not named
  StreamType stream = StreamType::kMain;
  std::optional<bool> audio;
  std::optional<VideoWish> video;
};

struct Watch {
  static constexpr const char* kType = "watch";
  std::vector<StreamWish> streams;
};

struct SetRole {
  static constexpr const char* kType = "role";
  Role role = Role::kAnchor;
  std::optional<std::string> private_map_key;
};

struct Leave {
  static constexpr const char* kType = "leave";
};

/// To everybody else in the room.
struct SendCustom {
  static constexpr const char* kType = "custom";
  uint8_t cmd_id = 0;
  uint32_t number = 0;
  base::Bytes data;  ///< base64 on the wire
};

// ---- Server to client ------------------------------------------------------------------------

/// What went wrong; the body of `error` frames and of failed results.
struct Failure {
  int code = 0;
  std::string message;
  std::optional<std::string> field;
  std::optional<std::string> request_id;
};

struct ErrorFrame {
  static constexpr const char* kType = "error";
  Failure failure;
};

struct MemberInfo {
  std::string user_id;
  Role role = Role::kAnchor;
  std::vector<Track> tracks;
};

struct RoomInfo {
  EventNumber event;
  Scene scene = Scene::kRtc;
  std::vector<MemberInfo> members;
};

/// How the server paired two receiving m-lines.
struct SlotLines {
  uint32_t slot = 0;
  std::string audio_mid;
  std::string video_mid;
};

struct ChannelSettings {
  uint32_t ping_interval_ms = 5000;
  uint32_t resume_timeout_ms = 30000;
  uint32_t max_message_bytes = 256 * 1024;
};

/// How many slots the client should have.
struct NeedOfPairs {
  uint32_t pairs = 0;
};

struct Joined {
  static constexpr const char* kType = "joined";
  std::string session_id;
  std::string resume_token;
  uint64_t ack = 0;
  RoomInfo room;
  std::optional<std::string> answer;
  std::vector<SlotLines> slots;
  NeedOfPairs need;
  ChannelSettings settings;
};

struct Resumed {
  static constexpr const char* kType = "resumed";
  uint64_t ack = 0;
};

struct Pong {
  static constexpr const char* kType = "pong";
};

struct GoAway {
  static constexpr const char* kType = "goaway";
  std::string reason;
};

struct SpeakerInfo {
  std::string user_id;
  uint32_t level = 0;  ///< 0 (silence) to 100
};

struct Speakers {
  static constexpr const char* kType = "speakers";
  std::vector<SpeakerInfo> speakers;
};

struct Result {
  static constexpr const char* kType = "result";
  uint64_t re = 0;
  std::optional<std::string> answer;
  std::optional<std::vector<SlotLines>> slots;
  std::optional<std::string> resume_token;  ///< takes the place of the one before
  std::optional<Failure> error;
};

/// Who is in a slot now; no user id: nobody.
struct SlotUse {
  uint32_t slot = 0;
  std::optional<std::string> user_id;
  StreamType stream = StreamType::kMain;
  bool audio = false;
  bool video = false;
};

struct Slots {
  static constexpr const char* kType = "slots";
  std::vector<SlotUse> slots;
};

struct Need {
  static constexpr const char* kType = "need";
  uint32_t pairs = 0;
};

struct MediaFailed {
  static constexpr const char* kType = "media-failed";
  std::string reason;
};

struct MemberJoined {
  static constexpr const char* kType = "member-joined";
  EventNumber event;
  MemberInfo member;
};

struct MemberLeft {
  static constexpr const char* kType = "member-left";
  EventNumber event;
  std::string user_id;
  LeaveReason reason = LeaveReason::kLeave;
};

struct TrackPublished {
  static constexpr const char* kType = "track-published";
  EventNumber event;
  std::string user_id;
  Track track;
};

struct TrackUpdated {
  static constexpr const char* kType = "track-updated";
  EventNumber event;
  std::string user_id;
  Track track;
};

struct TrackUnpublished {
  static constexpr const char* kType = "track-unpublished";
  EventNumber event;
  std::string user_id;
  MediaKind kind = MediaKind::kAudio;
  StreamType stream = StreamType::kMain;
  UnpublishReason reason = UnpublishReason::kStopped;
};

struct RoleChanged {
  static constexpr const char* kType = "role-changed";
  EventNumber event;
  std::string user_id;
  Role role = Role::kAnchor;
};

struct Kicked {
  static constexpr const char* kType = "kicked";
  EventNumber event;
  KickReason reason = KickReason::kKick;
};

/// What somebody else in the room said.
struct Custom {
  static constexpr const char* kType = "custom";
  std::string user_id;
  uint8_t cmd_id = 0;
  uint32_t number = 0;
  base::Bytes data;
};

// ---- All of them -----------------------------------------------------------------------------

using ClientMessage =
    std::variant<Join, Resume, Ping, Ack, Offer, Publish, Watch, SetRole, Leave, SendCustom>;
using ServerMessage =
    std::variant<Joined, Resumed, ErrorFrame, Pong, Ack, GoAway, Speakers, Result, Slots, Need,
                 MediaFailed, MemberJoined, MemberLeft, TrackPublished, TrackUpdated,
                 TrackUnpublished, RoleChanged, Kicked, Custom>;

}  // namespace plaza::signal
