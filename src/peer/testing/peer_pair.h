// A server and a client peer, joined by simulated links, driven by a fake clock.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/packet_buffer.h"
#include "base/random.h"
#include "base/time.h"
#include "dtls/testing/stand_in.h"
#include "netsim/link.h"
#include "peer/peer.h"
#include "peer/testing/recorder.h"

namespace plaza::peer::testing {

struct PairOptions {
  netsim::LinkConditions up;    ///< client to server
  netsim::LinkConditions down;  ///< server to client
  uint64_t seed = 1;
  /// Instead of the stand-in.
  dtls::TransportFactory* client_dtls = nullptr;
  dtls::TransportFactory* server_dtls = nullptr;
  sdp::Capabilities server_capabilities = sdp::DefaultCapabilities();
  bool server_data = true;  ///< the server takes data channels
  /// Addresses of the client, each a way of its own to the server.
  std::vector<std::string> client_addresses = {"10.0.0.1:5000"};
};

inline constexpr char kServerAddress[] = "192.0.2.1:7000";

class PeerPair {
 public:
  explicit PeerPair(const PairOptions& options = {});
  ~PeerPair();

  /// The client offers `sections`, the server answers and sends `LocalStream`s of SSRC 1000 + index
  /// (RTX 2000 + index) in each section that it can.
  base::Status Negotiate(std::vector<sdp::OfferedSection> sections, bool restart_ice = false);
  /// Moves datagrams and time on.
  void Run(base::Duration span);
  /// Until `done` or `limit` has passed; gives whether it is done.
  bool RunUntil(const std::function<bool()>& done, base::Duration limit);
  bool RunUntilConnected(base::Duration limit = std::chrono::seconds(30));

  /// From now on, what the client sends from this address, or is sent to it, is lost.
  void Block(const std::string& client_address) { blocked_.push_back(client_address); }
  /// From now on the server sees the client's datagrams come from another address, as if a NAT had
  /// forgotten it.
  void Rebind(const std::string& client_address, const std::string& seen_as);
  /// A datagram from a stranger, or a forged one.
  void Inject(Peer& to, base::ByteView datagram, const base::Path& path);

  base::Time now() const { return clock.Now(); }

  base::FakeClock clock;
  base::PacketPool pool;
  Recorder client_events;
  Recorder server_events;
  std::unique_ptr<Peer> client;
  std::unique_ptr<Peer> server;
  std::string last_offer;
  std::string last_answer;
  /// Sees each datagram that a peer sends; true: it is lost.
  std::function<bool(bool from_client, base::ByteView datagram)> tap;

 private:
  class End;

  std::unique_ptr<End> MakeEnd(bool is_client, const netsim::LinkConditions& conditions,
                               uint64_t seed);
  bool Step(base::Time limit);
  void Deliver();
  bool IsBlocked(const base::SocketAddress& address) const;
  bool WayBackIsForgotten(const base::SocketAddress& address) const;

  base::SeededRandom client_random_;
  base::SeededRandom server_random_;
  dtls::testing::StandInFactory client_stand_in_;
  dtls::testing::StandInFactory server_stand_in_;
  std::unique_ptr<End> client_end_;
  std::unique_ptr<End> server_end_;
  int steps_at_once_ = 0;
  std::vector<std::string> blocked_;
  std::vector<std::pair<base::SocketAddress, base::SocketAddress>> rebound_;
};

/// What the client of most tests offers: audio (0) and video (1) to send, a pair of slots (2, 3).
std::vector<sdp::OfferedSection> CallSections();
/// CallSections() with the video in encodings l, m and h.
std::vector<sdp::OfferedSection> SimulcastSections();

}  // namespace plaza::peer::testing
