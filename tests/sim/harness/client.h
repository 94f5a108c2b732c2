// One who takes part: a place in the network, connections one after another, and what is told of
// them.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/connection.h"
#include "harness/diary.h"
#include "room/media_plane.h"

namespace plaza::sim {

struct ClientOptions {
  uint32_t number = 1;  ///< from 1 on; says whose the media is
  uint64_t group = 1;
  rtp::Codec video = rtp::Codec::kVp8;
  bool simulcast = false;
  uint32_t pairs = 2;
  netsim::LinkConditions up{};
  netsim::LinkConditions down{};
  base::Duration signalling_delay = std::chrono::milliseconds(30);  ///< one way
  base::Duration frame_interval = std::chrono::microseconds(66'667);
  bool audio_published = true;
  bool video_published = true;
};

/// One connection with what the control thread said about its slots.
struct ClientConnection {
  std::unique_ptr<Connection> connection;
  SlotDiary slots;
};

/// A wish as the client has it: the publisher by number.
struct ClientWish {
  uint32_t source = 0;
  bool audio = true;
  bool video = true;
  uint16_t width = 0;
};

class Client final : public Actor {
 public:
  using MakeDtls = std::function<std::unique_ptr<dtls::TransportFactory>()>;
  using OnPacket =
      std::function<void(Client& client, size_t connection, const rtp::StreamKey& stream,
                         const rtp::Packet& packet, base::Time sent)>;

  Client(World& world, ClientOptions options, MakeDtls make_dtls, OnPacket on_packet);
  ~Client() override;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Begins a new connection; the one before ends, with or without a word.
  void Renew(bool goodbye);
  /// The client's other network: the address that worked does no more.
  void Move();
  void SetSending(bool audio, bool video);
  std::vector<room::SentTrack> Tracks() const;

  const ClientOptions& options() const { return options_; }
  uint32_t number() const { return options_.number; }
  Wire& wire() { return wire_; }
  const Wire& wire() const { return wire_; }
  /// The last one.
  Connection& connection() { return *connections_.back().connection; }
  const std::vector<ClientConnection>& connections() const { return connections_; }
  std::vector<ClientConnection>& connections() { return connections_; }

  // What the signalling side keeps here.
  room::PeerId peer;
  bool gone = false;
  bool audio_published, audio_muted = false;
  bool video_published, video_muted = false;
  std::vector<ClientWish> wishes;
  TrackDiary audio_diary, video_diary;
  bool offering = false;                       ///< at the server
  std::deque<std::function<void()>> requests;  ///< that wait behind an offer at the server
  size_t answered_connection = SIZE_MAX;       ///< as far as the control thread knows
  uint32_t wanted_pairs = 0;
  bool negotiating = false;    ///< an offer of the present connection has no answer yet
  bool restart_waits = false;  ///< for that answer

  base::Time NextDeadline() const override;
  void HandleTimeout(base::Time now) override;

 private:
  std::vector<base::SocketAddress> Addresses() const;

  World& world_;
  const ClientOptions options_;
  MakeDtls make_dtls_;
  OnPacket on_packet_;
  Wire wire_;
  size_t network_ = 0;
  std::vector<ClientConnection> connections_;
};

}  // namespace plaza::sim
