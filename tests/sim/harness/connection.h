// One WebRTC connection of a client, with its media, and the diary of what came over it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dtls/transport.h"
#include "harness/publisher.h"
#include "harness/received_stream.h"
#include "harness/wire.h"
#include "peer/peer.h"

namespace plaza::sim {

struct ConnectionOptions {
  PublisherOptions publisher;
  std::vector<base::SocketAddress> addresses;
  std::unique_ptr<dtls::TransportFactory> dtls;
};

class Connection final : private rtp::PacketTransportObserver,
                         private peer::PathObserver,
                         private base::DatagramSink {
 public:
  /// Hears each received media packet; `sent` is when the server sent it.
  using OnPacket =
      std::function<void(const rtp::StreamKey& stream, const rtp::Packet& packet, base::Time sent)>;

  Connection(World& world, Wire& wire, ConnectionOptions options, OnPacket on_packet);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// An offer with at least so many pairs of receiving m-lines.
  std::string Offer(uint32_t pairs, bool restart_ice);
  base::Status ApplyAnswer(std::string_view answer);
  uint32_t pairs() const { return pairs_; }

  void HandleDatagram(base::ByteView datagram, const base::Path& path, base::Time sent);
  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);
  /// Ends it, with or without a word to the server.
  void Close(bool goodbye);

  Publisher& publisher() { return publisher_; }
  const Publisher& publisher() const { return publisher_; }
  const peer::Peer& peer() const { return *peer_; }
  bool dead() const { return closed_ != base::kNever; }
  /// When the first answer was applied, and when media began to flow.
  std::optional<base::Time> answered() const { return answered_; }
  std::optional<base::Time> connected() const { return connected_; }
  /// When it ended; kNever as long as it lives.
  base::Time closed() const { return closed_; }
  /// By index of the m-line.
  const std::map<uint16_t, ReceivedStream>& streams() const { return streams_; }
  /// An SSRC or m-line that was not what it had been.
  const std::vector<std::string>& violations() const { return violations_; }

 private:
  // rtp::PacketTransportObserver
  void OnConnected(base::Time now) override;
  void OnClosed(const std::string& reason) override;
  void OnRtp(const rtp::StreamKey& stream, const rtp::Packet& packet) override;
  void OnRtcp(base::ByteView compound, base::Time now) override;
  void OnTargetRate(base::DataRate, base::Time) override {}
  // peer::PathObserver
  void OnPathAdded(const base::Path&) override {}
  void OnPathRemoved(const base::Path&) override {}
  // base::DatagramSink
  std::span<uint8_t> Begin(const base::Path& path, size_t capacity) override;
  void Commit(size_t size) override;

  std::vector<sdp::OfferedSection> Sections() const;
  void Listen();
  void SendFeedback(base::Time now);
  void SendReports(base::Time now);

  World& world_;
  Wire& wire_;
  std::unique_ptr<dtls::TransportFactory> dtls_;
  OnPacket on_packet_;
  Publisher publisher_;
  std::map<uint16_t, ReceivedStream> streams_;
  std::vector<std::string> violations_;
  uint32_t pairs_ = 0;
  std::optional<base::Time> answered_;
  std::optional<base::Time> connected_;
  base::Time next_report_ = base::kNever;
  base::Time sent_{};  // of the datagram that is being handled
  base::Time closed_ = base::kNever;
  base::Path path_;
  base::Bytes room_;
  std::unique_ptr<peer::Peer> peer_;
};

}  // namespace plaza::sim
