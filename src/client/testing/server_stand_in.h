// A server of one participant, in memory: the other end of its signalling and of its connection.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/packet_buffer.h"
#include "base/random.h"
#include "base/time.h"
#include "client/participant.h"
#include "dtls/testing/stand_in.h"
#include "netsim/link.h"
#include "peer/peer.h"
#include "signal/channel.h"
#include "signal/codec.h"

namespace plaza::client::testing {

struct StandInOptions {
  Config config;  ///< of the participant; addresses and DTLS are filled in
  netsim::LinkConditions up{};
  netsim::LinkConditions down{};
  uint64_t seed = 1;
};

/// What the participant told its owner.
struct Told {
  int joined = 0;
  int resumed = 0;
  int media_connected = 0;
  std::vector<signal::ServerMessage> messages;
  std::vector<signal::Failure> failures;
  std::optional<End> end;
};

class ServerStandIn final : private SignalSocket,
                            private ParticipantObserver,
                            private rtp::PacketTransportObserver,
                            private peer::PathObserver {
 public:
  explicit ServerStandIn(StandInOptions options);
  ~ServerStandIn() override;

  /// Moves text, datagrams and time on.
  void Run(base::Duration span);
  bool RunUntil(const std::function<bool()>& done, base::Duration limit = std::chrono::seconds(10));
  /// Enters and runs until media flows.
  bool Connect();

  // The socket.
  /// The socket breaks; new ones can't be opened until Heal().
  void Cut(int code = 1006);
  void Heal() { reachable_ = true; }
  /// As the server would close it.
  void CloseSocket(int code);

  // The server.
  /// A numbered message.
  void Say(const signal::ServerMessage& message);
  /// Any frame.
  void SayRaw(std::string text);
  /// The session is forgotten: a `resume` is answered with -120005.
  void ForgetSession();
  /// From now on nothing passes between the two peers, or does again.
  void CutMedia(bool cut) { media_cut_ = cut; }
  bool deaf = false;  ///< the server hears nothing on its socket, and says nothing
  /// Called when a join has come, before it is answered.
  std::function<void()> on_join;
  /// Answers the next join, or the next request of any kind, with this.
  std::optional<signal::Failure> join_failure;
  std::optional<signal::Failure> request_failure;
  uint32_t needed_pairs = 0;  ///< what `joined` says; 0: what the offer has

  peer::Peer& peer() { return *peer_; }
  /// Requests of this type that came, in order.
  template <typename T>
  std::vector<T> Requests() const {
    std::vector<T> found;
    for (const signal::ClientMessage& request : requests)
      if (const auto* one = std::get_if<T>(&request)) found.push_back(*one);
    return found;
  }

  base::Time now() const { return clock.Now(); }

  base::FakeClock clock;
  base::PacketPool pool;
  std::unique_ptr<Participant> participant;
  Told told;
  std::vector<signal::ClientMessage> requests;  ///< joins and resumes, too
  std::vector<std::pair<rtp::StreamKey, rtp::Packet>> rtp;
  std::vector<base::Bytes> rtcp;
  std::vector<base::Time> opened;  ///< when sockets were asked for
  std::vector<int> closed;         ///< codes with which the participant closed sockets
  /// Sees each datagram of the server; true: it is lost.
  std::function<bool(base::ByteView datagram)> down_tap;

 private:
  class Way;

  // SignalSocket
  void Open() override;
  void Send(std::string text) override;
  void Close(int code) override;
  // ParticipantObserver
  void OnJoined(const signal::Joined&) override { ++told.joined; }
  void OnResumed() override { ++told.resumed; }
  void OnMessage(const signal::ServerMessage& message) override {
    told.messages.push_back(message);
  }
  void OnRequestFailed(const signal::Failure& failure) override {
    told.failures.push_back(failure);
  }
  void OnMediaConnected() override { ++told.media_connected; }
  void OnEnded(const End& end) override { told.end = end; }
  // rtp::PacketTransportObserver, of the server's peer
  void OnConnected(base::Time) override {}
  void OnClosed(const std::string&) override {}
  void OnRtp(const rtp::StreamKey& stream, const rtp::Packet& packet) override {
    rtp.emplace_back(stream, packet);
  }
  void OnRtcp(base::ByteView compound, base::Time) override {
    rtcp.emplace_back(compound.begin(), compound.end());
  }
  void OnTargetRate(base::DataRate, base::Time) override {}
  // peer::PathObserver
  void OnPathAdded(const base::Path&) override {}
  void OnPathRemoved(const base::Path&) override {}

  bool Step(base::Time limit);
  void DeliverText();
  void DeliverDatagrams();
  void OnClientFrame(const std::string& text);
  void OnJoin(const signal::Join& join);
  void OnResume(const signal::Resume& resume);
  void OnRequest(uint64_t seq, const signal::ClientMessage& request);
  std::string Accept(const std::string& offer, bool fresh);
  std::vector<signal::SlotLines> Lines() const;
  void Drain();

  uint64_t seed_;
  base::SeededRandom client_random_;
  base::SeededRandom server_random_;
  uint64_t certificates_ = 0;
  dtls::testing::StandInFactory server_dtls_;
  std::unique_ptr<Way> up_;
  std::unique_ptr<Way> down_;
  std::unique_ptr<peer::Peer> peer_;
  std::optional<signal::Channel> channel_;
  std::string fingerprint_;  // of the client's present connection
  int sessions_ = 0;
  bool reachable_ = true;
  bool media_cut_ = false;
  bool open_ = false;
  enum class Event : uint8_t { kOpened, kClosed, kToClient, kToServer };
  struct Queued {
    Event event;
    std::string text;
    int code = 0;
  };
  std::deque<Queued> queue_;
};

}  // namespace plaza::client::testing
