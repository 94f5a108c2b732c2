// One who takes part: a participant of the client library with its two networks, and what it was
// told and sent.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/participant.h"
#include "harness/wire.h"
#include "harness/world.h"
#include "session/signal_wire.h"

namespace plaza::sim {

struct MemberOptions {
  uint32_t number = 1;  ///< from 1 on; says whose the media is
  uint64_t room = 1;
  signal::Scene scene = signal::Scene::kRtc;
  signal::Role role = signal::Role::kAnchor;
  signal::AutoSubscribe auto_subscribe;
  bool simulcast = false;
  uint32_t pairs = 2;
  netsim::LinkConditions up{};
  netsim::LinkConditions down{};
  base::Duration signalling_delay = std::chrono::milliseconds(30);  ///< one way
};

/// The user id of a member.
std::string UserOf(uint32_t number);
/// The number of the member with this user id; 0: nobody's.
uint32_t NumberOf(const std::string& user);

class Member final : public Actor, private client::ParticipantObserver, private base::DatagramSink {
 public:
  /// A packet was received that left the server at `sent`; `source` is whose it says it is, where
  /// it says so.
  using OnPacket = std::function<void(const Member& member, const rtp::Packet& packet,
                                      std::optional<uint32_t> source, base::Time sent)>;

  Member(World& world, const MemberOptions& options, std::string user_sig,
         SignalWire::FindDoor find_door, OnPacket on_packet);
  ~Member() override;
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;

  const MemberOptions& options() const { return options_; }
  uint32_t number() const { return options_.number; }
  client::Participant& participant() { return participant_; }
  Wire& wire() { return wire_; }
  SignalWire& signalling() { return signalling_; }

  void Enter() { participant_.Enter(world_.now()); }
  void Leave() { participant_.Leave(world_.now()); }
  /// Without a word, and for good.
  void Vanish();
  void SetTrack(signal::MediaKind kind, bool published, bool muted);
  void SetRole(signal::Role role);
  /// The address that worked does no more, another does.
  void Move();
  /// No more datagrams pass; signalling may go on.
  void CutMedia(bool cut) { wire_.Cut(cut); }

  /// Left, was put out, or is gone.
  bool over() const { return vanished_ || end_.has_value(); }
  const std::optional<client::End>& end() const { return end_; }
  bool sends(signal::MediaKind kind) const;
  signal::Role role() const { return role_; }

  /// The room as of the last `joined`, and the events since, as they came.
  const signal::EventNumber& snapshot() const { return snapshot_; }
  const std::vector<std::string>& events() const { return events_; }
  /// What should never have happened.
  const std::vector<std::string>& violations() const { return violations_; }

  base::Time NextDeadline() const override;
  void HandleTimeout(base::Time now) override;

 private:
  struct TrackState {
    bool published = true;
    bool muted = false;
  };

  client::Config MakeConfig(std::string user_sig);
  void NoteEvent(const signal::EventNumber& number, const signal::ServerMessage& message);
  void Look(const rtp::Packet& packet);
  TrackState& StateOf(signal::MediaKind kind) {
    return kind == signal::MediaKind::kAudio ? audio_ : video_;
  }

  // client::ParticipantObserver
  void OnJoined(const signal::Joined& joined) override;
  void OnResumed() override {}
  void OnMessage(const signal::ServerMessage& message) override;
  void OnRequestFailed(const signal::Failure& failure) override;
  void OnMediaConnected() override {}
  void OnEnded(const client::End& end) override { end_ = end; }
  // base::DatagramSink
  std::span<uint8_t> Begin(const base::Path& path, size_t capacity) override;
  void Commit(size_t size) override;

  World& world_;
  const MemberOptions options_;
  const OnPacket on_packet_;
  Wire wire_;
  SignalWire signalling_;
  std::vector<base::SocketAddress> addresses_;
  size_t network_ = 0;
  uint64_t certificates_ = 0;
  client::Participant participant_;
  TrackState audio_, video_;
  signal::Role role_;
  bool vanished_ = false;
  std::optional<client::End> end_;
  signal::EventNumber snapshot_;
  signal::EventNumber last_event_;
  std::vector<std::string> events_;
  std::vector<std::string> violations_;
  base::Time sent_{};  // when the datagram that is being handled left the server
  base::Path path_;
  base::Bytes room_;
};

}  // namespace plaza::sim
