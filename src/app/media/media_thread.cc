#include "app/media/media_thread.h"

#include <pthread.h>

#include <algorithm>
#include <thread>

#include "app/media/announced_addresses.h"
#include "app/media/media_node.h"
#include "app/media/worker_link.h"
#include "app/media/worker_sockets.h"
#include "dtls/certificate.h"
#include "dtls/context.h"

namespace plaza::app {
namespace {

constexpr base::Duration kMetricsEvery = std::chrono::seconds(1);

sdp::Capabilities CapabilitiesFor(const Config& config) {
  sdp::Capabilities capabilities = sdp::DefaultCapabilities();
  capabilities.start_bitrate_kbps = 1000;
  if (config.rtc_video_codec == "vp8") sdp::PreferVideoCodec(capabilities, "VP8");
  if (config.rtc_video_codec == "h264") sdp::PreferVideoCodec(capabilities, "H264");
  return capabilities;
}

}  // namespace

/// What lives on the thread. `loop` may be posted to from anywhere; all else is the thread's own
/// after Start().
class MediaThread::Body final : private NodeEvents, private net::FramedTcp::Owner {
 public:
  Body(size_t index, net::EventLoop& control, base::Metrics& metrics)
      : index_(index), control_(control), metrics_(metrics) {}

  base::Status Bind(std::span<const base::SocketAddress> addresses,
                    const net::FramedTcpOptions& tcp) {
    auto sockets = WorkerSockets::Open(loop_, addresses, pool_, *this, tcp);
    if (!sockets.ok()) return std::move(sockets).error();
    sockets_ = std::move(*sockets);
    return {};
  }

  /// `dtls` is shared by all workers.
  void MakeNode(std::shared_ptr<dtls::Context> dtls, NodeConfig config) {
    dtls_ = std::move(dtls);
    config.dtls = dtls_.get();
    NodeEvents& events = *this;
    node_.emplace(std::move(config), events, random_, *sockets_);
  }

  /// Both directions between this worker and another; before either starts.
  void LinkTo(Body& other, base::Counter& dropped) {
    auto link = std::make_unique<WorkerLink>([&other] { other.loop_.Post([] {}); }, dropped);
    other.incoming_.push_back({sfu::LinkId(static_cast<uint32_t>(index_)), link.get()});
    node_->graph().AddLink(sfu::LinkId(static_cast<uint32_t>(other.index_)), *link);
    outgoing_.push_back(std::move(link));
  }

  void Start(WorkerEvents* events) {
    events_ = events;
    thread_ = std::thread([this] { Run(); });
  }

  void End() {
    loop_.Stop();
    if (thread_.joinable()) thread_.join();
  }

  net::EventLoop& loop() { return loop_; }
  MediaNode& node() { return *node_; }
  std::vector<base::SocketAddress> local() const { return sockets_->local(); }

  /// Runs `report` on the control thread.
  template <typename Report>
  void Tell(Report report) {
    control_.Post(std::move(report));
  }

 private:
  void Run() {
    pthread_setname_np(pthread_self(), ("media-" + std::to_string(index_)).c_str());
    const net::TurnEndHook hook = loop_.OnTurnEnd([this] { EndTurn(); });
    metrics_timer_.Set(loop_.Now() + kMetricsEvery);
    loop_.Run();
  }

  void OnDatagrams(std::span<net::ReceivedDatagram> batch) override {
    for (net::ReceivedDatagram& datagram : batch)
      node_->OnDatagram(std::move(datagram.buffer), datagram.path, datagram.arrival);
  }
  bool Admit(base::ByteView first_frame) override { return node_->BeginsPath(first_frame); }
  void OnConnectionClosed(const base::Path& path) override { node_->RemovePath(path, loop_.Now()); }
  void OnPathAdded(const base::Path& path) override { sockets_->Keep(path); }
  void OnPathRemoved(const base::Path& path) override { sockets_->Drop(path); }

  void EndTurn() {
    const base::Time now = loop_.Now();
    for (auto& [link, incoming] : incoming_) incoming->Deliver(node_->graph(), link, now);
    node_->HandleTimeout(now);
    for (const auto& link : outgoing_) link->Flush();
    timer_.Set(node_->NextDeadline());
  }

  void OnPeerConnected(sfu::PeerId peer) override {
    Tell([events = events_, peer] { events->OnPeerConnected(peer); });
  }
  void OnPeerFailed(sfu::PeerId peer, const std::string& reason) override {
    Tell([events = events_, peer, reason] { events->OnPeerFailed(peer, reason); });
  }
  void OnTrackStalled(const sfu::TrackId& track, bool stalled) override {
    Tell([events = events_, track, stalled] { events->OnTrackStalled(track, stalled); });
  }
  void OnSpeakers(sfu::GroupId group, std::span<const sfu::Speaker> speakers) override {
    Tell([events = events_, index = index_, group,
          list = std::vector(speakers.begin(), speakers.end())] {
      events->OnSpeakers(index, group, list);
    });
  }

  void PublishMetrics() {
    const auto set = [this](const char* name, const char* help, uint64_t value) {
      metrics_.GetGauge(name, help, {{"worker", std::to_string(index_)}})
          .Set(static_cast<int64_t>(value));
    };
    const WorkerSocketCounters sockets = sockets_->counters();
    const net::UdpCounters& udp = sockets.udp;
    set("plaza_udp_received_packets", "Datagrams received since the start.", udp.received_packets);
    set("plaza_udp_sent_packets", "Datagrams sent since the start.", udp.sent_packets);
    set("plaza_udp_dropped", "Datagrams dropped in or out since the start.",
        udp.dropped_oversized + udp.dropped_no_buffer + udp.dropped_batch_full +
            udp.dropped_send_error);
    const net::FramedTcpCounters& tcp = sockets.tcp;
    set("plaza_tcp_connections", "Open TCP connections for media.", sockets.tcp_connections);
    set("plaza_tcp_received_frames", "Datagrams received over TCP since the start.",
        tcp.received_packets);
    set("plaza_tcp_sent_frames", "Datagrams sent over TCP since the start.", tcp.sent_packets);
    set("plaza_tcp_dropped", "Datagrams dropped before slow TCP readers since the start.",
        tcp.dropped_queue_full);
    set("plaza_tcp_refused", "TCP connections refused or closed by a limit since the start.",
        tcp.refused_full + tcp.closed_stranger + tcp.closed_unproven + tcp.closed_idle +
            tcp.closed_malformed);
    const NodeCounters& node = node_->counters();
    set("plaza_rtc_dropped_unknown", "Datagrams for no peer since the start.",
        node.dropped_unknown_path + node.dropped_unknown_ufrag);
    const peer::Counters peers = node_->PeerCounters();
    set("plaza_rtc_rtp_received", "RTP packets received since the start.", peers.rtp_received);
    set("plaza_rtc_rtp_sent", "RTP packets sent since the start.", peers.rtp_sent);
    set("plaza_rtc_dropped_hostile",
        "Packets dropped as malformed, forged, replayed or unexpected since the start.",
        peers.dropped_unknown + peers.dropped_auth + peers.dropped_replayed +
            peers.dropped_malformed + peers.dropped_streams + peers.dropped_unknown_stream +
            peers.dropped_unknown_payload + peers.dropped_path);
    set("plaza_rtc_peers", "WebRTC peers of this worker.", node_->peer_count());
    metrics_timer_.Set(loop_.Now() + kMetricsEvery);
  }

  const size_t index_;
  net::EventLoop& control_;
  base::Metrics& metrics_;
  WorkerEvents* events_ = nullptr;
  base::SystemRandom random_;
  std::shared_ptr<dtls::Context> dtls_;
  base::PacketPool pool_;
  net::EventLoop loop_;
  std::unique_ptr<WorkerSockets> sockets_;
  std::vector<std::unique_ptr<WorkerLink>> outgoing_;
  std::vector<std::pair<sfu::LinkId, WorkerLink*>> incoming_;
  std::optional<MediaNode> node_;
  net::Timer timer_{loop_, [] {}};  // only wakes the loop: the turn's end does the work
  net::Timer metrics_timer_{loop_, [this] { PublishMetrics(); }};
  std::thread thread_;
};

MediaThread::MediaThread(std::unique_ptr<Body> body) : body_(std::move(body)) {}

MediaThread::~MediaThread() { End(); }

void MediaThread::Start(WorkerEvents* events) { body_->Start(events); }

void MediaThread::End() { body_->End(); }

std::vector<base::SocketAddress> MediaThread::local() const { return body_->local(); }

void MediaThread::Offer(sfu::PeerId peer, sfu::GroupId group, std::string sdp, OfferDone done) {
  body_->loop().Post(
      [body = body_.get(), peer, group, sdp = std::move(sdp), done = std::move(done)] {
        auto result = body->node().Offer(peer, group, sdp, body->loop().Now());
        body->Tell([done, result = std::move(result)]() mutable { done(std::move(result)); });
      });
}

void MediaThread::ClosePeer(sfu::PeerId peer) {
  body_->loop().Post(
      [body = body_.get(), peer] { body->node().ClosePeer(peer, body->loop().Now()); });
}

void MediaThread::SetTrack(sfu::TrackId track, std::string mid, sfu::TrackInfo info) {
  body_->loop().Post([body = body_.get(), track, mid = std::move(mid), info = std::move(info)] {
    body->node().SetTrack(track, mid, info, body->loop().Now());
  });
}

void MediaThread::SetRemoteTrack(sfu::TrackId track, sfu::GroupId group, sfu::LinkId home,
                                 sfu::TrackInfo info) {
  body_->loop().Post([body = body_.get(), track, group, home, info = std::move(info)] {
    body->node().SetRemoteTrack(track, group, home, info, body->loop().Now());
  });
}

void MediaThread::RemoveTrack(sfu::TrackId track) {
  body_->loop().Post(
      [body = body_.get(), track] { body->node().RemoveTrack(track, body->loop().Now()); });
}

void MediaThread::Assign(sfu::PeerId peer, uint32_t slot, std::optional<sfu::SlotContent> content) {
  body_->loop().Post([body = body_.get(), peer, slot, content = std::move(content)] {
    body->node().Assign(peer, slot, content, body->loop().Now());
  });
}

base::Result<std::vector<std::unique_ptr<MediaThread>>> MakeMediaThreads(const Config& config,
                                                                         net::EventLoop& control,
                                                                         base::Metrics& metrics) {
  const auto certificate = dtls::Certificate::Generate(control.clock().WallNow());
  if (!certificate.ok()) return certificate.error();
  auto made = dtls::Context::Create(*certificate);
  if (!made.ok()) return std::move(made).error();
  const std::shared_ptr<dtls::Context> context = std::move(*made);

  std::vector<base::IpAddress> announce;
  for (const std::string& text : config.rtc_announce)
    announce.push_back(*base::IpAddress::Parse(text));
  net::FramedTcpOptions tcp;
  tcp.max_connections = static_cast<size_t>(config.rtc_tcp_connections);
  const int64_t workers = RtcWorkers(config);
  const base::Calendar calendar(control.clock());
  std::vector<std::unique_ptr<MediaThread::Body>> bodies;
  for (int64_t index = 0; index < workers; ++index) {
    std::vector<base::SocketAddress> listen = RtcAddresses(config);
    for (base::SocketAddress& address : listen)
      if (address.port != 0) address.port = static_cast<uint16_t>(address.port + index);
    auto body = std::make_unique<MediaThread::Body>(static_cast<size_t>(index), control, metrics);
    if (auto status = body->Bind(listen, tcp); !status.ok()) {
      base::Error error = std::move(status).error();
      error.field = "rtc.listen";
      return error;
    }
    auto announced = AnnouncedAddresses(body->local(), announce);
    if (!announced.ok()) return std::move(announced).error();
    body->MakeNode(context, {nullptr, CapabilitiesFor(config), std::move(*announced), calendar,
                             tcp.max_connections > 0});
    bodies.push_back(std::move(body));
  }
  auto& dropped = metrics.GetCounter("plaza_relay_dropped_total",
                                     "Messages between workers lost because one was stuck.");
  for (const auto& from : bodies) {
    for (const auto& to : bodies) {
      if (from != to) from->LinkTo(*to, dropped);
    }
  }
  std::vector<std::unique_ptr<MediaThread>> threads;
  for (auto& body : bodies) threads.push_back(std::make_unique<MediaThread>(std::move(body)));
  return threads;
}

}  // namespace plaza::app
