// UserSig and privateMapKey: vectors made by the public signing libraries, every refusal, hostile
// input.
#include "room/user_sig.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/encoding.h"
#include "base/random.h"
#include "room/internal/user_sig_packing.h"
#include "room/private_map_key.h"
#include "signal/codes.h"

namespace plaza::room {
namespace {

constexpr const char* kKey = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e";
constexpr SdkAppId kApp(1'400'000'000);
constexpr int64_t kTime = 1'600'000'000;
constexpr int64_t kExpire = 15'552'000;
constexpr const char* kVector =
    "eJyrVgrxCdYrSy1SslIy0jNQ0gHzM1NS80oy0zLBwhWZiflZpXlQqeKU7MSCgswUJStDEwMogMikVhRkFqUCxU1NTY3goi"
    "WZuSAxM1S1"
    "xZnpQJMNo0wD8tJdstwTS9NSgzMD8p1KK1I8Is1dvY29QlIcs3wDLI2DTbzLwox9bZVqAaoDMbs_";

base::WallTime At(int64_t seconds) { return base::WallTime(std::chrono::seconds(seconds)); }

UserSig Claims() { return {"xiaojun", kApp, kTime, kExpire, {}}; }

int Code(const std::string& text, SdkAppId app = kApp, const char* user = "xiaojun",
         const char* key = kKey, int64_t now = kTime) {
  const auto result = VerifyUserSig(text, key, app, user, At(now));
  if (!result.ok()) {
    EXPECT_EQ(result.error().field, "userSig");
  }
  return result.ok() ? 0 : result.error().code;
}

std::string Inflated(const std::string& text) { return UnpackUserSig(text).value_or(""); }

TEST(UserSig, AcceptsWhatThePublicLibrariesSign) {
  const auto read = VerifyUserSig(kVector, kKey, kApp, "xiaojun", At(kTime));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->time, kTime);
  EXPECT_EQ(read->expire, kExpire);
  EXPECT_FALSE(read->userbuf);
}

TEST(UserSig, SignsAsThePublicLibrariesDo) {
  EXPECT_EQ(SignUserSig(Claims(), kKey), kVector);
  EXPECT_NE(Inflated(kVector).find("1Z5PngDjGaufeSiPoBuxdHY7EK3JTdAjMP93S4KvV3M="),
            std::string::npos);
}

TEST(UserSig, AcceptsEveryCompressionLevelAndOrderOfMembers) {
  const std::string json =
      R"({"TLS.sig":"1Z5PngDjGaufeSiPoBuxdHY7EK3JTdAjMP93S4KvV3M=", "TLS.time":1600000000,"TLS.expire":15552000,)"
      R"("TLS.sdkappid":1400000000,"TLS.identifier":"xiaojun","TLS.ver":"2.0"})";
  for (int level = 0; level <= 9; ++level) {
    base::Bytes packed(compressBound(json.size()));
    uLongf size = packed.size();
    compress2(packed.data(), &size, reinterpret_cast<const Bytef*>(json.data()), json.size(),
              level);
    std::string text = base::Base64Encode({packed.data(), size});
    for (char& c : text) c = c == '+' ? '*' : c == '/' ? '-' : c == '=' ? '_' : c;
    EXPECT_EQ(Code(text), 0) << level;
  }
}

TEST(UserSig, ExpiresAfterItsTime) {
  EXPECT_EQ(Code(kVector, kApp, "xiaojun", kKey, kTime + kExpire), 0);
  EXPECT_EQ(Code(kVector, kApp, "xiaojun", kKey, kTime + kExpire + 1),
            signal::code::kUserSigExpired);
}

TEST(UserSig, BelongsToOneUserOneAppAndOneKey) {
  EXPECT_EQ(Code(kVector, kApp, "xiaojunn"), signal::code::kUserSigOtherUser);
  EXPECT_EQ(Code(kVector, SdkAppId(1'400'000'001)), signal::code::kUserSigOtherApp);
  EXPECT_EQ(Code(kVector, kApp, "xiaojun", "other"), signal::code::kUserSigOtherKey);
}

TEST(UserSig, AnythingChangedAfterSigningIsNoticed) {
  for (const char* change : {R"("TLS.expire":15552000)", R"("TLS.time":1600000000)"}) {
    std::string json = Inflated(kVector);
    const size_t at = json.find(change);
    ASSERT_NE(at, std::string::npos);
    json[at + std::string(change).size() - 1] = '1';
    EXPECT_EQ(Code(PackUserSig(json)), signal::code::kUserSigOtherKey) << change;
  }
}

TEST(UserSig, RefusesWhatIsMalformed) {
  const std::string good = Inflated(kVector);
  for (const std::string& text :
       {std::string(), std::string("x"), std::string("eJyr"), std::string(kVector).substr(0, 100),
        std::string(kVector) + "A", std::string(kMaxUserSigBytes + 1, 'A'), PackUserSig(""),
        PackUserSig("[]"), PackUserSig("{}"), PackUserSig(good.substr(0, good.size() - 1)),
        PackUserSig(R"({"TLS.ver":2.0})")})
    EXPECT_EQ(Code(text), signal::code::kUserSigMalformed) << text;
  std::string standard = kVector;
  standard.back() = '=';
  EXPECT_EQ(Code(standard), signal::code::kUserSigMalformed) << "the standard alphabet is not ours";
}

TEST(UserSig, RefusesEachMemberThatIsMissingOrOfAnotherType) {
  for (const char* member :
       {"TLS.ver", "TLS.identifier", "TLS.sdkappid", "TLS.expire", "TLS.time", "TLS.sig"}) {
    std::string json = Inflated(kVector);
    json.replace(json.find(member), 4, "TLS,");
    EXPECT_EQ(Code(PackUserSig(json)), signal::code::kUserSigMalformed) << member;
  }
  for (const char* bad : {"-1", "1.5", "99999999999999999999", "\"1600000000\"", "null"}) {
    std::string json = Inflated(kVector);
    json.replace(json.find("1600000000"), 10, bad);
    EXPECT_EQ(Code(PackUserSig(json)), signal::code::kUserSigMalformed) << bad;
  }
}

TEST(UserSig, DoesNotInflateABomb) {
  EXPECT_EQ(Code(PackUserSig(std::string(1'000'000, ' '))), signal::code::kUserSigMalformed);
  EXPECT_FALSE(UnpackUserSig(PackUserSig(std::string(kMaxUserSigInflated + 1, ' '))));
  EXPECT_TRUE(UnpackUserSig(PackUserSig(std::string(kMaxUserSigInflated, ' '))));
}

TEST(UserSig, SurvivesRandomDamage) {
  base::SeededRandom random(1);
  for (int i = 0; i < 3000; ++i) {
    std::string text = kVector;
    for (uint64_t n = 1 + random.Below(3); n > 0; --n)
      text[random.Below(text.size())] = random.String(1)[0];
    (void)Code(text);
  }
}

RoomTicket NumberTicket() {
  return {"xiaojun", kApp, *RoomName::Number(10000), 1'615'552'000, {255}};
}
RoomTicket TextTicket() {
  return {"xiaojun", kApp, *RoomName::Text("room-abc"), 1'615'552'000, {255}};
}

TEST(PrivateMapKey, LaysOutTheUserbufAsThePublicLibrariesDo) {
  EXPECT_EQ(base::HexEncode(WriteUserbuf(NumberTicket())),
            "0000077869616f6a756e53724e0000002710604b5e00000000ff00000000");
  EXPECT_EQ(base::HexEncode(WriteUserbuf(TextTicket())),
            "0100077869616f6a756e53724e0000000000604b5e00000000ff000000000008726f6f6d2d616263");
}

TEST(PrivateMapKey, SignsAsThePublicLibrariesDo) {
  EXPECT_NE(Inflated(SignPrivateMapKey(NumberTicket(), kKey, At(kTime), kExpire))
                .find("QQY8WpPtnz7YZSG2peQjkXFqylqgPMeZmrrJaErpMxE="),
            std::string::npos);
  EXPECT_NE(Inflated(SignPrivateMapKey(TextTicket(), kKey, At(kTime), kExpire))
                .find("FqTlGt9nGZEzxpGXrYZ9MRqa/5JUxOg4nFMjuEcy2AE="),
            std::string::npos);
}

TEST(PrivateMapKey, ReadsBackWhatItWrote) {
  for (RoomTicket ticket : {NumberTicket(), TextTicket()}) {
    ticket.permissions.bits = 42;
    const auto read = ParseUserbuf(WriteUserbuf(ticket));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->user, ticket.user);
    EXPECT_EQ(read->app, ticket.app);
    EXPECT_EQ(read->room, ticket.room);
    EXPECT_EQ(read->expires, ticket.expires);
    EXPECT_EQ(read->permissions.bits, 42);
  }
}

TEST(PrivateMapKey, RefusesAUserbufThatIsCutOrLonger) {
  for (const RoomTicket& ticket : {NumberTicket(), TextTicket()}) {
    base::Bytes userbuf = WriteUserbuf(ticket);
    for (size_t size = 0; size < userbuf.size(); ++size)
      EXPECT_FALSE(ParseUserbuf(base::ByteView(userbuf).first(size)).ok()) << size;
    userbuf.push_back(0);
    EXPECT_FALSE(ParseUserbuf(userbuf).ok());
  }
  base::Bytes type = WriteUserbuf(NumberTicket());
  type[0] = 2;
  EXPECT_FALSE(ParseUserbuf(type).ok());
}

TEST(PrivateMapKey, HoldsForOneUserOneRoomAndItsTime) {
  RoomTicket ticket = NumberTicket();
  ticket.permissions.bits = 42;
  const std::string key = SignPrivateMapKey(ticket, kKey, At(kTime), kExpire);
  const auto verify = [&](const std::string& text, const char* user, const RoomName& room,
                          int64_t now) {
    return VerifyPrivateMapKey(text, kKey, kApp, user, room, At(now));
  };
  const auto permissions = verify(key, "xiaojun", ticket.room, kTime);
  ASSERT_TRUE(permissions.ok()) << permissions.error().message;
  EXPECT_TRUE(permissions->Has(Permission::kEnterRoom));
  EXPECT_FALSE(permissions->Has(Permission::kSendVideo));
  ticket.expires = kTime + 5;
  ticket.user = "other";
  const std::string others =
      SignUserSig({"xiaojun", kApp, kTime, kExpire, WriteUserbuf(ticket)}, kKey);
  ticket.user = "xiaojun";
  const std::string short_lived = SignPrivateMapKey(ticket, kKey, At(kTime), kExpire);
  for (const auto& refused :
       {verify(key, "somebody", ticket.room, kTime),
        verify(key, "xiaojun", *RoomName::Text("10000"), kTime),
        verify(key, "xiaojun", *RoomName::Number(10001), kTime),
        verify(key, "xiaojun", ticket.room, kTime + kExpire + 1),
        verify(kVector, "xiaojun", ticket.room, kTime), verify("", "xiaojun", ticket.room, kTime),
        verify(others, "xiaojun", ticket.room, kTime),
        verify(short_lived, "xiaojun", ticket.room, kTime + 6)}) {
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, signal::code::kNoPermission);
    EXPECT_EQ(refused.error().field, "privateMapKey");
  }
}

}  // namespace
}  // namespace plaza::room
