#include "ice/credentials.h"

#include <gtest/gtest.h>

namespace plaza::ice {
namespace {

TEST(Credentials, OursAreLegalAndDiffer) {
  base::SeededRandom random(1);
  const Credentials one = MakeCredentials(random);
  const Credentials two = MakeCredentials(random);
  EXPECT_TRUE(Check(one).ok());
  EXPECT_NE(one.ufrag, two.ufrag);
  EXPECT_NE(one.pwd, two.pwd);
  EXPECT_GE(one.pwd.size(), 24u);
}

TEST(Credentials, ThoseOfBrowsersAreLegal) {
  EXPECT_TRUE(Check({"o2R/", "8eY4eu0xPmvdiw61viC5kqy+"}).ok());
}

TEST(Credentials, NamesTheFieldThatIsWrong) {
  const std::string pwd(24, 'p');
  EXPECT_EQ(Check({"abc", pwd}).error().field, "ice-ufrag");
  EXPECT_EQ(Check({std::string(257, 'a'), pwd}).error().field, "ice-ufrag");
  EXPECT_EQ(Check({"ab:d", pwd}).error().field, "ice-ufrag");
  EXPECT_EQ(Check({"abcd", std::string(21, 'p')}).error().field, "ice-pwd");
  EXPECT_EQ(Check({"abcd", pwd + "\n"}).error().field, "ice-pwd");
}

}  // namespace
}  // namespace plaza::ice
