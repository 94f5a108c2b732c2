#include "app/media/announced_addresses.h"

#include <gtest/gtest.h>

namespace plaza::app {
namespace {

using base::IpAddress;

IpAddress Ip(const char* text) { return *IpAddress::Parse(text); }

TEST(AnnouncedAddresses, OneBoundAddressIsAnnouncedItself) {
  EXPECT_EQ(*AnnouncedAddresses(Ip("127.0.0.1"), {}), std::vector{Ip("127.0.0.1")});
}

TEST(AnnouncedAddresses, SettingsCountFirst) {
  EXPECT_EQ(*AnnouncedAddresses(Ip("0.0.0.0"), {Ip("203.0.113.5")}),
            std::vector{Ip("203.0.113.5")});
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
