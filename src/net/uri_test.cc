// Percent-encoding, queries and URLs.
#include "net/uri.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plaza::net {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(PercentDecode, DecodesEscapesAndLeavesTheRest) {
  EXPECT_EQ(PercentDecode("/a%20b%2Fc+d"), "/a b/c+d");
  EXPECT_EQ(PercentDecode("%e4%BD%a0"), "\xe4\xbd\xa0");
  EXPECT_EQ(PercentDecode(""), "");
}

TEST(PercentDecode, RefusesBrokenEscapesAndNul) {
  for (const char* bad : {"%", "%4", "a%zz", "%0g", "%00"}) EXPECT_FALSE(PercentDecode(bad)) << bad;
  EXPECT_FALSE(PercentDecode(std::string_view("a\0b", 3)));
}

TEST(ParseQuery, GivesDecodedPairsInOrder) {
  EXPECT_THAT(ParseQuery("a=1&b=x+y%26&c&=d&a=2&&bad=%z&e=f=g"),
              ElementsAre(Pair("a", "1"), Pair("b", "x y&"), Pair("c", ""), Pair("", "d"),
                          Pair("a", "2"), Pair("e", "f=g")));
  EXPECT_THAT(ParseQuery(""), ElementsAre());
  EXPECT_EQ(QueryValue("a=1&b=2", "b"), "2");
  EXPECT_EQ(QueryValue("a=1", "b"), std::nullopt);
}

TEST(ParseUrl, TakesUrlsApart) {
  const auto url = ParseUrl("HTTPS://example.org:8443/a/b?c=d#fragment");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "example.org");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->target, "/a/b?c=d");
  EXPECT_TRUE(url->tls());
  EXPECT_EQ(url->HostField(), "example.org:8443");
}

TEST(ParseUrl, FillsInDefaults) {
  EXPECT_EQ(ParseUrl("ws://h")->target, "/");
  EXPECT_EQ(ParseUrl("ws://h?x=1")->target, "/?x=1");
  EXPECT_EQ(ParseUrl("ws://h")->port, 80);
  EXPECT_EQ(ParseUrl("wss://h/")->port, 443);
  EXPECT_EQ(ParseUrl("wss://h/")->HostField(), "h");
  const auto v6 = ParseUrl("http://[::1]:81/x");
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(v6->HostField(), "[::1]:81");
}

TEST(ParseUrl, RefusesWhatItCannotUse) {
  for (const char* bad : {"", "example.org", "ftp://x", "http://", "http://:80", "http://a b/",
                          "http://u@h/", "http://h:0/", "http://h:65536/", "http://h:8x/",
                          "http://h:/", "http://[::1/", "http://[::1]80/", "http://h/\r\nX: y"}) {
    const auto url = ParseUrl(bad);
    ASSERT_FALSE(url.ok()) << bad;
    EXPECT_EQ(url.error().field, "url");
  }
}

}  // namespace
}  // namespace plaza::net
