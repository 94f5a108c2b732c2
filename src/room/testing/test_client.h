// A signalling client as the protocol page describes one, over a socket that can break: joins,
// resumes, falls back to joining with its token, and keeps its view of the room from what it is
// told.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "room/testing/session_world.h"
#include "signal/channel.h"
#include "signal/codec.h"
#include "signal/codes.h"

namespace plaza::room {

/// A socket with what is in flight in both directions. A frame without text is the server's close.
struct Wire final : public SessionSocket {
  struct Frame {
    std::optional<std::string> text;
    int close_code = 0;
  };
  void SendText(std::string text) override { down.push_back({std::move(text)}); }
  void Close(int code, std::string_view) override {
    down.push_back({std::nullopt, code});
    server_closed = true;
  }
  std::deque<Frame> down;
  std::deque<std::string> up;
  bool server_closed = false;
};

class TestClient {
 public:
  /// What the client has been told of the room.
  struct View {
    std::map<std::string, signal::MemberInfo> members;
    std::map<uint32_t, signal::SlotUse> slots;
    signal::EventNumber snapshot;
    std::vector<std::string> events;  ///< since the snapshot, as they came without their numbering
  };

  TestClient(SessionWorld& world, std::string name, signal::Join join)
      : user(std::move(name)), world_(world), join_(std::move(join)) {}

  /// Opens a socket and says what is due on it.
  void Connect() {
    wire = std::make_unique<Wire>();
    world_.service->signal_door().OnOpen(wire.get(), user);
    if (token_.empty()) return SendJoin();
    wire->up.push_back(
        signal::Serialize(signal::ClientMessage(signal::Resume{token_, channel_.received()})));
  }
  /// Sends a numbered request.
  void Request(const signal::ClientMessage& message) {
    if (!in) return;
    if (channel_.Send(signal::Serialize(message)).ok()) unanswered.insert(++requested_);
    Flush();
  }
  /// Says something that names its entry.
  void SendMessage() {
    if (!in) return;
    signal::SendCustom custom{1, ++said_, {}};
    for (const char c : Entry()) custom.data.push_back(static_cast<uint8_t>(c));
    Request(custom);
    saying_[requested_] = said_;
  }
  /// Takes up to `count` frames from each direction of the socket.
  void Deliver(size_t count) {
    for (size_t i = 0; i < count && wire && !wire->up.empty() && !wire->server_closed; ++i) {
      const std::string text = std::move(wire->up.front());
      wire->up.pop_front();
      world_.service->signal_door().OnText(wire.get(), text);
    }
    for (size_t i = 0; i < count && wire && !wire->down.empty(); ++i) {
      const Wire::Frame frame = std::move(wire->down.front());
      wire->down.pop_front();
      frame.text ? Take(*frame.text) : TakeClose(frame.close_code);
    }
  }
  /// The socket breaks for the client; what the server had in flight is lost. The server learns
  /// from whoever gets the wire.
  std::unique_ptr<Wire> Break() {
    channel_.Detach();
    return std::move(wire);
  }
  void HandleTimeout() {
    channel_.HandleTimeout(world_.clock.Now());
    Flush();
  }

  const std::string user;
  std::unique_ptr<Wire> wire;
  View view;
  bool in = false;    ///< has a session, as far as it knows
  bool done = false;  ///< left or was put out, and does not come back by itself
  std::set<uint64_t> unanswered;
  std::vector<std::string> faults;
  std::string device = user;  ///< unlike that of any other client
  /// The numbers of the messages that were taken, by entry; and of those heard in this entry.
  std::map<std::string, std::set<uint32_t>> accepted;
  std::map<std::string, std::vector<uint32_t>> heard;

 private:
  void SendJoin() {
    signal::Join join = join_;
    join.user_sig = world_.UserSigOf(user);
    if (!token_.empty()) join.resume_token = token_;
    wire->up.push_back(signal::Serialize(signal::ClientMessage(join)));
  }
  void Flush() {
    while (wire) {
      auto frame = channel_.Poll();
      if (!frame) return;
      wire->up.push_back(std::move(*frame));
    }
  }
  void Fault(std::string what) { faults.push_back(user + ": " + std::move(what)); }

  void Take(const std::string& text) {
    const auto frame = signal::ParseServerFrame(text);
    if (!frame.ok() || !frame->message.ok()) return Fault("can't read " + text);
    const base::Time now = world_.clock.Now();
    if (frame->seq) {
      const auto fresh = channel_.OnNumbered(now, *frame->seq, frame->ack);
      if (!fresh.ok()) return Fault(fresh.error().message);
      if (*fresh) Work(*frame->message, text);
    } else if (const auto* joined = std::get_if<signal::Joined>(&*frame->message)) {
      channel_ = signal::Channel(signal::ChannelConfig::Client(std::chrono::seconds(5)));
      channel_.Attach(now, joined->ack);
      token_ = joined->resume_token;
      in = true;
      requested_ = worked_ = 0;
      unanswered.clear();
      ++entry_;
      said_ = 0;
      saying_.clear();
      heard.clear();
      view = View();
      view.snapshot = joined->room.event;
      for (const auto& member : joined->room.members) view.members[member.user_id] = member;
    } else if (const auto* resumed = std::get_if<signal::Resumed>(&*frame->message)) {
      if (!channel_.CanResumeFrom(resumed->ack)) return Fault("resumed from " + text);
      channel_.Attach(now, resumed->ack);
    } else if (const auto* error = std::get_if<signal::ErrorFrame>(&*frame->message)) {
      TakeError(error->failure);
    } else if (channel_.attached() && !channel_.OnUnnumbered(now, frame->ack).ok()) {
      Fault("wrong ack " + text);
    }
    Flush();
  }
  void TakeError(const signal::Failure& failure) {
    if (failure.code == signal::code::kSessionGone) return SendJoin();
    if (failure.code == signal::code::kEnteredElsewhere) return End();
    if (failure.code != signal::code::kRoomFull) Fault("error " + failure.message);
  }
  void TakeClose(int code) {
    wire.reset();
    channel_.Detach();
    if (code == signal::close::kLeft || code == signal::close::kKicked) End();
    if (code == signal::close::kBadFrames) Fault("closed for bad frames");
  }
  void End() {
    in = false;
    done = true;
    token_.clear();
  }

  void Work(const signal::ServerMessage& message, const std::string& text) {
    if (const auto* result = std::get_if<signal::Result>(&message)) {
      if (unanswered.erase(result->re) == 0) Fault("answered twice: " + text);
      if (const auto said = saying_.find(result->re); said != saying_.end() && !result->error)
        accepted[Entry()].insert(said->second);
      if (result->error && result->error->code == signal::code::kTooManyRequests) return;
      if (result->re < worked_) Fault("worked out of order: " + text);
      worked_ = result->re;
      return;
    }
    if (const auto* slots = std::get_if<signal::Slots>(&message)) {
      for (const auto& slot : slots->slots) view.slots[slot.slot] = slot;
      return;
    }
    if (const auto* custom = std::get_if<signal::Custom>(&message)) return Hear(*custom);
    if (text.find("\"event\"") == std::string::npos) return;
    view.events.push_back(signal::Serialize(message));
    Apply(message);
  }
  void Hear(const signal::Custom& custom) {
    std::vector<uint32_t>& numbers = heard[std::string(custom.data.begin(), custom.data.end())];
    if (!numbers.empty() && custom.number <= numbers.back()) Fault("a message came again");
    numbers.push_back(custom.number);
  }
  std::string Entry() const { return device + "/" + std::to_string(entry_); }
  void Apply(const signal::ServerMessage& message) {
    if (const auto* joined = std::get_if<signal::MemberJoined>(&message)) {
      if (view.members.contains(joined->member.user_id)) Fault("joined twice");
      view.members[joined->member.user_id] = joined->member;
    } else if (const auto* left = std::get_if<signal::MemberLeft>(&message)) {
      if (view.members.erase(left->user_id) == 0) Fault("left, but was not there");
    } else if (const auto* published = std::get_if<signal::TrackPublished>(&message)) {
      if (Erase(published->user_id, published->track.kind, published->track.stream))
        Fault("published twice");
      view.members[published->user_id].tracks.push_back(published->track);
    } else if (const auto* updated = std::get_if<signal::TrackUpdated>(&message)) {
      if (!Erase(updated->user_id, updated->track.kind, updated->track.stream))
        Fault("updated, but was not there");
      view.members[updated->user_id].tracks.push_back(updated->track);
    } else if (const auto* gone = std::get_if<signal::TrackUnpublished>(&message)) {
      if (!Erase(gone->user_id, gone->kind, gone->stream)) Fault("withdrawn, but was not there");
    }
  }
  bool Erase(const std::string& who, MediaKind kind, StreamType stream) {
    const auto found = view.members.find(who);
    if (found == view.members.end()) {
      Fault("a track of nobody");
      return false;
    }
    return std::erase_if(found->second.tracks, [&](const signal::Track& track) {
             return track.kind == kind && track.stream == stream;
           }) > 0;
  }

  SessionWorld& world_;
  const signal::Join join_;
  signal::Channel channel_{signal::ChannelConfig::Client(std::chrono::seconds(5))};
  std::string token_;
  uint64_t requested_ = 0;
  uint64_t worked_ = 0;
  int entry_ = 0;  // how often it has joined
  uint32_t said_ = 0;
  std::map<uint64_t, uint32_t> saying_;  // the number of a message, by its request
};

}  // namespace plaza::room
