// Signalling frames: what is read, what is refused and by which name, and that writing and reading
// agree.
#include "signal/codec.h"

#include <gtest/gtest.h>

#include "signal/codes.h"

namespace plaza::signal {
namespace {

constexpr const char* kJoin =
    R"({"type":"join","protocol":1,"sdkAppId":1400000001,"userId":"alice","userSig":"eJyr","roomId":123,)"
    R"("offer":"v=0","tracks":[{"mid":"0","kind":"video","published":true,"layers":[{"rid":"q","width":160,"height":90}]}],)"
    R"("autoSubscribe":{"video":true},"later":{"x":[1]}})";

ClientMessage Read(std::string_view text) {
  auto frame = ParseClientFrame(text);
  EXPECT_TRUE(frame.ok()) << frame.error().message;
  EXPECT_TRUE(frame->message.ok()) << frame->message.error().message;
  return std::move(*frame->message);
}

base::Error ReadError(std::string_view text) {
  auto frame = ParseClientFrame(text);
  if (!frame.ok()) return frame.error();
  EXPECT_FALSE(frame->message.ok()) << text;
  return frame->message.ok() ? base::Error{} : frame->message.error();
}

TEST(Codec, ReadsAJoinAndIgnoresWhatItDoesNotKnow) {
  const Join join = std::get<Join>(Read(kJoin));
  EXPECT_EQ(join.sdk_app_id, 1400000001u);
  EXPECT_EQ(join.user_id, "alice");
  EXPECT_EQ(join.room_id, 123u);
  EXPECT_FALSE(join.str_room_id);
  EXPECT_EQ(join.scene, Scene::kRtc);
  EXPECT_EQ(join.role, Role::kAnchor);
  ASSERT_EQ(join.tracks.size(), 1u);
  EXPECT_EQ(join.tracks[0].kind, MediaKind::kVideo);
  EXPECT_EQ(join.tracks[0].stream, StreamType::kMain);
  EXPECT_EQ(join.tracks[0].published, true);
  EXPECT_FALSE(join.tracks[0].muted);
  EXPECT_EQ(join.tracks[0].layers->at(0), (Layer{"q", 160, 90}));
  EXPECT_TRUE(join.auto_subscribe.audio);
  EXPECT_TRUE(join.auto_subscribe.video);
}

TEST(Codec, ReadsNumbersOfRequests) {
  const auto frame = ParseClientFrame(R"({"type":"leave","seq":6,"ack":4})");
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ(frame->seq, 6u);
  EXPECT_EQ(frame->ack, 4u);
  EXPECT_TRUE(IsNumbered(*frame->message));
}

TEST(Codec, HandshakeFramesHaveNoNumber) {
  const auto frame = ParseClientFrame(R"({"type":"ping","seq":6,"ack":4})");
  ASSERT_TRUE(frame.ok());
  EXPECT_FALSE(frame->seq);
  EXPECT_EQ(frame->ack, 4u);
}

TEST(Codec, ReadsWishesInTheirThreeForms) {
  const Watch watch = std::get<Watch>(Read(
      R"({"type":"watch","seq":4,"streams":[{"userId":"bob","audio":true,"video":{"width":640,"height":360}},)"
      R"({"userId":"*","streamType":"aux","video":true},{"userId":"eve","video":false,"audio":null}]})"));
  ASSERT_EQ(watch.streams.size(), 3u);
  EXPECT_EQ(watch.streams[0].audio, true);
  EXPECT_EQ(*watch.streams[0].video, (VideoWish{true, 640, 360}));
  EXPECT_EQ(*watch.streams[1].video, (VideoWish{true, 0, 0}));
  EXPECT_EQ(watch.streams[1].stream, StreamType::kAux);
  EXPECT_FALSE(watch.streams[1].audio);
  EXPECT_EQ(*watch.streams[2].video, VideoWish{});
  EXPECT_FALSE(watch.streams[2].audio);
}

TEST(Codec, RefusesWhatIsNoFrame) {
  for (const char* bad :
       {"", "x", "[]", "1", "null", "{", R"({"seq":1})", R"({"type":7})", R"({"type":"join")",
        "{\"type\":\"ping\",\"x\":\"\xff\"}", R"({"type":"ping"} x)"})
    EXPECT_EQ(ReadError(bad).code, code::kUnreadable) << bad;
}

TEST(Codec, BoundsSizeAndDepth) {
  std::string large = R"({"type":"ping","x":")" + std::string(kMaxFrameBytes, 'x') + "\"}";
  EXPECT_EQ(ReadError(large).code, code::kTooLarge);
  EXPECT_EQ(
      ReadError(R"({"type":"ping","x":)" + std::string(8, '[') + std::string(8, ']') + "}").code,
      code::kUnreadable);
  EXPECT_TRUE(ParseClientFrame(R"({"type":"ping","x":"[[[[[[[[[[\"[[[[["})").ok());
  EXPECT_TRUE(
      ParseClientFrame(R"({"type":"ping","x":)" + std::string(7, '[') + std::string(7, ']') + "}")
          .ok());
}

TEST(Codec, NamesAnUnknownTypeAndKeepsItsNumber) {
  const auto frame = ParseClientFrame(R"({"type":"jion","seq":3})");
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ(frame->seq, 3u);
  ASSERT_FALSE(frame->message.ok());
  EXPECT_EQ(frame->message.error().code, code::kUnknownType);
  EXPECT_EQ(frame->message.error().field, "type");
  EXPECT_EQ(frame->message.error().message, "unknown message type \"jion\"");
}

struct BadFrame {
  const char* text;
  int code;
  const char* field;
};

TEST(Codec, NamesTheMemberAtFault) {
  const BadFrame kBad[] = {
      {R"({"type":"join","protocol":2,"sdkAppId":"x"})", code::kBadProtocol, "protocol"},
      {R"({"type":"join"})", code::kBadProtocol, "protocol"},
      {R"({"type":"join","protocol":1})", code::kBadMember, "sdkAppId"},
      {R"({"type":"join","protocol":1,"sdkAppId":-1})", code::kBadMember, "sdkAppId"},
      {R"({"type":"join","protocol":1,"sdkAppId":4294967296})", code::kBadMember, "sdkAppId"},
      {R"({"type":"join","protocol":1,"sdkAppId":1,"userId":"a","userSig":"s","roomId":"1"})",
       code::kBadRoom, "roomId"},
      {R"({"type":"join","protocol":1,"sdkAppId":1,"userId":"a","userSig":"s","roomId":1.5})",
       code::kBadRoom, "roomId"},
      {R"({"type":"join","protocol":1,"sdkAppId":1,"userId":"a","userSig":"s","strRoomId":1})",
       code::kBadRoom, "strRoomId"},
      {R"({"type":"join","protocol":1,"sdkAppId":1,"userId":"a","userSig":"s","scene":"tv"})",
       code::kBadMember, "scene"},
      {R"({"type":"join","protocol":1,"sdkAppId":1,"userId":"a","userSig":"s","client":[]})",
       code::kBadMember, "client"},
      {R"({"type":"publish"})", code::kBadMember, "tracks"},
      {R"({"type":"publish","seq":1,"tracks":[{}]})", code::kBadMember, "tracks[0].kind"},
      {R"({"type":"publish","seq":1,"tracks":[{"kind":"audio"},{"kind":"smell"}]})",
       code::kBadMember, "tracks[1].kind"},
      {R"({"type":"publish","seq":1,"tracks":[1,1,1,1,1]})", code::kBadMember, "tracks"},
      {R"({"type":"publish","seq":1,"tracks":[{"kind":"video","layers":[{"width":65536,"height":1}]}]})",
       code::kBadMember, "tracks[0].layers[0].width"},
      {R"({"type":"watch","seq":1,"streams":[{"userId":"a","video":1}]})", code::kBadMember,
       "streams[0].video"},
      {R"({"type":"watch","seq":1,"streams":[{"userId":"a","video":{"width":1}}]})",
       code::kBadMember, "streams[0].video.height"},
      {R"({"type":"leave"})", code::kBadMember, "seq"},
      {R"({"type":"leave","seq":0})", code::kBadMember, "seq"},
      {R"({"type":"leave","seq":1,"ack":-1})", code::kBadMember, "ack"},
      {R"({"type":"leave","seq":1,"ack":9007199254740992})", code::kBadMember, "ack"},
      {R"({"type":"resume","resumeToken":"x"})", code::kBadMember, "ack"},
  };
  for (const BadFrame& bad : kBad) {
    const base::Error error = ReadError(bad.text);
    EXPECT_EQ(error.code, bad.code) << bad.text << ": " << error.message;
    EXPECT_EQ(error.field, bad.field) << bad.text << ": " << error.message;
  }
}

TEST(Codec, WritesWhatTheProtocolPageShows) {
  EXPECT_EQ(Serialize(ServerMessage(Kicked{{3, 41}, KickReason::kRoomDisband})),
            R"({"type":"kicked","event":{"epoch":3,"number":41},"reason":"room_disband"})");
  EXPECT_EQ(
      Serialize(ServerMessage(
          Slots{{{0, "bob", StreamType::kMain, true, true}, {1, {}, {}, false, false}}})),
      R"({"type":"slots","slots":[{"slot":0,"userId":"bob","streamType":"main","audio":true,"video":true},)"
      R"({"slot":1,"userId":null,"audio":false,"video":false}]})");
  Result refused{.re = 2};
  refused.error = Failure{code::kBadSdp, "no m-line", "sdp", "r1"};
  EXPECT_EQ(
      Serialize(ServerMessage(refused)),
      R"({"type":"result","re":2,"error":{"code":-120006,"message":"no m-line","field":"sdp","requestId":"r1"}})");
  EXPECT_EQ(Serialize(ServerMessage(ErrorFrame{{code::kUnreadable, "no", {}, {}}})),
            R"({"type":"error","code":-120001,"message":"no"})");
}

/// One of every message, with its optional members.
std::vector<ServerMessage> EveryServerMessage() {
  const EventNumber event{3, 41};
  const Track track{MediaKind::kVideo, StreamType::kAux, true, 640, 360};
  const MemberInfo bob{"bob", Role::kAudience, {track}};
  Result result{.re = 2};
  result.answer = "v=0";
  result.slots = std::vector<SlotLines>{{0, "3", "4"}};
  return {Joined{"s", "t", 0, {event, Scene::kLive, {bob}}, "v=0", {{0, "3", "4"}}, {4}, {}},
          Resumed{9},
          ErrorFrame{{-1, "m", "f", "r"}},
          Pong{},
          Ack{},
          GoAway{"shutdown"},
          Speakers{{{"bob", 62}}},
          result,
          Slots{{{0, "bob", StreamType::kAux, true, false}}},
          Need{8},
          MediaFailed{"dtls"},
          MemberJoined{event, bob},
          MemberLeft{event, "bob", LeaveReason::kRole},
          TrackPublished{event, "bob", track},
          TrackUpdated{event, "bob", track},
          TrackUnpublished{event, "bob", MediaKind::kVideo, StreamType::kAux,
                           UnpublishReason::kTimeout},
          RoleChanged{event, "bob", Role::kAudience},
          Kicked{event, KickReason::kBanned},
          Custom{"bob", 3, 7, {'h', 'i'}}};
}

TEST(Codec, ServerMessagesSurviveWritingAndReading) {
  const auto messages = EveryServerMessage();
  ASSERT_EQ(messages.size(), std::variant_size_v<ServerMessage>);
  for (const ServerMessage& message : messages) {
    std::string text = Serialize(message);
    if (IsNumbered(message)) text = R"({"seq":7,)" + text.substr(1);
    const auto frame = ParseServerFrame(text);
    ASSERT_TRUE(frame.ok()) << text;
    ASSERT_TRUE(frame->message.ok()) << text << frame->message.error().message;
    EXPECT_EQ(frame->message->index(), message.index());
    EXPECT_EQ(Serialize(*frame->message), Serialize(message));
  }
}

TEST(Codec, ClientMessagesSurviveWritingAndReading) {
  Join join = std::get<Join>(Read(kJoin));
  join.resume_token = "t";
  join.private_map_key = "k";
  const SentTrack track{
      "1", MediaKind::kVideo, StreamType::kAux, true, false, std::vector<Layer>{{"", 1, 2}}};
  const std::vector<ClientMessage> messages = {
      join,
      Resume{"t", 17},
      Ping{},
      Ack{},
      Offer{"v=0", {track}},
      Publish{{track}},
      Watch{
          {{"bob", StreamType::kAux, true, VideoWish{true, 3, 4}}, {"*", {}, {}, VideoWish{true}}}},
      SetRole{Role::kAudience, "k"},
      Leave{},
      SendCustom{3, 7, {'h', 'i'}}};
  ASSERT_EQ(messages.size(), std::variant_size_v<ClientMessage>);
  for (const ClientMessage& message : messages) {
    std::string text = Serialize(message);
    if (IsNumbered(message)) text = R"({"seq":7,)" + text.substr(1);
    EXPECT_EQ(Serialize(Read(text)), Serialize(message));
  }
}

TEST(Codec, TextThatIsNotUtf8DoesNotThrow) {
  EXPECT_NE(Serialize(ServerMessage(GoAway{"\xff"})).find("goaway"), std::string::npos);
}

}  // namespace
}  // namespace plaza::signal
