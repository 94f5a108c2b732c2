// A peer, and what hears and feeds it.
#include "client/internal/connection.h"

#include <algorithm>
#include <utility>

#include "rtp/rtcp/reports.h"

namespace plaza::client::internal {
namespace {

peer::Config PeerConfig(const Config& config, dtls::TransportFactory& dtls, uint32_t feedback) {
  peer::Config peer;
  peer.role = peer::Role::kClient;
  peer.dtls = &dtls;
  peer.feedback_ssrc = feedback;
  uint16_t preference = 65535;
  for (const base::SocketAddress& address : config.addresses) {
    peer.candidates.push_back(
        ice::HostCandidate(address, base::TransportProtocol::kUdp, preference--));
  }
  return peer;
}

}  // namespace

Connection::Connection(const Config& config, base::Random& random, base::DatagramSink& sink,
                       Tallies& tallies, base::Time now)
    : config_(config),
      dtls_(config.make_dtls()),
      feedback_ssrc_(random.Next32() | 1),
      peer_(PeerConfig(config, *dtls_, feedback_ssrc_), random, *this, *this, sink, now),
      publisher_(config, random, tallies.sent),
      receiver_(config, tallies.received) {}

Connection::~Connection() { receiver_.Flush(); }

std::vector<sdp::OfferedSection> Connection::Sections() const {
  std::vector<sdp::OfferedSection> sections = publisher_.Sections();
  for (uint32_t pair = 0; pair < pairs_; ++pair) {
    for (const auto kind : {sdp::MediaKind::kAudio, sdp::MediaKind::kVideo}) {
      sdp::OfferedSection section;
      section.kind = kind;
      section.mid = std::to_string(sections.size());
      section.direction = sdp::Direction::kRecvOnly;
      sections.push_back(std::move(section));
    }
  }
  return sections;
}

std::string Connection::Offer(uint32_t pairs, bool restart_ice, base::Time now) {
  pairs_ = std::max(pairs_, pairs);
  return peer_.Offer(Sections(), now, restart_ice);
}

base::Status Connection::ApplyAnswer(std::string_view answer,
                                     const std::vector<signal::SlotLines>& lines, base::Time now) {
  if (auto applied = peer_.ApplyAnswer(answer, now); !applied) return applied;
  publisher_.SetSections(peer_.sections());
  receiver_.SetSections(peer_.sections());
  receiver_.SetLines(lines);
  return {};
}

void Connection::HandleDatagram(base::PacketBuffer datagram, const base::Path& path,
                                base::Time now) {
  peer_.HandleDatagram(std::move(datagram), path, now);
}

base::Time Connection::NextDeadline() const {
  const base::Time peer = peer_.NextDeadline();
  if (!connected()) return peer;
  return std::min({peer, next_report_, publisher_.NextDeadline(), receiver_.NextDeadline()});
}

void Connection::HandleTimeout(base::Time now) {
  peer_.HandleTimeout(now);
  if (!connected()) return;
  publisher_.Send(peer_, now);
  if (now >= receiver_.NextDeadline()) {
    RtcpSender sender(peer_, feedback_ssrc_);
    receiver_.WriteFeedback(sender, now);
  }
  if (now >= next_report_) SendReports(now);
}

void Connection::SendReports(base::Time now) {
  next_report_ = now + kReportInterval;
  if (const auto rtt = publisher_.rtt()) receiver_.SetRtt(*rtt);
  RtcpSender sender(peer_, feedback_ssrc_);
  publisher_.WriteReports(sender, now);
  receiver_.WriteReports(sender, now);
}

bool Connection::lost_path() const {
  return !dead_ && peer_.connected() && peer_.ice_state() != ice::AgentState::kConnected;
}

void Connection::OnConnected(base::Time now) {
  next_report_ = now + kReportInterval;
  publisher_.Start(now);
}

void Connection::OnClosed(const std::string&) { dead_ = true; }

void Connection::OnRtp(const rtp::StreamKey& stream, const rtp::Packet& packet) {
  receiver_.OnPacket(stream, packet);
}

void Connection::OnRtcp(base::ByteView compound, base::Time now) {
  rtp::rtcp::CompoundReader reader(compound);
  while (const auto element = reader.Next()) {
    if (const auto report = rtp::rtcp::ParseSenderReport(*element))
      receiver_.OnSenderReport(report->sender_ssrc, report->ntp, now);
    publisher_.OnRtcp(*element, peer_, now);
  }
}

void Connection::OnTargetRate(base::DataRate rate, base::Time) { target_ = rate; }

}  // namespace plaza::client::internal
