// The TURN server as a client sees it: allocations, credentials, limits, and what is relayed.
#include "turn/server.h"

#include <gmock/gmock.h>

#include "turn/testing/fixture.h"

namespace plaza::turn {
namespace {

using namespace std::chrono_literals;
using base::TransportProtocol;
using ice::StunAttribute;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(ServerTest, AnAllocationGetsAnAddressOnAHostOfOurs) {
  const base::Path client = Client();
  ASSERT_EQ(Allocate(client, For("alice")), 0);
  const base::SocketAddress relayed = AddressOf(StunAttribute::kXorRelayedAddress);
  EXPECT_EQ(relayed.ip, kPeer.ip);
  EXPECT_GE(relayed.port, 49152);
  EXPECT_EQ(AddressOf(StunAttribute::kXorMappedAddress), client.remote);
  EXPECT_EQ(Lifetime(), 600u);
  EXPECT_TRUE(Message::Parse(answer_)->CheckIntegrity(KeyOf(For("alice"))));
  EXPECT_TRUE(server().HasAllocation(client));
}

TEST_F(ServerTest, WhoShowsNoCredentialsIsTold) {
  ASSERT_EQ(Ask(Bare(kAllocate, WithUdp()), Client()), kUnauthenticated);
  EXPECT_EQ(base::AsText(*AttributeOf(StunAttribute::kRealm)), config_.realm);
  EXPECT_TRUE(AttributeOf(StunAttribute::kNonce));
  EXPECT_FALSE(server().HasAllocation(Client()));
}

TEST_F(ServerTest, CredentialsThatAreWrongExpiredOrForeignAreRefused) {
  const base::Path client = Client();
  Credentials wrong = For("alice");
  wrong.password += "x";
  EXPECT_EQ(Allocate(client, wrong), kUnauthenticated);
  EXPECT_EQ(Allocate(client, MakeCredentials(kSecret, "alice", wall_)), kUnauthenticated);
  EXPECT_EQ(Allocate(client, MakeCredentials("another secret", "alice", wall_ + 24h)),
            kUnauthenticated);
  EXPECT_EQ(Allocate(client, {"alice", PasswordOf(kSecret, "alice")}), kUnauthenticated);
  EXPECT_EQ(server().counters().refused_credentials, 4u);
  EXPECT_EQ(server().allocation_count(), 0u);
}

TEST_F(ServerTest, ANonceIsForOneClientAndAnHour) {
  const base::Path client = Client();
  const std::string nonce = Nonce(client);
  const base::Bytes elsewhere = Signed(kAllocate, For("alice"), nonce, WithUdp());
  EXPECT_EQ(Ask(elsewhere, Client("203.0.113.10:4000")), kStaleNonce);
  Pass(1h);
  EXPECT_EQ(Ask(Signed(kAllocate, For("alice"), nonce, WithUdp()), client), kStaleNonce);
  const std::string fresh(base::AsText(*AttributeOf(StunAttribute::kNonce)));
  EXPECT_EQ(Ask(Signed(kAllocate, For("alice"), fresh, WithUdp()), client), 0);
}

TEST_F(ServerTest, TheFamilyMayBeAskedFor) {
  ASSERT_EQ(Allocate(Client("203.0.113.9:1"), For("alice"), 2), 0);
  EXPECT_EQ(AddressOf(StunAttribute::kXorRelayedAddress).ip, kPeerV6.ip);
  EXPECT_EQ(Allocate(Client("203.0.113.9:2"), For("alice"), 3), kAddressFamilyNotSupported);
}

TEST_F(ServerTest, WithoutIpv4ItIsIpv6WithoutAsking) {
  config_.peers = {kPeerV6};
  ASSERT_EQ(Allocate(Client(), For("alice")), 0);
  EXPECT_EQ(AddressOf(StunAttribute::kXorRelayedAddress).ip, kPeerV6.ip);
  EXPECT_EQ(Allocate(Client("203.0.113.9:2"), For("alice"), 1), kAddressFamilyNotSupported);
}

TEST_F(ServerTest, AllocateRefusesWhatItDoesNotKnow) {
  const auto ask = [&](const Attributes& attributes) {
    return Do(kAllocate, Client(), For("alice"), attributes);
  };
  EXPECT_EQ(ask({}), kBadRequest);
  EXPECT_EQ(ask([](ice::StunWriter& writer) {
              writer.Attribute(StunAttribute::kRequestedTransport, base::Bytes{6, 0, 0, 0});
            }),
            kUnsupportedTransport);
  EXPECT_EQ(ask([](ice::StunWriter& writer) {
              WithUdp()(writer);
              writer.Attribute(static_cast<StunAttribute>(0x7ffe), {});
            }),
            kUnknownAttribute);
  EXPECT_EQ(ask([](ice::StunWriter& writer) {
              WithUdp()(writer);
              writer.Attribute(StunAttribute::kEvenPort, base::Bytes{0x80});
            }),
            kInsufficientCapacity);
  EXPECT_EQ(ask([](ice::StunWriter& writer) {
              WithUdp(1)(writer);
              writer.Attribute(StunAttribute::kReservationToken, base::Bytes(8));
            }),
            kBadRequest);
  EXPECT_EQ(server().allocation_count(), 0u);
}

TEST_F(ServerTest, ARepeatedAllocateIsAnsweredAgainAnotherIsRefused) {
  const base::Path client = Client();
  const base::Bytes request = Signed(kAllocate, For("alice"), Nonce(client), WithUdp());
  ASSERT_EQ(Ask(request, client), 0);
  const base::SocketAddress relayed = AddressOf(StunAttribute::kXorRelayedAddress);
  EXPECT_EQ(Ask(request, client), 0);
  EXPECT_EQ(AddressOf(StunAttribute::kXorRelayedAddress), relayed);
  EXPECT_EQ(server().counters().allocations, 1u);
  EXPECT_EQ(Allocate(client, For("alice")), kAllocationMismatch);
}

TEST_F(ServerTest, AllocationsAreBoundedForAUserAndForAll) {
  config_.max_allocations = 3;
  config_.max_allocations_per_user = 2;
  EXPECT_EQ(Allocate(Client("203.0.113.9:1"), For("alice")), 0);
  EXPECT_EQ(Allocate(Client("203.0.113.9:2"), For("alice")), 0);
  EXPECT_EQ(Allocate(Client("203.0.113.9:3"), For("alice")), kAllocationQuotaReached);
  EXPECT_EQ(Allocate(Client("203.0.113.9:3"), For("bob")), 0);
  EXPECT_EQ(Allocate(Client("203.0.113.9:4"), For("carol")), kInsufficientCapacity);
  server().RemoveClient(Client("203.0.113.9:1"));
  EXPECT_EQ(Allocate(Client("203.0.113.9:4"), For("alice")), 0);
  EXPECT_EQ(server().counters().refused_quota, 1u);
  EXPECT_EQ(server().counters().refused_capacity, 1u);
}

TEST_F(ServerTest, AnAllocationEndsUnlessItIsRefreshed) {
  const base::Path client = Client();
  const Credentials alice = For("alice");
  ASSERT_EQ(Allocate(client, alice), 0);
  Pass(9min);
  EXPECT_EQ(Do(kRefresh, client, alice), 0);
  EXPECT_EQ(Lifetime(), 600u);
  Pass(9min);
  EXPECT_TRUE(server().HasAllocation(client));
  EXPECT_EQ(Do(kRefresh, client, alice, WithLifetime(1'000'000)), 0);
  EXPECT_EQ(Lifetime(), 3600u);
  Pass(59min);
  EXPECT_TRUE(server().HasAllocation(client));
  EXPECT_NE(server().NextDeadline(), base::kNever);
  Pass(1min);
  EXPECT_FALSE(server().HasAllocation(client));
  EXPECT_EQ(server().NextDeadline(), base::kNever);
  EXPECT_EQ(Do(kRefresh, client, alice), kAllocationMismatch);
}

TEST_F(ServerTest, ALifetimeOfZeroEndsItAtOnce) {
  const base::Path client = Client();
  ASSERT_EQ(Allocate(client, For("alice")), 0);
  EXPECT_EQ(Do(kRefresh, client, For("alice"), WithLifetime(0)), 0);
  EXPECT_EQ(Lifetime(), 0u);
  EXPECT_FALSE(server().HasAllocation(client));
}

TEST_F(ServerTest, CredentialsServeTheirAllocationAfterTheyExpired) {
  const base::Path client = Client();
  const Credentials brief = MakeCredentials(kSecret, "alice", wall_ + 5min);
  ASSERT_EQ(Allocate(client, brief), 0);
  Pass(9min);
  EXPECT_EQ(Do(kRefresh, client, brief), 0);
  EXPECT_EQ(Allocate(Client("203.0.113.9:2"), brief), kUnauthenticated);
}

TEST_F(ServerTest, AnotherUserCanNotTouchAnAllocation) {
  const base::Path client = Client();
  ASSERT_EQ(Allocate(client, For("alice")), 0);
  EXPECT_EQ(Do(kRefresh, client, For("mallory"), WithLifetime(0)), kWrongCredentials);
  EXPECT_TRUE(server().HasAllocation(client));
}

TEST_F(ServerTest, RelaysToOurOwnAddressesAndToNobodyElse) {
  const base::Path client = Client();
  const Credentials alice = For("alice");
  ASSERT_EQ(Allocate(client, alice), 0);
  const base::SocketAddress relayed = AddressOf(StunAttribute::kXorRelayedAddress);
  EXPECT_EQ(Do(kCreatePermission, client, alice, WithPeer(At("198.51.100.1:7000"))), kForbidden);
  EXPECT_EQ(Do(kCreatePermission, client, alice, WithPeer(At("127.0.0.1:7000"))), kForbidden);
  EXPECT_EQ(Do(kChannelBind, client, alice, WithPeer(At("192.0.2.1:22"), 0x4000)), kForbidden);
  EXPECT_EQ(Do(kCreatePermission, client, alice, WithPeer(kPeerV6)), kPeerAddressFamilyMismatch);
  ASSERT_EQ(Do(kCreatePermission, client, alice, WithPeer(kPeer)), 0);
  Tell(SendIndication(kPeer, "one"), client);
  Tell(SendIndication(kOtherPeer, "two"), client);
  Tell(SendIndication(At("192.0.2.1:22"), "not a port of ours"), client);
  Tell(SendIndication(At("198.51.100.1:7000"), "not a host of ours"), client);
  ASSERT_THAT(relayed_, SizeIs(2));
  EXPECT_EQ(relayed_[0].path, (base::Path{kPeer, relayed, TransportProtocol::kRelayed}));
  EXPECT_EQ(relayed_[0].data, "one");
  EXPECT_EQ(relayed_[1].path.local, kOtherPeer);
  EXPECT_EQ(server().counters().dropped_no_permission, 2u);
  EXPECT_EQ(server().counters().refused_forbidden, 3u);
}

TEST_F(ServerTest, NothingPassesWithoutPermissionEitherWay) {
  const base::Path client = Client();
  ASSERT_EQ(Allocate(client, For("alice")), 0);
  const base::Path path{kPeer, AddressOf(StunAttribute::kXorRelayedAddress),
                        TransportProtocol::kRelayed};
  Tell(SendIndication(kPeer, "x"), client);
  EXPECT_THAT(relayed_, IsEmpty());
  sent_.clear();
  server().SendToClient(path, base::AsBytes("y"), now_);
  EXPECT_THAT(sent_, IsEmpty());
  ASSERT_EQ(Do(kCreatePermission, client, For("alice"), WithPeer(kPeer)), 0);
  Pass(5min);
  Tell(SendIndication(kPeer, "x"), client);
  EXPECT_THAT(relayed_, IsEmpty());
}

TEST_F(ServerTest, AnAnswerOfAPeerComesAsAnIndication) {
  const base::Path client = Client();
  ASSERT_EQ(Allocate(client, For("alice")), 0);
  const base::Path path{kPeer, AddressOf(StunAttribute::kXorRelayedAddress),
                        TransportProtocol::kRelayed};
  ASSERT_EQ(Do(kCreatePermission, client, For("alice"), WithPeer(kPeer)), 0);
  sent_.clear();
  const std::string data(1400, 'd');
  server().SendToClient(path, base::AsBytes(data), now_);
  ASSERT_THAT(sent_, SizeIs(1));
  EXPECT_EQ(sent_[0].client, client);
  const auto message = Message::Parse(sent_[0].bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->header.method, kData);
  EXPECT_EQ(message->header.message_class, ice::StunClass::kIndication);
  EXPECT_THAT(message->peers(), ElementsAre(kPeer));
  EXPECT_EQ(base::AsText(*message->data), data);
}

TEST_F(ServerTest, AChannelCarriesDataBothWays) {
  const base::Path client = Client();
  const Credentials alice = For("alice");
  ASSERT_EQ(Allocate(client, alice), 0);
  const base::Path path{kPeer, AddressOf(StunAttribute::kXorRelayedAddress),
                        TransportProtocol::kRelayed};
  ASSERT_EQ(Do(kChannelBind, client, alice, WithPeer(kPeer, 0x4000)), 0);
  Tell(OnChannel(0x4000, "in"), client);
  ASSERT_THAT(relayed_, SizeIs(1));
  EXPECT_EQ(relayed_[0].path, path);
  EXPECT_EQ(relayed_[0].data, "in");
  sent_.clear();
  server().SendToClient(path, base::AsBytes("out"), now_);
  ASSERT_THAT(sent_, SizeIs(1));
  EXPECT_EQ(sent_[0].bytes, (base::Bytes{0x40, 0x00, 0, 3, 'o', 'u', 't', 0}));
  Tell(OnChannel(0x4001, "unbound"), client);
  EXPECT_THAT(relayed_, SizeIs(1));
}

TEST_F(ServerTest, AChannelKeepsItsPeerUntilItExpires) {
  const base::Path client = Client();
  const Credentials alice = For("alice");
  ASSERT_EQ(Allocate(client, alice), 0);
  ASSERT_EQ(Do(kChannelBind, client, alice, WithPeer(kPeer, 0x4000)), 0);
  EXPECT_EQ(Do(kChannelBind, client, alice, WithPeer(kPeer, 0x4000)), 0);
  EXPECT_EQ(Do(kChannelBind, client, alice, WithPeer(kPeer, 0x4001)), kBadRequest);
  EXPECT_EQ(Do(kChannelBind, client, alice, WithPeer(kOtherPeer, 0x4000)), kBadRequest);
  EXPECT_EQ(Do(kChannelBind, client, alice, WithPeer(kOtherPeer, 0x3fff)), kBadRequest);
  EXPECT_EQ(Do(kChannelBind, client, alice, WithPeer(kOtherPeer)), kBadRequest);
  Pass(9min);
  EXPECT_EQ(Do(kRefresh, client, alice), 0);
  Pass(1min);
  Tell(OnChannel(0x4000, "late"), client);
  EXPECT_THAT(relayed_, IsEmpty());
  EXPECT_EQ(Do(kChannelBind, client, alice, WithPeer(kOtherPeer, 0x4000)), 0);
}

TEST_F(ServerTest, TheEndOfAnAllocationIsToldToThePeersItReached) {
  const base::Path client = Client();
  ASSERT_EQ(Allocate(client, For("alice")), 0);
  ASSERT_EQ(Do(kCreatePermission, client, For("alice"), WithPeer(kPeer)), 0);
  Tell(SendIndication(kPeer, "a"), client);
  Tell(SendIndication(kPeer, "b"), client);
  server().RemoveClient(client);
  EXPECT_THAT(ended_, ElementsAre(relayed_[0].path));
  Tell(SendIndication(kPeer, "c"), client);
  EXPECT_THAT(relayed_, SizeIs(2));
}

TEST_F(ServerTest, TheRateOfAnAllocationIsBoundedEachWay) {
  config_.max_rate = base::DataRate::KilobitsPerSecond(800);  // 100,000 bytes a second
  const base::Path client = Client();
  ASSERT_EQ(Allocate(client, For("alice")), 0);
  const base::Path path{kPeer, AddressOf(StunAttribute::kXorRelayedAddress),
                        TransportProtocol::kRelayed};
  ASSERT_EQ(Do(kChannelBind, client, For("alice"), WithPeer(kPeer, 0x4000)), 0);
  const std::string data(1000, 'd');
  for (int i = 0; i < 200; ++i) Tell(OnChannel(0x4000, data), client);
  EXPECT_THAT(relayed_, SizeIs(50));
  sent_.clear();
  for (int i = 0; i < 200; ++i) server().SendToClient(path, base::AsBytes(data), now_);
  EXPECT_THAT(sent_, SizeIs(50));
  EXPECT_EQ(server().counters().dropped_rate, 300u);
  Pass(100ms);
  for (int i = 0; i < 200; ++i) Tell(OnChannel(0x4000, data), client);
  EXPECT_THAT(relayed_, SizeIs(60));
}

TEST_F(ServerTest, OverUdpStrangersAreAnsweredAtABoundedRate) {
  config_.max_challenges_per_second = 10;
  const base::Path client = Client("203.0.113.9:4000", TransportProtocol::kUdp);
  size_t answered = 0;
  for (int i = 0; i < 100; ++i) answered += Ask(Bare(kAllocate, WithUdp()), client) != -1;
  for (int i = 0; i < 100; ++i) answered += Ask(Bare(kBinding), client) != -1;
  EXPECT_EQ(answered, 10u);
  EXPECT_EQ(server().counters().challenges_suppressed, 190u);
  // Over TCP the address is proven by the connection.
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(Ask(Bare(kAllocate, WithUdp()), Client()), kUnauthenticated);
}

TEST_F(ServerTest, TellsAClientItsAddress) {
  EXPECT_EQ(Ask(Bare(kBinding), Client()), 0);
  EXPECT_EQ(AddressOf(StunAttribute::kXorMappedAddress), Client().remote);
}

}  // namespace
}  // namespace plaza::turn
