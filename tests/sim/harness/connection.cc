#include "harness/connection.h"

#include <algorithm>
#include <array>
#include <utility>

#include "ice/candidate.h"
#include "rtp/rtcp/reports.h"

namespace plaza::sim {
namespace {

constexpr uint32_t kFeedbackSsrc = 77;
constexpr base::Duration kReportInterval = std::chrono::seconds(1);
constexpr size_t kRtcpBytes = 1200;

}  // namespace

Connection::Connection(World& world, Wire& wire, ConnectionOptions options, OnPacket on_packet)
    : world_(world),
      wire_(wire),
      dtls_(std::move(options.dtls)),
      on_packet_(std::move(on_packet)),
      publisher_(options.publisher, world.client_pool) {
  peer::Config config;
  config.role = peer::Role::kClient;
  config.dtls = dtls_.get();
  config.feedback_ssrc = kFeedbackSsrc;
  uint16_t preference = 65535;
  for (const base::SocketAddress& address : options.addresses)
    config.candidates.push_back(
        ice::HostCandidate(address, base::TransportProtocol::kUdp, preference--));
  rtp::PacketTransportObserver& observer = *this;
  peer::PathObserver& paths = *this;
  base::DatagramSink& sink = *this;
  peer_ = std::make_unique<peer::Peer>(std::move(config), world.random, observer, paths, sink,
                                       world.now());
}

Connection::~Connection() = default;

std::vector<sdp::OfferedSection> Connection::Sections() const {
  std::vector<sdp::OfferedSection> sections = publisher_.Sections();
  for (uint32_t i = 0; i < 2 * pairs_; ++i) {
    const auto kind = i % 2 == 0 ? sdp::MediaKind::kAudio : sdp::MediaKind::kVideo;
    sections.push_back({kind, std::to_string(sections.size()), sdp::Direction::kRecvOnly, {}, {}});
  }
  return sections;
}

std::string Connection::Offer(uint32_t pairs, bool restart_ice) {
  pairs_ = std::max(pairs_, pairs);
  return peer_->Offer(Sections(), world_.now(), restart_ice);
}

base::Status Connection::ApplyAnswer(std::string_view answer) {
  if (auto applied = peer_->ApplyAnswer(answer, world_.now()); !applied) return applied;
  if (!answered_) answered_ = world_.now();
  publisher_.SetSections(peer_->sections());
  Listen();
  return {};
}

// What the server announces on an m-line stays.
void Connection::Listen() {
  for (const sdp::NegotiatedSection& section : peer_->sections()) {
    if (!section.accepted || !sdp::Receives(section.direction) || !section.remote) continue;
    if (!section.remote->ssrc) {
      violations_.push_back("m-line " + section.mid + " has no SSRC");
      continue;
    }
    const bool video = section.kind == sdp::MediaKind::kVideo;
    const uint32_t ssrc = *section.remote->ssrc;
    const auto [stream, added] =
        streams_.try_emplace(section.index, ssrc, video ? 90'000 : 48'000, video, world_.now());
    if (stream->second.ssrc() != ssrc)
      violations_.push_back("m-line " + section.mid + " has another SSRC than before");
  }
}

void Connection::HandleDatagram(base::ByteView datagram, const base::Path& path, base::Time sent) {
  base::PacketBuffer buffer = world_.client_pool.Copy(datagram);
  if (!buffer) return;
  sent_ = sent;
  peer_->HandleDatagram(std::move(buffer), path, world_.now());
}

base::Time Connection::NextDeadline() const {
  base::Time next = peer_->NextDeadline();
  if (dead() || !connected_) return next;
  next = std::min({next, next_report_, publisher_.NextDeadline()});
  for (const auto& [media, stream] : streams_) next = std::min(next, stream.NextDeadline());
  return next;
}

void Connection::HandleTimeout(base::Time now) {
  peer_->HandleTimeout(now);
  if (dead() || !connected_) return;
  publisher_.HandleTimeout(*peer_, now);
  SendFeedback(now);
  if (now >= next_report_) SendReports(now);
}

void Connection::SendFeedback(base::Time now) {
  for (auto& [media, stream] : streams_) {
    if (stream.NextDeadline() > now) continue;
    std::array<uint8_t, kRtcpBytes> room;
    rtp::rtcp::CompoundWriter writer(room);
    stream.HandleTimeout(writer, kFeedbackSsrc, now);
    if (!writer.empty()) peer_->SendRtcp(writer.written());
  }
}

void Connection::SendReports(base::Time now) {
  next_report_ = now + kReportInterval;
  publisher_.WriteReports(*peer_, now);
  std::vector<rtp::rtcp::ReportBlock> blocks;
  for (auto& [media, stream] : streams_) {
    if (const auto rtt = publisher_.rtt()) stream.SetRtt(*rtt);
    if (const auto block = stream.Report(now)) blocks.push_back(*block);
  }
  for (size_t i = 0; i < blocks.size(); i += rtp::rtcp::kMaxReportBlocks) {
    std::array<uint8_t, kRtcpBytes> room;
    rtp::rtcp::CompoundWriter writer(room);
    const size_t count = std::min(blocks.size() - i, rtp::rtcp::kMaxReportBlocks);
    rtp::rtcp::WriteReceiverReport(writer, kFeedbackSsrc, std::span(blocks).subspan(i, count));
    peer_->SendRtcp(writer.written());
  }
}

void Connection::Close(bool goodbye) {
  if (goodbye && !dead()) peer_->Close(world_.now());
  closed_ = std::min(closed_, world_.now());
}

void Connection::OnConnected(base::Time now) {
  connected_ = now;
  next_report_ = now + kReportInterval;
  publisher_.Start(now);
}

void Connection::OnClosed(const std::string&) { closed_ = std::min(closed_, world_.now()); }

void Connection::OnRtp(const rtp::StreamKey& key, const rtp::Packet& packet) {
  const auto stream = streams_.find(key.media);
  if (stream == streams_.end() || stream->second.ssrc() != packet.header.ssrc) {
    violations_.push_back("a packet of SSRC " + std::to_string(packet.header.ssrc) +
                          ", which was not announced");
    return;
  }
  stream->second.OnPacket(packet, sent_);
  on_packet_(key, packet, sent_);
}

void Connection::OnRtcp(base::ByteView compound, base::Time now) {
  rtp::rtcp::CompoundReader reader(compound);
  while (const auto element = reader.Next()) {
    publisher_.OnRtcp(*element, *peer_, now);
    const auto report = rtp::rtcp::ParseSenderReport(*element);
    if (!report) continue;
    for (auto& [media, stream] : streams_)
      if (stream.ssrc() == report->sender_ssrc) stream.OnSenderReport(report->ntp, now);
  }
}

std::span<uint8_t> Connection::Begin(const base::Path& path, size_t capacity) {
  path_ = path;
  room_.resize(capacity);
  return room_;
}

void Connection::Commit(size_t size) {
  if (size > 0) wire_.SendUp(base::ByteView(room_).first(size), path_);
}

}  // namespace plaza::sim
