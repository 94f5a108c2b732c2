// Two sockets, what their users do, and a network that loses, repeats, damages and forges. Input:
// steps of one byte and what belongs to it; see Scene::Step().
#include <algorithm>
#include <cstdlib>

#include "sctp/internal/crc32c.h"
#include "sctp/testing/endpoint.h"

namespace {

using plaza::base::ByteReader;
using plaza::base::Bytes;
using plaza::base::ByteView;
using plaza::sctp::testing::Endpoint;
namespace base = plaza::base;
namespace sctp = plaza::sctp;

constexpr size_t kHeader = 12;

void Require(bool holds) {
  if (!holds) std::abort();
}

void FixChecksum(Bytes& packet) {
  if (packet.size() >= kHeader)
    base::StoreU32(packet.data() + 8, sctp::internal::ChecksumOf(packet));
}

sctp::Options Small(bool client) {
  sctp::Options options;
  options.dtls_client = client;
  options.max_message_size = 8000;
  options.receive_buffer = 16'000;
  options.send_buffer = 32'000;
  options.max_channels = 8;
  return options;
}

class Scene {
 public:
  void Step(ByteReader& input) {
    const uint8_t what = input.U8();
    Endpoint& from = (what & 0x80) != 0 ? client_ : server_;
    Endpoint& to = (what & 0x80) != 0 ? server_ : client_;
    switch (what % 16) {
      case 0:
        return from.socket->Connect(now_);
      case 1:
        return Open(from, input);
      case 2:
      case 3:
        return Send(from, input);
      case 4:
        return from.socket->Close(Channel(input), now_);
      case 5:
        if (input.U8() == 0) from.socket->Shutdown(now_);
        return;
      case 6:
        if (input.U8() == 0) from.socket->Abort("fuzz");
        return;
      case 7:
        return Lose(from);
      case 8:
        return Damage(from, to, input);
      case 9:
        return Forge(to, input);
      case 10:
        return Wait(std::chrono::milliseconds(input.U16()));
      case 11:
        return Repeat(from, to);
      case 12:
        return to.socket->HandlePacket(input.Read(input.U8()), now_);
      default:
        return Carry(from, to);
    }
  }

  // Without forged packets, what arrives was sent.
  void Check() const {
    for (const auto& [end, other] :
         {std::pair(&client_, &server_), std::pair(&server_, &client_)}) {
      Require(end->connected <= 1 && end->closed <= 1);
      for (const Bytes& packet : end->packets) Require(packet.size() <= 1160);
      if (honest_) Require(other->received <= end->sent);
    }
  }

 private:
  struct Party : Endpoint {
    using Endpoint::Endpoint;
    void OnChannelMessage(sctp::ChannelId channel, sctp::MessageKind kind,
                          ByteView message) override {
      received += message.size();
      Endpoint::OnChannelMessage(channel, kind, message);
    }
    size_t sent = 0;
    size_t received = 0;
  };

  static sctp::ChannelId Channel(ByteReader& input) { return sctp::ChannelId(input.U8() % 16); }

  void Open(Endpoint& from, ByteReader& input) {
    const uint8_t how = input.U8();
    sctp::ChannelConfig config;
    config.label.assign(how % 8, 'l');
    config.ordered = (how & 8) != 0;
    if ((how & 16) != 0) config.max_retransmits = how >> 6;
    if ((how & 48) == 32) config.max_lifetime = std::chrono::milliseconds(how);
    (void)from.socket->Open(config, now_);
  }

  void Send(Endpoint& from, ByteReader& input) {
    const sctp::ChannelId channel = Channel(input);
    const Bytes message(input.U16() % 9000, 'm');
    if (from.socket->Send(channel, sctp::MessageKind::kBinary, message, now_))
      static_cast<Party&>(from).sent += message.size();
  }

  Bytes Take(Endpoint& from) {
    Bytes packet = std::move(from.packets.front());
    from.packets.pop_front();
    last_ = packet;
    return packet;
  }
  void Carry(Endpoint& from, Endpoint& to) {
    for (int i = 0; i < 8 && !from.packets.empty(); ++i) to.socket->HandlePacket(Take(from), now_);
  }
  void Lose(Endpoint& from) {
    if (!from.packets.empty()) Take(from);
  }
  void Repeat(Endpoint&, Endpoint& to) {
    if (!last_.empty()) to.socket->HandlePacket(last_, now_);
  }
  void Damage(Endpoint& from, Endpoint& to, ByteReader& input) {
    if (from.packets.empty()) return;
    Bytes packet = Take(from);
    honest_ = false;
    packet[input.U16() % packet.size()] ^= input.U8();
    FixChecksum(packet);
    to.socket->HandlePacket(packet, now_);
  }
  // Chunks of the input behind a header that was seen.
  void Forge(Endpoint& to, ByteReader& input) {
    const ByteView chunks = input.Read(input.U8());
    if (last_.empty()) return;
    honest_ = false;
    Bytes packet(kHeader + chunks.size());
    std::copy_n(last_.begin(), kHeader, packet.begin());
    std::copy(chunks.begin(), chunks.end(), packet.begin() + kHeader);
    FixChecksum(packet);
    to.socket->HandlePacket(packet, now_);
  }
  void Wait(base::Duration span) {
    const base::Time end = now_ + span;
    for (int i = 0; i < 100 && now_ < end; ++i) {
      now_ = std::clamp(std::min(client_.socket->NextDeadline(), server_.socket->NextDeadline()),
                        now_, end);
      client_.socket->HandleTimeout(now_);
      server_.socket->HandleTimeout(now_);
      Require(client_.socket->NextDeadline() > now_ && server_.socket->NextDeadline() > now_);
      Carry(client_, server_);
      Carry(server_, client_);
    }
  }

  base::Time now_{std::chrono::seconds(1000)};
  Party client_{Small(true), 1};
  Party server_{Small(false), 2};
  Bytes last_;
  bool honest_ = true;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Scene scene;
  ByteReader input({data, size});
  for (int steps = 0; steps < 300 && !input.AtEnd() && input.ok(); ++steps) scene.Step(input);
  scene.Check();
  return 0;
}
