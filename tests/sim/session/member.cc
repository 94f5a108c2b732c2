#include "session/member.h"

#include <utility>

#include "dtls/testing/stand_in.h"
#include "rtp/extension_reader.h"
#include "rtp/frame_info.h"
#include "rtp/vp8.h"
#include "signal/codec.h"
#include "signal/codes.h"

namespace plaza::sim {
namespace {

constexpr uint8_t kNetworks = 3;
/// A keyframe's size and an audio packet's length say whose they are.
constexpr uint16_t kWidthStep = 16;
constexpr int64_t kPacketsPerSecond = 50;
constexpr int64_t kShortestAudio = 20;

std::vector<base::SocketAddress> AddressesOf(uint32_t number) {
  std::vector<base::SocketAddress> addresses;
  for (uint8_t network = 0; network < kNetworks; ++network) {
    addresses.push_back({base::IpAddress::V4(10, network, static_cast<uint8_t>(number >> 8),
                                             static_cast<uint8_t>(number)),
                         5000});
  }
  return addresses;
}

}  // namespace

std::string UserOf(uint32_t number) { return "u" + std::to_string(number); }

uint32_t NumberOf(const std::string& user) {
  return user.size() < 2 ? 0 : static_cast<uint32_t>(std::stoul(user.substr(1)));
}

Member::Member(World& world, const MemberOptions& options, std::string user_sig,
               SignalWire::FindDoor find_door, OnPacket on_packet)
    : world_(world),
      options_(options),
      on_packet_(std::move(on_packet)),
      wire_(world, options.up, options.down, world.random.Next64()),
      signalling_(world, options.signalling_delay, std::move(find_door)),
      addresses_(AddressesOf(options.number)),
      participant_(MakeConfig(std::move(user_sig)), world.random, signalling_, *this, *this),
      role_(options.role) {
  signalling_.SetClient(&participant_);
  wire_.SetAddress(addresses_[network_]);
  wire_.SetClient([this](base::ByteView datagram, const base::Path& path, base::Time sent) {
    sent_ = sent;
    base::PacketBuffer buffer = world_.client_pool.Copy(datagram);
    if (buffer && !vanished_) participant_.HandleDatagram(std::move(buffer), path, world_.now());
  });
  world_.Add(*this);
}

Member::~Member() { world_.Remove(*this); }

client::Config Member::MakeConfig(std::string user_sig) {
  client::Config config;
  config.entry.sdk_app_id = 1'400'000'000;
  config.entry.user_id = UserOf(options_.number);
  config.entry.user_sig = std::move(user_sig);
  config.entry.room_id = options_.room;
  config.entry.scene = options_.scene;
  config.entry.role = options_.role;
  config.entry.auto_subscribe = options_.auto_subscribe;
  config.audio =
      client::AudioPattern{.bitrate = base::DataRate::BitsPerSecond(
                               (kShortestAudio + options_.number) * 8 * kPacketsPerSecond)};
  config.video = client::VideoPattern{
      .bitrate = base::DataRate::KilobitsPerSecond(300),
      .frame_rate = 15,
      .width = static_cast<uint16_t>(options_.number * kWidthStep),
      .height = 180,
      .simulcast = options_.simulcast,
  };
  config.pairs = options_.pairs;
  config.addresses = addresses_;
  config.make_dtls = [this] {
    return std::make_unique<dtls::testing::StandInFactory>(options_.number * 1000 +
                                                           ++certificates_);
  };
  config.on_packet = [this](const client::ReceivedPacket& received) { Look(received.packet); };
  return config;
}

// Whose a packet is, by what MakeConfig() made different.
void Member::Look(const rtp::Packet& packet) {
  std::optional<uint32_t> source;
  if (packet.codec == rtp::Codec::kOpus && packet.payload_size > 0) {
    source = static_cast<uint32_t>(static_cast<int64_t>(packet.payload_size) - kShortestAudio);
  } else if (const auto vp8 = rtp::ParseVp8(packet.payload())) {
    const base::ByteView frame = packet.payload().subspan(vp8->size);
    const rtp::FrameInfo info = rtp::ReadFrameInfo(packet);
    // RFC 6386 section 9.1; simulcast encodings are a half and a quarter as wide.
    if (info.keyframe && info.first_packet && frame.size() >= 10) {
      const uint32_t width = frame[6] | (frame[7] & 0x3fu) << 8;
      const uint32_t height = frame[8] | (frame[9] & 0x3fu) << 8;
      source = width * (180 / height) / kWidthStep;
    }
  }
  on_packet_(*this, packet, source, sent_);
}

void Member::Vanish() {
  vanished_ = true;
  wire_.Cut(true);
  signalling_.Refuse(std::chrono::hours(1));
  signalling_.Break(std::chrono::seconds(world_.Below(20)));
}

void Member::SetTrack(signal::MediaKind kind, bool published, bool muted) {
  StateOf(kind) = {published, muted};
  participant_.SetTrack(kind, published, muted, world_.now());
}

void Member::SetRole(signal::Role role) {
  role_ = role;
  if (role == signal::Role::kAudience) audio_.published = video_.published = false;
  participant_.SetRole(role, world_.now());
}

void Member::Move() {
  network_ = (network_ + 1) % addresses_.size();
  wire_.SetAddress(addresses_[network_]);
}

bool Member::sends(signal::MediaKind kind) const {
  const TrackState& state = kind == signal::MediaKind::kAudio ? audio_ : video_;
  return !over() && role_ == signal::Role::kAnchor && state.published && !state.muted;
}

void Member::OnJoined(const signal::Joined& joined) {
  snapshot_ = last_event_ = joined.room.event;
  events_.clear();
}

void Member::OnMessage(const signal::ServerMessage& message) {
  std::visit(
      [&](const auto& body) {
        if constexpr (requires { body.event; }) NoteEvent(body.event, message);
      },
      message);
}

void Member::NoteEvent(const signal::EventNumber& number, const signal::ServerMessage& message) {
  if (!(number > last_event_)) violations_.push_back("an event came twice or late");
  last_event_ = number;
  events_.push_back(signal::Serialize(message));
}

void Member::OnRequestFailed(const signal::Failure& failure) {
  // A worker that is stuck; a publisher that has just become audience.
  const bool expected =
      failure.code == signal::code::kTooManyRequests || failure.code == signal::code::kRoleMayNot;
  if (!expected)
    violations_.push_back("a request failed: " + std::to_string(failure.code) + " " +
                          failure.message);
}

base::Time Member::NextDeadline() const {
  return over() ? base::kNever : participant_.NextDeadline();
}

void Member::HandleTimeout(base::Time now) { participant_.HandleTimeout(now); }

std::span<uint8_t> Member::Begin(const base::Path& path, size_t capacity) {
  path_ = path;
  room_.resize(capacity);
  return room_;
}

void Member::Commit(size_t size) {
  if (size > 0 && !vanished_) wire_.SendUp(base::ByteView(room_).first(size), path_);
}

}  // namespace plaza::sim
