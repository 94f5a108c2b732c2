// For tests: a TURN server with what it sends and relays kept, and a client that writes requests.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "ice/stun_writer.h"
#include "turn/credentials.h"
#include "turn/message.h"
#include "turn/server.h"

namespace plaza::turn {

inline base::SocketAddress At(const char* text) { return *base::SocketAddress::Parse(text); }

/// What came to a client.
struct Sent {
  base::Path client;
  base::Bytes bytes;
};

struct Relayed {
  base::Path path;
  std::string data;
};

class ServerTest : public ::testing::Test, protected ServerObserver, protected base::DatagramSink {
 protected:
  using Attributes = std::function<void(ice::StunWriter&)>;

  static constexpr const char* kSecret = "a secret of the server";
  const base::SocketAddress kPeer = At("192.0.2.1:7000");
  const base::SocketAddress kOtherPeer = At("192.0.2.1:7001");
  const base::SocketAddress kPeerV6 = At("[2001:db8::1]:7000");

  ServerTest() {
    config_.secret = kSecret;
    config_.peers = {kPeer, kOtherPeer, kPeerV6};
  }

  static base::Path Client(const char* address = "203.0.113.9:4000",
                           base::TransportProtocol protocol = base::TransportProtocol::kTcp) {
    return {At("192.0.2.1:443"), At(address), protocol};
  }
  Server& server() {
    ServerObserver& observer = *this;
    base::DatagramSink& to_clients = *this;
    if (!server_) server_ = std::make_unique<Server>(config_, random_, observer, to_clients);
    return *server_;
  }
  void Pass(base::Duration time) {
    now_ += time;
    wall_ += time;
    server().HandleTimeout(now_);
  }

  /// Credentials that hold for a day.
  Credentials For(std::string_view user) {
    return MakeCredentials(kSecret, user, wall_ + std::chrono::hours(24));
  }
  /// A request without credentials.
  base::Bytes Bare(uint16_t method, const Attributes& attributes = {}) {
    base::Bytes bytes(600);
    ice::TransactionId transaction;
    random_.Fill(transaction);
    ice::StunWriter writer(bytes, ice::StunClass::kRequest, transaction, method);
    if (attributes) attributes(writer);
    bytes.resize(writer.Finish(""));
    return bytes;
  }
  base::Bytes Signed(uint16_t method, const Credentials& credentials, const std::string& nonce,
                     const Attributes& attributes = {}) {
    base::Bytes bytes(600);
    ice::TransactionId transaction;
    random_.Fill(transaction);
    ice::StunWriter writer(bytes, ice::StunClass::kRequest, transaction, method);
    if (attributes) attributes(writer);
    writer.Attribute(ice::StunAttribute::kUsername, base::AsBytes(credentials.username));
    writer.Attribute(ice::StunAttribute::kRealm, base::AsBytes(config_.realm));
    writer.Attribute(ice::StunAttribute::kNonce, base::AsBytes(nonce));
    bytes.resize(writer.Finish(KeyOf(credentials)));
    return bytes;
  }
  /// As a client makes it of its password, not of the secret.
  std::string KeyOf(const Credentials& credentials) const {
    return MakeLongTermKey(credentials.username, config_.realm, credentials.password);
  }

  /// The answer to `bytes`; its error code, 0 for success, -1 for none.
  int Ask(const base::Bytes& bytes, const base::Path& client) {
    sent_.clear();
    server().HandleMessage(bytes, client, now_, wall_);
    if (sent_.empty()) return -1;
    answer_ = sent_.back().bytes;
    EXPECT_EQ(sent_.back().client, client);
    const auto message = Message::Parse(answer_);
    EXPECT_TRUE(message);
    EXPECT_EQ(message->header.transaction, ice::ReadStunHeader(bytes).transaction);
    if (message->header.message_class == ice::StunClass::kSuccess) return 0;
    return *ice::ReadErrorCode(*AttributeOf(ice::StunAttribute::kErrorCode));
  }
  /// Of the last answer.
  std::optional<base::ByteView> AttributeOf(ice::StunAttribute type) const {
    ice::StunAttributes attributes(answer_);
    while (attributes.Next())
      if (attributes.type() == type) return attributes.value();
    return std::nullopt;
  }
  base::SocketAddress AddressOf(ice::StunAttribute type) const {
    return *ice::ReadXorAddress(*AttributeOf(type), answer_);
  }
  uint32_t Lifetime() const {
    return base::LoadU32(AttributeOf(ice::StunAttribute::kLifetime)->data());
  }
  /// A nonce, as every client gets it.
  std::string Nonce(const base::Path& client) {
    EXPECT_EQ(Ask(Bare(kAllocate, WithUdp()), client), kUnauthenticated);
    return std::string(base::AsText(*AttributeOf(ice::StunAttribute::kNonce)));
  }

  static Attributes WithUdp(std::optional<uint8_t> family = {}) {
    return [family](ice::StunWriter& writer) {
      const std::array<uint8_t, 4> udp = {17, 0, 0, 0};
      writer.Attribute(ice::StunAttribute::kRequestedTransport, udp);
      if (!family) return;
      const std::array<uint8_t, 4> value = {*family, 0, 0, 0};
      writer.Attribute(ice::StunAttribute::kRequestedAddressFamily, value);
    };
  }
  static Attributes WithPeer(const base::SocketAddress& peer,
                             std::optional<uint16_t> channel = {}) {
    return [peer, channel](ice::StunWriter& writer) {
      if (channel) {
        const std::array<uint8_t, 4> value = {static_cast<uint8_t>(*channel >> 8),
                                              static_cast<uint8_t>(*channel), 0, 0};
        writer.Attribute(ice::StunAttribute::kChannelNumber, value);
      }
      writer.XorAddress(ice::StunAttribute::kXorPeerAddress, peer);
    };
  }
  static Attributes WithLifetime(uint32_t seconds) {
    return [seconds](ice::StunWriter& writer) {
      std::array<uint8_t, 4> value;
      base::StoreU32(value.data(), seconds);
      writer.Attribute(ice::StunAttribute::kLifetime, value);
    };
  }
  base::Bytes SendIndication(const base::SocketAddress& peer, std::string_view data) {
    base::Bytes bytes(kMaxMessageSize);
    ice::StunWriter writer(bytes, ice::StunClass::kIndication, {}, kSend);
    writer.XorAddress(ice::StunAttribute::kXorPeerAddress, peer);
    writer.Attribute(ice::StunAttribute::kData, base::AsBytes(data));
    bytes.resize(writer.Finish(""));
    return bytes;
  }
  static base::Bytes OnChannel(uint16_t channel, std::string_view data) {
    base::Bytes bytes(kChannelHeaderSize + data.size());
    base::ByteWriter writer(bytes);
    writer.U16(channel);
    writer.U16(static_cast<uint16_t>(data.size()));
    writer.Write(base::AsBytes(data));
    return bytes;
  }

  // What a client does in a row.
  int Allocate(const base::Path& client, const Credentials& credentials,
               std::optional<uint8_t> family = {}) {
    return Ask(Signed(kAllocate, credentials, Nonce(client), WithUdp(family)), client);
  }
  int Do(uint16_t method, const base::Path& client, const Credentials& credentials,
         const Attributes& attributes = {}) {
    return Ask(Signed(method, credentials, Nonce(client), attributes), client);
  }
  void Tell(const base::Bytes& bytes, const base::Path& client) {
    server().HandleMessage(bytes, client, now_, wall_);
  }

  void OnRelayed(const base::Path& path, base::ByteView data) override {
    relayed_.push_back({path, std::string(base::AsText(data))});
  }
  void OnPathEnded(const base::Path& path) override { ended_.push_back(path); }
  std::span<uint8_t> Begin(const base::Path& path, size_t capacity) override {
    sent_.push_back({path, base::Bytes(capacity)});
    return sent_.back().bytes;
  }
  void Commit(size_t size) override {
    sent_.back().bytes.resize(size);
    if (size == 0) sent_.pop_back();
  }

  ServerConfig config_;
  base::SeededRandom random_{1};
  base::Time now_{std::chrono::seconds(1000)};
  base::WallTime wall_{std::chrono::seconds(1'700'000'000)};
  std::unique_ptr<Server> server_;
  std::vector<Sent> sent_;
  std::vector<Relayed> relayed_;
  std::vector<base::Path> ended_;
  base::Bytes answer_;
};

}  // namespace plaza::turn
