// One WebRTC connection to the server, from its first offer to its death, with all media on it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/packet_buffer.h"
#include "base/random.h"
#include "base/socket_address.h"
#include "base/time.h"
#include "client/config.h"
#include "client/internal/publisher.h"
#include "client/internal/receiver.h"
#include "peer/peer.h"

namespace plaza::client::internal {

/// What outlives connections.
struct Tallies {
  SendTally sent;
  SourceTally received;
};

class Connection final : private rtp::PacketTransportObserver, private peer::PathObserver {
 public:
  /// All references outlive the connection.
  Connection(const Config& config, base::Random& random, base::DatagramSink& sink, Tallies& tallies,
             base::Time now);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// An offer with at least so many pairs of receiving m-lines; it waits for its answer.
  std::string Offer(uint32_t pairs, bool restart_ice, base::Time now);
  base::Status ApplyAnswer(std::string_view answer, const std::vector<signal::SlotLines>& lines,
                           base::Time now);
  uint32_t pairs() const { return pairs_; }

  Publisher& publisher() { return publisher_; }
  Receiver& receiver() { return receiver_; }

  void HandleDatagram(base::PacketBuffer datagram, const base::Path& path, base::Time now);
  base::Time NextDeadline() const;
  void HandleTimeout(base::Time now);
  void Close(base::Time now) { peer_.Close(now); }

  bool connected() const { return peer_.connected(); }
  /// It can't be used any more.
  bool dead() const { return dead_; }
  /// No path to the server works, but the connection could go on over another one.
  bool lost_path() const;
  base::DataRate target() const { return target_; }

 private:
  static constexpr base::Duration kReportInterval = std::chrono::seconds(1);

  // rtp::PacketTransportObserver
  void OnConnected(base::Time now) override;
  void OnClosed(const std::string& reason) override;
  void OnRtp(const rtp::StreamKey& stream, const rtp::Packet& packet) override;
  void OnRtcp(base::ByteView compound, base::Time now) override;
  void OnTargetRate(base::DataRate rate, base::Time now) override;
  // peer::PathObserver: all datagrams of our socket are ours.
  void OnPathAdded(const base::Path&) override {}
  void OnPathRemoved(const base::Path&) override {}

  std::vector<sdp::OfferedSection> Sections() const;
  void SendReports(base::Time now);

  const Config& config_;
  std::unique_ptr<dtls::TransportFactory> dtls_;
  uint32_t feedback_ssrc_;
  peer::Peer peer_;
  Publisher publisher_;
  Receiver receiver_;
  uint32_t pairs_ = 0;
  base::Time next_report_ = base::kNever;
  base::DataRate target_;
  bool dead_ = false;
};

}  // namespace plaza::client::internal
