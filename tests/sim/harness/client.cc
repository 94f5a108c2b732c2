#include "harness/client.h"

#include <utility>

namespace plaza::sim {
namespace {

constexpr size_t kNetworks = 3;
constexpr uint32_t kFramesPerConnection = 1'000'000;

}  // namespace

Client::Client(World& world, ClientOptions options, MakeDtls make_dtls, OnPacket on_packet)
    : audio_published(options.audio_published),
      video_published(options.video_published),
      world_(world),
      options_(std::move(options)),
      make_dtls_(std::move(make_dtls)),
      on_packet_(std::move(on_packet)),
      wire_(world, options_.up, options_.down, world.random.Next64()) {
  wire_.SetClient([this](base::ByteView datagram, const base::Path& path, base::Time sent) {
    connection().HandleDatagram(datagram, path, sent);
  });
  world_.Add(*this);
}

Client::~Client() { world_.Remove(*this); }

// Every connection has a port of its own, on each network that the client could be in.
std::vector<base::SocketAddress> Client::Addresses() const {
  std::vector<base::SocketAddress> addresses;
  for (size_t network = 0; network < kNetworks; ++network) {
    const auto ip = base::IpAddress::V4(10, static_cast<uint8_t>(network),
                                        static_cast<uint8_t>(options_.number >> 8),
                                        static_cast<uint8_t>(options_.number));
    addresses.push_back({ip, static_cast<uint16_t>(5000 + connections_.size())});
  }
  return addresses;
}

void Client::Renew(bool goodbye) {
  if (!connections_.empty()) connection().Close(goodbye);
  ConnectionOptions options;
  const auto index = static_cast<uint32_t>(connections_.size());
  options.publisher.source = options_.number;
  options.publisher.video = options_.video;
  options.publisher.simulcast = options_.simulcast;
  options.publisher.frame_interval = options_.frame_interval;
  options.publisher.first_ssrc = options_.number * 1'000'000 + index * 1000 + 100;
  options.publisher.first_frame = index * kFramesPerConnection;
  // RFC 3711: below 2^15. Some start close to it, so that numbers wrap their sign early.
  options.publisher.first_sequence_number = static_cast<uint16_t>(world_.Below(1 << 15));
  options.addresses = Addresses();
  options.dtls = make_dtls_();
  wire_.SetAddress(options.addresses[network_]);
  auto connection = std::make_unique<Connection>(
      world_, wire_, std::move(options),
      [this, index](const rtp::StreamKey& stream, const rtp::Packet& packet, base::Time sent) {
        on_packet_(*this, index, stream, packet, sent);
      });
  connections_.push_back({std::move(connection), {}});
  SetSending(audio_published && !audio_muted, video_published && !video_muted);
}

void Client::Move() {
  network_ = (network_ + 1) % kNetworks;
  auto addresses = Addresses();
  addresses[network_].port -= 1;  // of the present connection, not the next
  wire_.SetAddress(addresses[network_]);
}

void Client::SetSending(bool audio, bool video) {
  connection().publisher().SetSending(audio, video);
}

std::vector<room::SentTrack> Client::Tracks() const {
  room::SentTrack audio{
      kAudioMid, room::MediaKind::kAudio, room::StreamType::kMain, audio_published, audio_muted,
      {}};
  room::SentTrack video{
      kVideoMid, room::MediaKind::kVideo, room::StreamType::kMain, video_published, video_muted,
      {}};
  for (size_t i = 0; i < kLayerSizes.size(); ++i) {
    if (options_.simulcast)
      video.layers.push_back({kRids[i], kLayerSizes[i].width, kLayerSizes[i].height});
  }
  if (!options_.simulcast)
    video.layers.push_back({"", kLayerSizes[1].width, kLayerSizes[1].height});
  return {audio, video};
}

base::Time Client::NextDeadline() const {
  if (gone || connections_.empty()) return base::kNever;
  return connections_.back().connection->NextDeadline();
}

void Client::HandleTimeout(base::Time now) { connection().HandleTimeout(now); }

}  // namespace plaza::sim
