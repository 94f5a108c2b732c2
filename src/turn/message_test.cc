// TURN messages as bytes.
#include "turn/message.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "ice/stun_writer.h"
#include "turn/credentials.h"

namespace plaza::turn {
namespace {

using ice::StunAttribute;

template <typename Write>
base::Bytes Make(uint16_t method, Write&& write, std::string_view key = "") {
  base::Bytes bytes(800);
  ice::StunWriter writer(bytes, ice::StunClass::kRequest, {1, 2, 3}, method);
  write(writer);
  bytes.resize(writer.Finish(key));
  return bytes;
}

TEST(TurnMessage, ReadsEveryMethodWithItsClass) {
  for (uint16_t method : {kAllocate, kRefresh, kSend, kData, kCreatePermission, kChannelBind}) {
    for (auto kind : {ice::StunClass::kRequest, ice::StunClass::kIndication,
                      ice::StunClass::kSuccess, ice::StunClass::kError}) {
      base::Bytes bytes(100);
      ice::StunWriter writer(bytes, kind, {9}, method);
      bytes.resize(writer.Finish(""));
      const auto message = Message::Parse(bytes);
      ASSERT_TRUE(message);
      EXPECT_EQ(message->header.method, method);
      EXPECT_EQ(message->header.message_class, kind);
    }
  }
}

TEST(TurnMessage, ReadsWhatARequestMayHave) {
  const auto bytes = Make(
      kAllocate,
      [](ice::StunWriter& writer) {
        writer.Attribute(StunAttribute::kRequestedTransport, base::Bytes{17, 0, 0, 0});
        writer.Attribute(StunAttribute::kRequestedAddressFamily, base::Bytes{2, 0, 0, 0});
        writer.Attribute(StunAttribute::kLifetime, base::Bytes{0, 0, 1, 0});
        writer.Attribute(StunAttribute::kEvenPort, base::Bytes{0x80});
        writer.Attribute(StunAttribute::kDontFragment, {});
        writer.Attribute(StunAttribute::kUsername, base::AsBytes("1:alice"));
        writer.Attribute(StunAttribute::kRealm, base::AsBytes("plaza"));
        writer.Attribute(StunAttribute::kNonce, base::AsBytes("n"));
        writer.Attribute(static_cast<StunAttribute>(0x8000), base::Bytes{2, 0, 0, 0});
        writer.Attribute(static_cast<StunAttribute>(0x0099), {});
      },
      "key");
  const auto message = Message::Parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->requested_transport, 17);
  EXPECT_EQ(message->requested_family, 2);
  EXPECT_EQ(message->lifetime, 256u);
  EXPECT_EQ(message->even_port, true);
  EXPECT_EQ(message->username, "1:alice");
  EXPECT_EQ(message->realm, "plaza");
  EXPECT_EQ(message->nonce, "n");
  ASSERT_EQ(message->unknown_attributes().size(), 1u);
  EXPECT_EQ(message->unknown_attributes()[0], 0x0099);
  EXPECT_TRUE(message->CheckIntegrity("key"));
  EXPECT_FALSE(message->CheckIntegrity("another key"));
}

TEST(TurnMessage, RefusesBrokenValuesAndTooManyPeers) {
  const auto broken = [](StunAttribute type, const base::Bytes& value) {
    return Make(kAllocate, [&](ice::StunWriter& writer) { writer.Attribute(type, value); });
  };
  EXPECT_FALSE(Message::Parse(broken(StunAttribute::kLifetime, {1})));
  EXPECT_FALSE(Message::Parse(broken(StunAttribute::kChannelNumber, {1, 2})));
  EXPECT_FALSE(Message::Parse(broken(StunAttribute::kXorPeerAddress, {0, 3, 0, 0})));
  EXPECT_FALSE(Message::Parse(broken(StunAttribute::kReservationToken, {1})));
  EXPECT_FALSE(Message::Parse(broken(StunAttribute::kUsername, base::Bytes(kMaxTextSize + 1))));
  const auto crowded = Make(kCreatePermission, [](ice::StunWriter& writer) {
    for (size_t i = 0; i <= kMaxPeers; ++i)
      writer.XorAddress(StunAttribute::kXorPeerAddress, *base::SocketAddress::Parse("192.0.2.1:1"));
  });
  EXPECT_FALSE(Message::Parse(crowded));
  EXPECT_FALSE(Message::Parse({}));
}

TEST(TurnMessage, SurvivesEveryCutAndFlip) {
  const auto whole = Make(kChannelBind, [](ice::StunWriter& writer) {
    writer.XorAddress(StunAttribute::kXorPeerAddress, *base::SocketAddress::Parse("[::1]:1"));
    writer.Attribute(StunAttribute::kChannelNumber, base::Bytes{0x40, 0, 0, 0});
  });
  base::SeededRandom random(1);
  for (int round = 0; round < 20'000; ++round) {
    base::Bytes bytes = whole;
    bytes[random.Below(bytes.size())] ^= static_cast<uint8_t>(1 + random.Below(255));
    bytes.resize(bytes.size() - random.Below(3) * random.Below(bytes.size() / 3));
    (void)Message::Parse(bytes);
    (void)ReadChannelData(bytes);
  }
}

TEST(ChannelDataMessage, IsReadWithAndWithoutPadding) {
  const base::Bytes padded = {0x40, 0x05, 0, 2, 'a', 'b', 0, 0};
  const auto message = ReadChannelData(padded);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->channel, 0x4005);
  EXPECT_EQ(base::AsText(message->data), "ab");
  EXPECT_TRUE(ReadChannelData(base::ByteView(padded).first(6)));
  EXPECT_FALSE(ReadChannelData(base::ByteView(padded).first(5)));
  EXPECT_FALSE(ReadChannelData(base::Bytes{0x50, 0, 0, 0}));
}

TEST(TurnCredentials, TellUntilWhenAndForWhom) {
  const base::WallTime expires{std::chrono::seconds(1'700'000'000)};
  const Credentials credentials = MakeCredentials("secret", "1400000001/alice", expires);
  EXPECT_EQ(credentials.username, "1700000000:1400000001/alice");
  EXPECT_EQ(credentials.password, PasswordOf("secret", credentials.username));
  EXPECT_NE(credentials.password, PasswordOf("other", credentials.username));
  const auto read = ReadUsername(credentials.username);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->expires, 1'700'000'000);
  EXPECT_EQ(read->user, "1400000001/alice");
  for (const char* text : {"", "alice", "1700000000", "1700000000:", ":alice", "x1:alice"})
    EXPECT_FALSE(ReadUsername(text)) << text;
}

// The example of RFC 5389 section 15.4.
TEST(TurnCredentials, MakeTheLongTermKeyOfTheRfc) {
  const std::string key = MakeLongTermKey("user", "realm", "pass");
  EXPECT_EQ(base::Bytes(key.begin(), key.end()),
            (base::Bytes{0x84, 0x93, 0xfb, 0xc5, 0x3b, 0xa5, 0x82, 0xfb, 0x4c, 0x04, 0x4c, 0x45,
                         0x6b, 0xdc, 0x40, 0xeb}));
}

}  // namespace
}  // namespace plaza::turn
