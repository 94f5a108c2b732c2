// The sockets, timer and certificates of one participant.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/packet_buffer.h"
#include "base/random.h"
#include "base/result.h"
#include "client/participant.h"
#include "net/event_loop.h"
#include "net/tls.h"
#include "net/udp_socket.h"
#include "net/websocket.h"
#include "tools/client/whep_channel.h"

namespace plaza::tools {

struct HostOptions {
  std::string signal_url;  ///< ws://HOST:PORT/v1/signal or wss://…
  base::IpAddress local;   ///< the address that media is sent from and received on
  net::TlsTrust trust;
  std::optional<WhepOptions> whep;  ///< instead of signalling
};

/// Belongs to the loop's thread.
class ParticipantHost final : private client::SignalSocket {
 public:
  /// `config` but for its addresses and DTLS. All references outlive the host.
  static base::Result<std::unique_ptr<ParticipantHost>> Create(
      net::EventLoop& loop, base::PacketPool& pool, HostOptions options, client::Config config,
      client::ParticipantObserver& observer);
  ~ParticipantHost() override;

  void Enter();
  void Leave();
  void Watch(const std::vector<signal::StreamWish>& wishes);
  void SetTrack(signal::MediaKind kind, bool published, bool muted);
  client::Statistics statistics() { return participant_->statistics(); }
  const net::UdpCounters& udp() const { return udp_->counters(); }

 private:
  ParticipantHost(net::EventLoop& loop, HostOptions options);

  // client::SignalSocket
  void Open() override;
  void Send(std::string text) override;
  void Close(int code) override;

  void OpenWhep();
  void OnOpened(std::shared_ptr<net::WebSocket> socket);
  void OnDatagrams(std::span<net::ReceivedDatagram> batch);
  /// After anything that the participant was told.
  void SetTimer() { timer_.Set(participant_->NextDeadline()); }

  net::EventLoop& loop_;
  HostOptions options_;
  base::SystemRandom random_;
  std::unique_ptr<net::UdpSocket> udp_;
  std::unique_ptr<client::Participant> participant_;
  net::Timer timer_;
  std::shared_ptr<net::WebSocket> socket_;
  std::unique_ptr<WhepChannel> whep_;
  /// Of the present socket; callbacks of earlier ones find theirs gone.
  std::shared_ptr<int> life_;
};

/// The address that datagrams to `host` are sent from; resolves names, and blocks meanwhile.
base::Result<base::IpAddress> LocalAddressTowards(const std::string& host, uint16_t port);

}  // namespace plaza::tools
