// The members of every message, once for reading and writing: an archive is either a reader of a
// JSON object or a writer of one. Field: required. Optional: may be absent. Default: absent leaves
// the value as it is.
#pragma once

#include <concepts>
#include <type_traits>

#include "signal/codec.h"
#include "signal/messages.h"

namespace plaza::signal {

/// Bounds of texts in bytes.
inline constexpr size_t kMaxText = 256;
inline constexpr size_t kMaxToken = 4096;
inline constexpr size_t kMaxSdp = kMaxFrameBytes;
/// Bounds of lists that servers send; clients refuse longer ones.
inline constexpr size_t kMaxList = 200'000;

template <typename M, typename T>
concept Is = std::same_as<std::remove_const_t<M>, T>;

template <typename A>
void Fields(A& a, Is<Layer> auto& m) {
  a.Default("rid", m.rid, 16);
  a.Field("width", m.width);
  a.Field("height", m.height);
}
template <typename A>
void Fields(A& a, Is<SentTrack> auto& m) {
  a.Optional("mid", m.mid, 64);
  a.Field("kind", m.kind);
  a.Default("streamType", m.stream);
  a.Optional("published", m.published);
  a.Optional("muted", m.muted);
  a.Optional("layers", m.layers, kMaxLayers);
}
template <typename A>
void Fields(A& a, Is<AutoSubscribe> auto& m) {
  a.Default("audio", m.audio);
  a.Default("video", m.video);
}
template <typename A>
void Fields(A& a, Is<ClientInfo> auto& m) {
  a.Default("name", m.name, kMaxText);
  a.Default("version", m.version, kMaxText);
}
template <typename A>
void Fields(A& a, Is<Join> auto& m) {
  a.Version("protocol", m.protocol);
  a.Field("sdkAppId", m.sdk_app_id);
  a.Field("userId", m.user_id, kMaxText);
  a.Field("userSig", m.user_sig, kMaxToken);
  a.Optional("resumeToken", m.resume_token, kMaxToken);
  a.Optional("roomId", m.room_id);
  a.Optional("strRoomId", m.str_room_id, kMaxText);
  a.Default("scene", m.scene);
  a.Default("role", m.role);
  a.Optional("privateMapKey", m.private_map_key, kMaxToken);
  a.Optional("offer", m.offer, kMaxSdp);
  a.Default("tracks", m.tracks, kMaxTracks);
  a.Default("autoSubscribe", m.auto_subscribe);
  a.Default("client", m.client);
}
template <typename A>
void Fields(A& a, Is<Resume> auto& m) {
  a.Field("resumeToken", m.resume_token, kMaxToken);
  a.Field("ack", m.ack);
}
template <typename A>
void Fields(A&, Is<Ping> auto&) {}
template <typename A>
void Fields(A&, Is<Ack> auto&) {}
template <typename A>
void Fields(A& a, Is<Offer> auto& m) {
  a.Field("sdp", m.sdp, kMaxSdp);
  a.Default("tracks", m.tracks, kMaxTracks);
}
template <typename A>
void Fields(A& a, Is<Publish> auto& m) {
  a.Field("tracks", m.tracks, kMaxTracks);
}
template <typename A>
void Fields(A& a, Is<StreamWish> auto& m) {
  a.Field("userId", m.user_id, kMaxText);
  a.Default("streamType", m.stream);
  a.Optional("audio", m.audio);
  a.Optional("video", m.video);
}
template <typename A>
void Fields(A& a, Is<Watch> auto& m) {
  a.Field("streams", m.streams, kMaxStreamWishes);
}
template <typename A>
void Fields(A& a, Is<SetRole> auto& m) {
  a.Field("role", m.role);
  a.Optional("privateMapKey", m.private_map_key, kMaxToken);
}
template <typename A>
void Fields(A&, Is<Leave> auto&) {}
template <typename A>
void Fields(A& a, Is<SendCustom> auto& m) {
  a.Field("cmdId", m.cmd_id);
  a.Field("number", m.number);
  a.Field("data", m.data, kMaxCustomBytes);
}

template <typename A>
void Fields(A& a, Is<Failure> auto& m) {
  a.Field("code", m.code);
  a.Field("message", m.message, kMaxToken);
  a.Optional("field", m.field, kMaxText);
  a.Optional("requestId", m.request_id, kMaxText);
}
template <typename A>
void Fields(A& a, Is<ErrorFrame> auto& m) {
  Fields(a, m.failure);
}
template <typename A>
void Fields(A& a, Is<EventNumber> auto& m) {
  a.Field("epoch", m.epoch);
  a.Field("number", m.number);
}
template <typename A>
void Fields(A& a, Is<Track> auto& m) {
  a.Field("kind", m.kind);
  a.Field("streamType", m.stream);
  a.Field("muted", m.muted);
  a.Field("width", m.width);
  a.Field("height", m.height);
}
template <typename A>
void Fields(A& a, Is<MemberInfo> auto& m) {
  a.Field("userId", m.user_id, kMaxText);
  a.Field("role", m.role);
  a.Field("tracks", m.tracks, kMaxTracks);
}
template <typename A>
void Fields(A& a, Is<RoomInfo> auto& m) {
  a.Field("event", m.event);
  a.Field("scene", m.scene);
  a.Field("members", m.members, kMaxList);
}
template <typename A>
void Fields(A& a, Is<SlotLines> auto& m) {
  a.Field("slot", m.slot);
  a.Field("audioMid", m.audio_mid, 64);
  a.Field("videoMid", m.video_mid, 64);
}
template <typename A>
void Fields(A& a, Is<NeedOfPairs> auto& m) {
  a.Field("pairs", m.pairs);
}
template <typename A>
void Fields(A& a, Is<ChannelSettings> auto& m) {
  a.Field("pingIntervalMs", m.ping_interval_ms);
  a.Field("resumeTimeoutMs", m.resume_timeout_ms);
  a.Field("maxMessageBytes", m.max_message_bytes);
}
template <typename A>
void Fields(A& a, Is<Joined> auto& m) {
  a.Field("sessionId", m.session_id, kMaxText);
  a.Field("resumeToken", m.resume_token, kMaxToken);
  a.Field("ack", m.ack);
  a.Field("room", m.room);
  a.Optional("answer", m.answer, kMaxSdp);
  a.Field("slots", m.slots, kMaxList);
  a.Field("need", m.need);
  a.Field("settings", m.settings);
}
template <typename A>
void Fields(A& a, Is<Resumed> auto& m) {
  a.Field("ack", m.ack);
}
template <typename A>
void Fields(A&, Is<Pong> auto&) {}
template <typename A>
void Fields(A& a, Is<GoAway> auto& m) {
  a.Field("reason", m.reason, kMaxText);
}
template <typename A>
void Fields(A& a, Is<SpeakerInfo> auto& m) {
  a.Field("userId", m.user_id, kMaxText);
  a.Field("level", m.level);
}
template <typename A>
void Fields(A& a, Is<Speakers> auto& m) {
  a.Field("speakers", m.speakers, kMaxList);
}
template <typename A>
void Fields(A& a, Is<Result> auto& m) {
  a.Field("re", m.re);
  a.Optional("answer", m.answer, kMaxSdp);
  a.Optional("slots", m.slots, kMaxList);
  a.Optional("resumeToken", m.resume_token, kMaxToken);
  a.Optional("error", m.error);
}
template <typename A>
void Fields(A& a, Is<SlotUse> auto& m) {
  a.Field("slot", m.slot);
  a.Nullable("userId", m.user_id, kMaxText);
  if (m.user_id) a.Default("streamType", m.stream);
  a.Field("audio", m.audio);
  a.Field("video", m.video);
}
template <typename A>
void Fields(A& a, Is<Slots> auto& m) {
  a.Field("slots", m.slots, kMaxList);
}
template <typename A>
void Fields(A& a, Is<Need> auto& m) {
  a.Field("pairs", m.pairs);
}
template <typename A>
void Fields(A& a, Is<MediaFailed> auto& m) {
  a.Field("reason", m.reason, kMaxToken);
}
template <typename A>
void Fields(A& a, Is<MemberJoined> auto& m) {
  a.Field("event", m.event);
  Fields(a, m.member);
}
template <typename A>
void Fields(A& a, Is<MemberLeft> auto& m) {
  a.Field("event", m.event);
  a.Field("userId", m.user_id, kMaxText);
  a.Field("reason", m.reason);
}
template <typename A>
void Fields(A& a, Is<TrackPublished> auto& m) {
  a.Field("event", m.event);
  a.Field("userId", m.user_id, kMaxText);
  a.Field("track", m.track);
}
template <typename A>
void Fields(A& a, Is<TrackUpdated> auto& m) {
  a.Field("event", m.event);
  a.Field("userId", m.user_id, kMaxText);
  a.Field("track", m.track);
}
template <typename A>
void Fields(A& a, Is<TrackUnpublished> auto& m) {
  a.Field("event", m.event);
  a.Field("userId", m.user_id, kMaxText);
  a.Field("kind", m.kind);
  a.Field("streamType", m.stream);
  a.Field("reason", m.reason);
}
template <typename A>
void Fields(A& a, Is<RoleChanged> auto& m) {
  a.Field("event", m.event);
  a.Field("userId", m.user_id, kMaxText);
  a.Field("role", m.role);
}
template <typename A>
void Fields(A& a, Is<Custom> auto& m) {
  a.Field("userId", m.user_id, kMaxText);
  a.Field("cmdId", m.cmd_id);
  a.Field("number", m.number);
  a.Field("data", m.data, kMaxCustomBytes);
}
template <typename A>
void Fields(A& a, Is<Kicked> auto& m) {
  a.Field("event", m.event);
  a.Field("reason", m.reason);
}

}  // namespace plaza::signal
