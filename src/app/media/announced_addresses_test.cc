#include "app/media/announced_addresses.h"

#include <gtest/gtest.h>

namespace plaza::app {
namespace {

using base::IpAddress;
using base::SocketAddress;

IpAddress Ip(const char* text) { return *IpAddress::Parse(text); }

SocketAddress At(const char* text) { return *SocketAddress::Parse(text); }

TEST(AnnouncedAddresses, BoundAddressesAreAnnouncedThemselves) {
  const std::vector listening = {At("127.0.0.1:7000"), At("[::1]:7001")};
  EXPECT_EQ(*AnnouncedAddresses(listening, {}), listening);
}

TEST(AnnouncedAddresses, SettingsCountFirstWithThePortOfTheirFamily) {
  const std::vector listening = {At("10.0.0.5:7000"), At("[::]:7001")};
  const std::vector announce = {Ip("2001:db8::5"), Ip("203.0.113.5")};
  EXPECT_EQ(*AnnouncedAddresses(listening, announce),
            (std::vector{At("[2001:db8::5]:7001"), At("203.0.113.5:7000")}));
}

TEST(AnnouncedAddresses, AnIpv6WildcardIsReachedByIpv4) {
  EXPECT_EQ(*AnnouncedAddresses(std::vector{At("[::]:7000")}, std::vector{Ip("203.0.113.5")}),
            std::vector{At("203.0.113.5:7000")});
}

TEST(AnnouncedAddresses, AFamilyThatNobodyListensOnIsAnError) {
  const auto announced =
      AnnouncedAddresses(std::vector{At("0.0.0.0:7000")}, std::vector{Ip("2001:db8::5")});
  ASSERT_FALSE(announced.ok());
  EXPECT_EQ(announced.error().field, "rtc.announce");
}

TEST(AnnouncedAddresses, WildcardTakesInterfacesWithoutLinkLocalAndLoopback) {
  const std::vector all = {Ip("127.0.0.1"), Ip("192.168.1.2"), Ip("fe80::1"), Ip("2001:db8::1")};
  EXPECT_EQ(ChooseAnnounced(Ip("0.0.0.0"), all), std::vector{Ip("192.168.1.2")});
  EXPECT_EQ(ChooseAnnounced(Ip("::"), all), (std::vector{Ip("192.168.1.2"), Ip("2001:db8::1")}));
}

TEST(AnnouncedAddresses, OnlyLoopbackIsBetterThanNothing) {
  EXPECT_EQ(ChooseAnnounced(Ip("0.0.0.0"), {Ip("127.0.0.1")}), std::vector{Ip("127.0.0.1")});
}

}  // namespace
}  // namespace plaza::app
