// Writing of STUN messages: what is written reads back, and the bytes are those of RFC 5769.
#include "ice/stun_writer.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace plaza::ice {
namespace {

constexpr TransactionId kTransaction = {0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34,
                                        0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae};
constexpr const char* kPassword = "a password of 24 letters";

TEST(StunWriter, WritesARequestThatReadsBack) {
  std::array<uint8_t, kMaxStunSize> buffer;
  StunWriter writer(buffer, StunClass::kRequest, kTransaction);
  writer.Username("theirs", "ours");
  writer.Priority(0x7e0001ff);
  writer.IceControlling(0x0123456789abcdef);
  writer.UseCandidate();
  writer.Attribute(StunAttribute::kSoftware, base::AsBytes("test!"));
  const size_t size = writer.Finish(kPassword);
  ASSERT_GT(size, 0u);
  const auto message = StunMessage::Parse({buffer.data(), size});
  ASSERT_TRUE(message);
  EXPECT_EQ(message->message_class, StunClass::kRequest);
  EXPECT_EQ(message->transaction, kTransaction);
  EXPECT_EQ(message->username, "theirs:ours");
  EXPECT_EQ(message->priority, 0x7e0001ffu);
  EXPECT_EQ(message->ice_controlling, 0x0123456789abcdefu);
  EXPECT_TRUE(message->use_candidate);
  EXPECT_EQ(message->software, "test!");
  EXPECT_TRUE(message->has_fingerprint);
  EXPECT_TRUE(message->CheckIntegrity(kPassword));
}

TEST(StunWriter, WritesAddressesOfBothFamilies) {
  for (const char* text : {"192.0.2.1:32853", "[2001:db8::7]:1", "127.0.0.1:65535"}) {
    std::array<uint8_t, 120> buffer;
    StunWriter writer(buffer, StunClass::kSuccess, kTransaction);
    writer.XorMappedAddress(*base::SocketAddress::Parse(text));
    const size_t size = writer.Finish(kPassword);
    const auto message = StunMessage::Parse({buffer.data(), size});
    ASSERT_TRUE(message) << text;
    EXPECT_EQ(message->mapped_address->ToString(), text);
  }
}

TEST(StunWriter, MasksAddressesAsRfc5769Does) {
  std::array<uint8_t, 120> buffer;
  StunWriter writer(buffer, StunClass::kSuccess, kTransaction);
  writer.XorMappedAddress(*base::SocketAddress::Parse("192.0.2.1:32853"));
  const size_t size = writer.Finish(kPassword);
  ASSERT_GT(size, 32u);
  EXPECT_EQ(base::HexEncode({buffer.data() + 20, 12}), "002000080001a147e112a643");
}

TEST(StunWriter, WritesErrorsWithTheirLists) {
  std::array<uint8_t, 160> buffer;
  StunWriter writer(buffer, StunClass::kError, kTransaction);
  writer.ErrorCode(kUnknownAttribute, "Unknown Attribute");
  const std::array<uint16_t, 3> types = {0x0033, 0x7fff, 0x0035};
  writer.UnknownAttributes(types);
  const size_t size = writer.Finish("");
  const auto message = StunMessage::Parse({buffer.data(), size});
  ASSERT_TRUE(message);
  EXPECT_EQ(message->error_code, 420);
  EXPECT_EQ(message->error_reason, "Unknown Attribute");
  EXPECT_FALSE(message->has_integrity);
  EXPECT_TRUE(message->has_fingerprint);
  EXPECT_NE(base::HexEncode({buffer.data(), size}).find("000a000600337fff00350000"),
            std::string::npos);
}

TEST(StunWriter, GivesNothingWhenTheBufferIsTooSmall) {
  std::array<uint8_t, 200> buffer;
  size_t whole = 0;
  for (size_t capacity = 0; capacity <= buffer.size(); ++capacity) {
    StunWriter writer({buffer.data(), capacity}, StunClass::kRequest, kTransaction);
    writer.Username("theirs", "ours");
    writer.XorMappedAddress(*base::SocketAddress::Parse("192.0.2.1:1"));
    const size_t size = writer.Finish(kPassword);
    if (size > 0 && whole == 0) whole = capacity;
    EXPECT_EQ(size, whole);
    EXPECT_LE(size, capacity);
  }
  EXPECT_GT(whole, 0u);
}

}  // namespace
}  // namespace plaza::ice
