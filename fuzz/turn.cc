// What clients send to a TURN server: nothing breaks, nothing is relayed but by who knows the
// password, and nothing to an address that is not ours.
//
// The input is a row of messages, each behind a byte that says what to do with it (see Act) and two
// of length. What the fuzzer can't guess is filled in where the act says so: the credentials with a
// fresh nonce, integrity and fingerprint. As a whole it is also read as a stream.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/packet_buffer.h"
#include "ice/stun_writer.h"
#include "turn/credentials.h"
#include "turn/message.h"
#include "turn/server.h"
#include "turn/stream_reader.h"

namespace {

using namespace plaza;

enum Act : uint8_t {
  kSign = 1,
  kOtherClient = 2,
  kPassTime = 4,
  kAnswer = 8,  // a datagram of a peer to the last relayed address
  kUdp = 16,
};

const char kSecret[] = "secret";
const base::SocketAddress kPeer = *base::SocketAddress::Parse("192.0.2.1:7000");
const base::SocketAddress kClient = *base::SocketAddress::Parse("203.0.113.9:4000");

void Check(bool holds) {
  if (!holds) std::abort();
}

class World final : public turn::ServerObserver, public base::DatagramSink {
 public:
  World() : server_(Config(), random_, *this, *this) {}

  void Do(uint8_t act, base::ByteView input) {
    if ((act & kPassTime) != 0) now_ += std::chrono::minutes(4);
    server_.HandleTimeout(now_);
    base::Path client{kPeer, kClient, base::TransportProtocol::kTcp};
    if ((act & kUdp) != 0) client.protocol = base::TransportProtocol::kUdp;
    if ((act & kOtherClient) != 0) ++client.remote.port;
    if ((act & kAnswer) != 0) {
      server_.SendToClient({kPeer, relayed_, base::TransportProtocol::kRelayed}, input, now_);
      return;
    }
    signed_ = signed_ || (act & kSign) != 0;
    const base::Bytes message =
        (act & kSign) != 0 ? Sign(input, client) : base::Bytes(input.begin(), input.end());
    server_.HandleMessage(message, client, now_, base::WallTime(now_.time_since_epoch()));
    Check(server_.allocation_count() <= 2);
  }

  void OnRelayed(const base::Path& path, base::ByteView data) override {
    Check(signed_ && path.local == kPeer && !data.empty());
  }
  void OnPathEnded(const base::Path& path) override { Check(path.local == kPeer); }
  std::span<uint8_t> Begin(const base::Path&, size_t capacity) override {
    Check(capacity <= room_.size());
    return std::span(room_).first(capacity);
  }
  void Commit(size_t size) override {
    Check(size <= room_.size());
    sent_.assign(room_.begin(), room_.begin() + static_cast<ptrdiff_t>(size));
    ice::StunAttributes attributes(sent_);
    if (!ice::IsStun(sent_)) return;
    while (attributes.Next()) {
      if (attributes.type() == ice::StunAttribute::kNonce)
        nonce_ = base::AsText(attributes.value());
      if (attributes.type() == ice::StunAttribute::kXorRelayedAddress)
        relayed_ = *ice::ReadXorAddress(attributes.value(), sent_);
    }
    Check(attributes.ok());
  }

 private:
  static turn::ServerConfig Config() {
    turn::ServerConfig config;
    config.secret = kSecret;
    config.peers = {kPeer};
    config.max_allocations = 2;
    return config;
  }

  /// The attributes of `input` with its method, then credentials, integrity and fingerprint.
  base::Bytes Sign(base::ByteView input, const base::Path& client) {
    base::Bytes challenge(100);
    ice::StunWriter asking(challenge, ice::StunClass::kRequest, {}, turn::kRefresh);
    challenge.resize(asking.Finish(""));
    server_.HandleMessage(challenge, client, now_, base::WallTime(now_.time_since_epoch()));
    const uint16_t method = input.empty() ? 0 : input[0] & 0xf;
    base::Bytes message(1280);
    ice::StunWriter writer(message, ice::StunClass::kRequest, {1}, method);
    base::ByteReader reader(input);
    reader.Skip(1);
    while (reader.remaining() >= 3) {
      const auto type = static_cast<ice::StunAttribute>(reader.U16());
      const size_t size = std::min<size_t>(reader.U8(), reader.remaining());
      writer.Attribute(type, reader.Read(size));
    }
    const auto credentials = turn::MakeCredentials(
        kSecret, "a", base::WallTime(now_.time_since_epoch()) + std::chrono::hours(1));
    writer.XorAddress(ice::StunAttribute::kXorPeerAddress, kPeer);
    writer.Attribute(ice::StunAttribute::kUsername, base::AsBytes(credentials.username));
    writer.Attribute(ice::StunAttribute::kRealm, base::AsBytes("plaza"));
    writer.Attribute(ice::StunAttribute::kNonce, base::AsBytes(nonce_));
    const std::string key =
        turn::MakeLongTermKey(credentials.username, "plaza", credentials.password);
    message.resize(writer.Finish(key));
    return message;
  }

  base::SeededRandom random_{1};
  base::Time now_{std::chrono::seconds(1000)};
  std::array<uint8_t, 4096> room_;
  base::Bytes sent_;
  std::string nonce_;
  base::SocketAddress relayed_;
  bool signed_ = false;
  turn::Server server_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const base::ByteView input(data, size);
  turn::StreamReader stream;
  size_t read = 0;
  (void)stream.Feed(input, [&read](base::ByteView message) {
    Check(message.size() <= turn::kMaxMessageSize);
    read += message.size();
  });
  Check(read <= size);
  (void)turn::Message::Parse(input);
  (void)turn::ReadChannelData(input);
  (void)turn::ReadUsername(base::AsText(input));

  World world;
  base::ByteReader reader(input);
  for (int steps = 0; steps < 64 && reader.remaining() >= 3; ++steps) {
    const uint8_t act = reader.U8();
    const size_t length = reader.U16();
    world.Do(act, reader.Read(std::min({length, reader.remaining(), base::kPacketCapacity})));
  }
  return 0;
}
