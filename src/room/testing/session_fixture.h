// Signalling clients that write and read frames by hand, at the door of a whole server over fakes.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "room/session/sockets.h"
#include "room/testing/session_world.h"
#include "signal/codes.h"

namespace plaza::room {

using Json = nlohmann::json;

/// The client's end of a socket: what came out of it.
class RawSocket final : public SessionSocket {
 public:
  void SendText(std::string text) override {
    EXPECT_EQ(closed, 0) << "a frame after the close: " << text;
    frames.push_back(Json::parse(text));
    received = std::max(received, frames.back().value("seq", uint64_t{0}));
  }
  void Close(int code, std::string_view) override {
    EXPECT_EQ(closed, 0) << "closed twice";
    closed = code;
  }
  /// The frames since the last call.
  std::vector<Json> Take() { return std::exchange(frames, {}); }
  Json Last() { return frames.empty() ? Json() : frames.back(); }

  std::vector<Json> frames;
  uint64_t received = 0;  ///< the highest number so far
  int closed = 0;
};

inline std::vector<std::string> Types(const std::vector<Json>& frames) {
  std::vector<std::string> types;
  types.reserve(frames.size());
  for (const Json& frame : frames) types.push_back(frame["type"]);
  return types;
}

class SessionTest : public testing::Test {
 protected:
  Json JoinOf(const std::string& user) {
    return {
        {"type", "join"}, {"protocol", 1},      {"sdkAppId", world.kApp.value()},  {"userId", user},
        {"roomId", 7},    {"offer", "pairs=4"}, {"userSig", world.UserSigOf(user)}};
  }
  /// From now on the app wants a privateMapKey.
  void DemandPrivateMapKeys() {
    world.data.apps[world.kApp.value()].settings["advanced_permission"] = "true";
    ++world.data.apps_version;
    world.Advance(std::chrono::seconds(2));
  }
  std::string PrivateMapKeyOf(const std::string& user, uint8_t bits, uint32_t room_number = 7) {
    return SignPrivateMapKey(
        {user, world.kApp, *RoomName::Number(room_number), 4'000'000'000, {bits}}, world.kKey,
        world.clock.WallNow(), 3600);
  }
  void Open(RawSocket& socket) { door().OnOpen(&socket, "test"); }
  void Say(RawSocket& socket, const Json& frame) {
    door().OnText(&socket, frame.dump());
    world.Run();
  }
  void Acknowledge(RawSocket& socket) { Say(socket, {{"type", "ack"}, {"ack", socket.received}}); }
  Json JoinWith(RawSocket& socket, const Json& join) {
    Open(socket);
    Say(socket, join);
    EXPECT_FALSE(socket.frames.empty());
    return socket.frames.empty() ? Json() : socket.Take().front();
  }
  Json Join(RawSocket& socket, const std::string& user) { return JoinWith(socket, JoinOf(user)); }
  /// Joins, and expects to be refused.
  Json Refused(const Json& join) {
    RawSocket socket;
    const Json answer = JoinWith(socket, join);
    EXPECT_EQ(answer["type"], "error") << answer;
    EXPECT_EQ(socket.closed, signal::close::kJoinRefused);
    EXPECT_TRUE(answer.contains("requestId"));
    return answer;
  }
  void Break(RawSocket& socket) { door().OnClose(&socket); }
  Json Resume(RawSocket& socket, const Json& joined, uint64_t ack) {
    Open(socket);
    Say(socket, {{"type", "resume"}, {"resumeToken", joined["resumeToken"]}, {"ack", ack}});
    return socket.frames.empty() ? Json() : socket.frames.front();
  }
  SignalDoor& door() { return world.service->signal_door(); }
  Commands& commands() { return world.service->commands(); }
  RoomKey room() const { return {world.kApp, *RoomName::Number(7)}; }
  size_t Members() {
    Room* found = world.service->directory().Find(room());
    return found == nullptr ? 0 : found->members().size();
  }

  bool HasMetric(const std::string& line) {
    return ("\n" + world.metrics.Text()).find("\n" + line + "\n") != std::string::npos;
  }

  SessionWorld world;
  RawSocket alice, bob, other;
};

inline Json Audio() { return {{"mid", "0"}, {"kind", "audio"}, {"published", true}}; }

}  // namespace plaza::room
