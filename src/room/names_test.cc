// Names: what is legal, and that no two rooms ever meet.
#include "room/names.h"

#include <gtest/gtest.h>

#include "signal/codes.h"

namespace plaza::room {
namespace {

TEST(RoomName, NumbersReachFromOneToTheLast) {
  EXPECT_EQ(RoomName::Number(1)->number(), 1u);
  EXPECT_EQ(RoomName::Number(4'294'967'294)->text(), "4294967294");
  for (uint64_t bad : {uint64_t{0}, uint64_t{4'294'967'295}, uint64_t{1} << 40}) {
    const auto name = RoomName::Number(bad);
    ASSERT_FALSE(name.ok()) << bad;
    EXPECT_EQ(name.error().field, "roomId");
    EXPECT_EQ(name.error().code, signal::code::kBadRoom);
  }
}

TEST(RoomName, TextsHaveTheirAlphabet) {
  EXPECT_TRUE(RoomName::Text("a-zA Z0-9 !#$%&()+-:;<=.>?@[]^_{}|~,").ok());
  EXPECT_TRUE(RoomName::Text(std::string(64, 'x')).ok());
  for (const std::string& bad :
       {std::string(), std::string(65, 'x'), std::string("a/b"), std::string("a'b"),
        std::string("a\"b"), std::string("a*"), std::string("\xc3\xa4"), std::string("a\n")}) {
    const auto name = RoomName::Text(bad);
    ASSERT_FALSE(name.ok()) << bad;
    EXPECT_EQ(name.error().field, "strRoomId");
    EXPECT_EQ(name.error().code, signal::code::kBadRoom);
  }
}

TEST(RoomName, TheNumberAndTheTextOfItAreTwoRooms) {
  const RoomName number = *RoomName::Number(123), text = *RoomName::Text("123");
  EXPECT_NE(number, text);
  EXPECT_EQ(number.text(), text.text());
  EXPECT_EQ(number.Key(), "n:123");
  EXPECT_EQ(text.Key(), "s:123");
  EXPECT_EQ(*RoomName::FromKey("n:123"), number);
  EXPECT_EQ(*RoomName::FromKey("s:123"), text);
  EXPECT_EQ(*RoomName::FromKey("s:n:1"), *RoomName::Text("n:1"));
  for (const char* bad : {"", "123", "n:", "n:0", "n:1x", "n:-1", "s:", "x:1"})
    EXPECT_FALSE(RoomName::FromKey(bad)) << bad;
}

TEST(RoomName, TheNumberCountsIfBothAreGiven) {
  EXPECT_EQ(*RoomName::Choose(5, "x"), *RoomName::Number(5));
  EXPECT_EQ(*RoomName::Choose({}, "x"), *RoomName::Text("x"));
  EXPECT_EQ(RoomName::Choose({}, {}).error().code, signal::code::kBadRoom);
}

TEST(UserId, HasItsAlphabetAndNamesTheField) {
  EXPECT_TRUE(ParseUserId("a_Z-9").ok());
  EXPECT_TRUE(ParseUserId(std::string(32, 'u')).ok());
  for (const std::string& bad : {std::string(), std::string(33, 'u'), std::string("a b"),
                                 std::string("a@b"), std::string("*")})
    EXPECT_EQ(ParseUserId(bad, "streams[2].userId").error().field, "streams[2].userId") << bad;
  EXPECT_EQ(ParseUserId("").error().code, signal::code::kBadMember);
}

}  // namespace
}  // namespace plaza::room
