// The resume token: says what was signed, and nothing else is believed.
#include "room/session/resume_token.h"

#include <gtest/gtest.h>

namespace plaza::room {
namespace {

ResumeTokens Tokens(uint8_t key) {
  ResumeTokens tokens;
  tokens.SetKey(base::Bytes(kResumeKeyBytes, key));
  return tokens;
}

ResumeToken Token(RoomName room) {
  return {SdkAppId(1'400'000'000), UserId("alice"), std::move(room), {42}, "session-1", 1234, 5678};
}

TEST(ResumeToken, SaysWhatWasSigned) {
  for (const RoomName& room : {*RoomName::Number(7), *RoomName::Text("a b")}) {
    const auto token = Tokens(1).Verify(Tokens(1).Sign(Token(room)));
    ASSERT_TRUE(token);
    EXPECT_EQ(token->app, SdkAppId(1'400'000'000));
    EXPECT_EQ(token->user, UserId("alice"));
    EXPECT_EQ(token->room, room);
    EXPECT_EQ(token->permissions.bits, 42);
    EXPECT_EQ(token->session, "session-1");
    EXPECT_EQ(token->entered_ms, 1234);
    EXPECT_EQ(token->expires, 5678);
  }
}

TEST(ResumeToken, IsNothingUnderAnotherKeyOrWithoutOne) {
  const std::string text = Tokens(1).Sign(Token(*RoomName::Number(7)));
  EXPECT_FALSE(Tokens(2).Verify(text));
  EXPECT_FALSE(ResumeTokens().Verify(text));
}

TEST(ResumeToken, EveryChangedCharacterBreaksIt) {
  const ResumeTokens tokens = Tokens(1);
  const std::string text = tokens.Sign(Token(*RoomName::Number(7)));
  for (size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto token = tokens.Verify(changed);
    // The last character of base64 has bits that carry nothing.
    EXPECT_TRUE(!token || i == text.size() - 1 || i == text.find('.') - 1) << i;
  }
  for (const std::string& bad : {std::string(), std::string("."), text.substr(0, text.size() - 2),
                                 text + ".", std::string(5000, 'A')})
    EXPECT_FALSE(tokens.Verify(bad)) << bad;
}

}  // namespace
}  // namespace plaza::room
