#include "peer/peer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "peer/internal/bandwidth.h"
#include "peer/internal/data_channels.h"
#include "peer/internal/negotiator.h"
#include "peer/internal/secure_transport.h"
#include "peer/internal/stream_demux.h"
#include "rtp/rtx.h"

namespace plaza::peer {
namespace {

constexpr size_t kMaxFeedbackBytes = 1200;
constexpr size_t kUdpHeaderBytes = 28;
/// An original sequence number and the longest rewritten payload descriptor fit well.
constexpr size_t kMaxPrefix = 64;

Config Completed(Config config) {
  config.capabilities.data = config.channels != nullptr;
  return config;
}

}  // namespace

// The parts, and what flows between them.
struct Peer::Parts final : internal::SecureTransportObserver {
  Parts(Config described, base::Random& random, rtp::PacketTransportObserver& hears,
        PathObserver& paths, base::DatagramSink& sink, base::Time now)
      : config(Completed(std::move(described))),
        observer(hears),
        negotiator(config.capabilities, random.Next64() >> 1),  // RFC 8829: 63 bits
        transport(config, random, *this, paths, sink, counters, now),
        channels(config, random, transport),
        bandwidth(config.feedback_ssrc) {}

  /// Makes it what is agreed. On an Error nothing has changed.
  base::Status Agree(sdp::Negotiated negotiated, const ice::Credentials& local, base::Time now);
  void SendFeedback(base::Time now);
  void CountDrop(internal::DemuxError error);

  // internal::SecureTransportObserver
  void OnTransportConnected(base::Time now) override {
    observer.OnConnected(now);
    channels.OnConnected(now);
  }
  void OnTransportClosed(const std::string& reason) override { observer.OnClosed(reason); }
  void OnOpenedRtp(base::PacketBuffer buffer, base::Time now) override;
  void OnOpenedRtcp(base::ByteView compound, base::Time now) override;
  void OnData(base::ByteView packet, base::Time now) override {
    channels.HandlePacket(packet, now);
  }

  const Config config;
  rtp::PacketTransportObserver& observer;
  Counters counters;
  internal::Negotiator negotiator;
  internal::SecureTransport transport;
  internal::DataChannels channels;
  internal::StreamDemux demux;
  internal::Bandwidth bandwidth;
  std::optional<ice::Credentials> offered_credentials;  // client: of the offer without answer
};

base::Status Peer::Parts::Agree(sdp::Negotiated negotiated, const ice::Credentials& local,
                                base::Time now) {
  if (auto applied = transport.Apply(negotiated.remote, local, now); !applied) return applied;
  negotiator.Commit(std::move(negotiated));
  demux.Update(negotiator.sections(), negotiator.extensions());
  channels.Update(negotiator.sections(), now);
  return {};
}

void Peer::Parts::OnOpenedRtp(base::PacketBuffer buffer, base::Time now) {
  auto packet = rtp::ParsePacket(std::move(buffer), now);
  if (!packet) {
    ++counters.dropped_malformed;
    return;
  }
  bandwidth.OnPacket(*packet, negotiator.extensions());
  internal::DemuxError error{};
  const auto match = demux.Find(*packet, error);
  if (!match) return CountDrop(error);
  ++counters.rtp_received;
  if (match->rtx) {
    ++counters.rtx_received;
    packet = rtp::UnwrapRtx(*packet, match->original_ssrc, match->original_payload_type);
    if (!packet) {
      ++counters.padding_received;
      return;
    }
  }
  packet->codec = match->codec;
  observer.OnRtp(match->key, *packet);
}

void Peer::Parts::CountDrop(internal::DemuxError error) {
  ++(error == internal::DemuxError::kUnknownStream ? counters.dropped_unknown_stream
                                                   : counters.dropped_unknown_payload);
}

void Peer::Parts::OnOpenedRtcp(base::ByteView compound, base::Time now) {
  if (const auto target = bandwidth.OnRtcp(compound, now)) observer.OnTargetRate(*target, now);
  observer.OnRtcp(compound, now);
}

void Peer::Parts::SendFeedback(base::Time now) {
  std::array<uint8_t, kMaxFeedbackBytes> room;
  for (base::ByteView due = bandwidth.BuildFeedback(room, now); !due.empty();
       due = bandwidth.BuildFeedback(room, now))
    transport.SendRtcp(due);
}

Peer::Peer(Config config, base::Random& random, rtp::PacketTransportObserver& observer,
           PathObserver& paths, base::DatagramSink& sink, base::Time now)
    : parts_(std::make_unique<Parts>(std::move(config), random, observer, paths, sink, now)) {}

Peer::~Peer() = default;

base::Result<std::string> Peer::Accept(std::string_view text, const sdp::StreamSource& streams,
                                       base::Time now) {
  const auto offer = sdp::Parse(text);
  if (!offer) return offer.error();
  const auto remote = sdp::ReadTransport(*offer);
  if (!remote) return remote.error();
  const auto credentials = parts_->transport.CredentialsFor(*remote);
  if (!credentials) return credentials.error();
  auto answer =
      parts_->negotiator.Answer(*offer, parts_->transport.Describe(*credentials), streams);
  if (!answer) return answer.error();
  if (auto agreed = parts_->Agree(std::move(answer->negotiated), *credentials, now); !agreed)
    return agreed.error();
  return parts_->negotiator.Write(std::move(answer->description));
}

std::string Peer::Offer(std::vector<sdp::OfferedSection> sections, base::Time, bool restart_ice) {
  auto& transport = parts_->transport;
  parts_->offered_credentials =
      restart_ice ? transport.FreshCredentials() : transport.agent().local_credentials();
  return parts_->negotiator.Offer(std::move(sections),
                                  transport.Describe(*parts_->offered_credentials));
}

base::Status Peer::ApplyAnswer(std::string_view answer, base::Time now) {
  if (!parts_->offered_credentials)
    return base::Error{base::ErrorKind::kFailedPrecondition, "no offer waits for an answer", "sdp",
                       0};
  auto negotiated = parts_->negotiator.ReadAnswer(answer);
  if (!negotiated) return negotiated.error();
  if (auto known = parts_->transport.CredentialsFor(negotiated->remote); !known)
    return known.error();
  auto agreed = parts_->Agree(std::move(*negotiated), *parts_->offered_credentials, now);
  if (agreed) parts_->offered_credentials.reset();
  return agreed;
}

base::Result<sctp::ChannelId> Peer::OpenChannel(const sctp::ChannelConfig& config, base::Time now) {
  return parts_->channels.Open(config, now);
}

base::Status Peer::SendMessage(sctp::ChannelId channel, sctp::MessageKind kind,
                               base::ByteView message, base::Time now) {
  return parts_->channels.Send(channel, kind, message, now);
}

size_t Peer::BufferedAmount(sctp::ChannelId channel) const {
  return parts_->channels.BufferedAmount(channel);
}

void Peer::CloseChannel(sctp::ChannelId channel, base::Time now) {
  parts_->channels.Close(channel, now);
}

void Peer::HandleDatagram(base::PacketBuffer datagram, const base::Path& path, base::Time now) {
  parts_->transport.HandleDatagram(std::move(datagram), path, now);
}

void Peer::RemovePath(const base::Path& path, base::Time now) {
  parts_->transport.RemovePath(path, now);
}

bool Peer::Receives(uint32_t ssrc) const { return parts_->demux.Knows(ssrc); }

void Peer::AskPath(const base::Path& path, base::Time now) { parts_->transport.AskPath(path, now); }

base::Time Peer::NextDeadline() const {
  if (!connected()) return parts_->transport.NextDeadline();
  return std::min({parts_->transport.NextDeadline(), parts_->bandwidth.NextDeadline(),
                   parts_->channels.NextDeadline()});
}

void Peer::HandleTimeout(base::Time now) {
  parts_->transport.HandleTimeout(now);
  if (!connected()) return;
  parts_->SendFeedback(now);
  parts_->channels.HandleTimeout(now);
}

void Peer::Close(base::Time now) { parts_->transport.Close(now); }

const rtp::ExtensionMap& Peer::extensions() const { return parts_->negotiator.extensions(); }

void Peer::SendRtp(const rtp::OutgoingRtp& packet, base::Time now) {
  std::array<uint8_t, kMaxPrefix> room;
  base::ByteWriter prefix(room);
  if (packet.original_sequence_number) prefix.U16(*packet.original_sequence_number);
  prefix.Write(packet.payload_prefix);
  if (!prefix.ok()) {
    ++parts_->counters.send_dropped_protect;
    return;
  }
  parts_->bandwidth.Stamp(packet, now);
  const size_t size = parts_->transport.SendRtp(packet.header, prefix.written(), packet.payload);
  if (size > 0) parts_->bandwidth.OnSent(packet, size + kUdpHeaderBytes, now);
}

void Peer::SendRtcp(base::ByteView compound) { parts_->transport.SendRtcp(compound); }

const std::string& Peer::local_ufrag() const {
  return parts_->transport.agent().local_credentials().ufrag;
}

std::span<const sdp::NegotiatedSection> Peer::sections() const {
  return parts_->negotiator.sections();
}

bool Peer::connected() const { return parts_->transport.connected(); }

ice::AgentState Peer::ice_state() const { return parts_->transport.agent().state(); }

const ice::AgentStats& Peer::ice_stats() const { return parts_->transport.agent().stats(); }

const base::Path* Peer::selected_path() const { return parts_->transport.agent().selected_path(); }

Counters Peer::counters() const { return parts_->counters; }

sctp::Stats Peer::data_stats() const { return parts_->channels.stats(); }

rtp::Codec CodecOf(const sdp::NegotiatedCodec& codec) { return internal::CodecByName(codec.name); }

}  // namespace plaza::peer
