#include "sctp/internal/state_cookie.h"

#include <gtest/gtest.h>

namespace plaza::sctp::internal {
namespace {

StateCookie Cookie() {
  return {{.tag = 1,
           .initial_tsn = 2,
           .window = 3,
           .streams = 4,
           .forward_tsn = true,
           .re_config = false},
          base::Time(base::Duration(123'456'789))};
}

TEST(CookieJar, OpensItsOwnCookies) {
  base::SeededRandom random(1);
  const CookieJar jar(random);
  const auto opened = jar.Open(jar.Seal(Cookie()));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->terms.tag, 1u);
  EXPECT_EQ(opened->terms.initial_tsn, 2u);
  EXPECT_EQ(opened->terms.window, 3u);
  EXPECT_EQ(opened->terms.streams, 4);
  EXPECT_TRUE(opened->terms.forward_tsn);
  EXPECT_FALSE(opened->terms.re_config);
  EXPECT_EQ(opened->made_at, Cookie().made_at);
}

TEST(CookieJar, RefusesWhatIsForgedChangedOrAnothers) {
  base::SeededRandom random(1);
  const CookieJar jar(random);
  const CookieJar other(random);
  CookieJar::Sealed sealed = jar.Seal(Cookie());
  EXPECT_FALSE(other.Open(sealed));
  EXPECT_FALSE(jar.Open({}));
  EXPECT_FALSE(jar.Open(base::ByteView(sealed).first(sealed.size() - 1)));
  for (uint8_t& byte : sealed) {
    byte ^= 1;
    EXPECT_FALSE(jar.Open(sealed));
    byte ^= 1;
  }
}

}  // namespace
}  // namespace plaza::sctp::internal
