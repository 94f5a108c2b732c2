// Custom messages: who hears them, and how many there may be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "room/testing/commands_fixture.h"
#include "signal/codes.h"

namespace plaza::room {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

CustomMessage Saying(const std::string& text, uint8_t cmd_id = 1) {
  return {cmd_id, 1, base::Bytes(text.begin(), text.end())};
}

TEST_F(CommandsTest, AMessageReachesEverybodyElseInTheRoom) {
  const MemberId alice = Enter("alice");
  Enter("bob");
  Enter("carol");
  Forget();
  EXPECT_TRUE(commands_.SendMessage(alice, Saying("hello", 3)).ok());
  EXPECT_TRUE(commands_.SendMessage(alice, Saying("again")).ok());
  EXPECT_THAT(Take("bob"), ElementsAre("alice says 3#1 hello", "alice says 1#1 again"));
  EXPECT_THAT(Take("carol"), ElementsAre("alice says 3#1 hello", "alice says 1#1 again"));
  EXPECT_THAT(Take("alice"), IsEmpty());
}

TEST_F(CommandsTest, AMessageMustBeLegalAndComeFromAnAnchor) {
  scene_ = Scene::kLive;
  limits_.message_bytes = 5;
  const MemberId anna = EnterAs("anna", Role::kAnchor);
  const MemberId bob = EnterAs("bob", Role::kAudience);
  const auto field = [&](const CustomMessage& message) {
    const auto sent = commands_.SendMessage(anna, message);
    EXPECT_EQ(CodeOf(sent), signal::code::kBadMember);
    return sent.ok() ? "" : sent.error().field;
  };
  EXPECT_EQ(field(Saying("x", 0)), "cmdId");
  EXPECT_EQ(field(Saying("x", 11)), "cmdId");
  EXPECT_EQ(field({1, 0, {1}}), "number");
  EXPECT_EQ(field(Saying("")), "data");
  EXPECT_EQ(field(Saying("toolong")), "data");
  EXPECT_EQ(CodeOf(commands_.SendMessage(bob, Saying("x"))), signal::code::kRoleMayNot);
  EXPECT_TRUE(commands_.SendMessage(anna, Saying("x")).ok());
  EXPECT_THAT(Take("bob"), ElementsAre("anna says 1#1 x"));
}

TEST_F(CommandsTest, MessagesAreLimitedByNumberAndByBytesForEachMember) {
  limits_.messages_per_second = 3;
  limits_.message_bytes_per_second = 10;
  const MemberId alice = Enter("alice");
  const MemberId bob = Enter("bob");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(commands_.SendMessage(alice, Saying("x")).ok());
  EXPECT_EQ(CodeOf(commands_.SendMessage(alice, Saying("x"))), signal::code::kTooManyRequests);
  EXPECT_TRUE(commands_.SendMessage(bob, Saying("123456")).ok()) << "a limit of each";
  const auto large = commands_.SendMessage(bob, Saying("12345"));
  EXPECT_EQ(CodeOf(large), signal::code::kTooManyRequests);
  EXPECT_EQ(large.error().field, "data");
  clock_.Advance(1s);
  EXPECT_TRUE(commands_.SendMessage(alice, Saying("x")).ok());
  EXPECT_TRUE(commands_.SendMessage(bob, Saying("12345")).ok());
}

TEST_F(CommandsTest, AWholeRoomCarriesSoManyDeliveries) {
  limits_.messages_per_second = limits_.message_bytes_per_second = 1'000'000'000;
  const MemberId alice = Enter("alice");
  for (int i = 0; i < 200; ++i) Enter("u" + std::to_string(i));
  int sent = 0;
  while (commands_.SendMessage(alice, Saying("x")).ok()) ++sent;
  EXPECT_EQ(sent, kMaxDeliveriesPerSecond / 200);
}

}  // namespace
}  // namespace plaza::room
