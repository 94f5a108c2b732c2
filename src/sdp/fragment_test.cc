#include <gtest/gtest.h>

#include "sdp/session_description.h"

namespace plaza::sdp {
namespace {

constexpr char kTrickle[] =
    "a=ice-ufrag:EsAw\r\n"
    "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
    "a=group:BUNDLE 0 1\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
    "a=mid:0\r\n"
    "a=candidate:1 1 udp 2122194687 198.51.100.1 61764 typ host\r\n"
    "a=candidate:2 1 tcp 1518280447 198.51.100.1 9 typ host tcptype active\r\n"
    "a=end-of-candidates\r\n";

TEST(Fragment, GivesCredentialsAndCandidatesOfItsSection) {
  const auto fragment = ParseFragment(kTrickle);
  ASSERT_TRUE(fragment.ok()) << fragment.error().message;
  const MediaSection& section = fragment->sections.front();
  EXPECT_EQ(section.ice, (IceCredentials{"EsAw", "P2uYro0UCOQ4zxjKXaWCBui1"}));
  EXPECT_EQ(section.candidates.size(), 2u);
  EXPECT_TRUE(section.end_of_candidates);
}

TEST(Fragment, IsReadBackAsWritten) {
  const auto fragment = ParseFragment(kTrickle);
  ASSERT_TRUE(fragment.ok());
  const auto again = ParseFragment(SerializeFragment(fragment->sections.front()));
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(again->sections.front().ice, fragment->sections.front().ice);
  EXPECT_EQ(again->sections.front().candidates, fragment->sections.front().candidates);
  EXPECT_EQ(again->sections.front().mid, "0");
}

TEST(Fragment, WithoutAnMLineIsRefused) {
  EXPECT_FALSE(ParseFragment("").ok());
  EXPECT_FALSE(ParseFragment("a=ice-ufrag:EsAw\r\n").ok());
}

TEST(Fragment, MayNotHaveTheHeadOfADescription) {
  const auto whole = ParseFragment(std::string("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n") + kTrickle);
  ASSERT_FALSE(whole.ok());
  EXPECT_NE(whole.error().message.find("line 1"), std::string::npos) << whole.error().message;
}

TEST(Fragment, AWholeDescriptionStillNeedsItsHead) { EXPECT_FALSE(Parse(kTrickle).ok()); }

}  // namespace
}  // namespace plaza::sdp
