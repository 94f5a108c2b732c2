// Parsing of STUN messages, held against the published vectors of RFC 5769.
#include "ice/stun_message.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/random.h"
#include "ice/stun_writer.h"

namespace plaza::ice {
namespace {

using base::Bytes;
using base::HexDecode;

constexpr const char* kPassword = "VOkJxbRl1RmTxUk/WvJxBt";

// RFC 5769 section 2.1.
const Bytes kRequest = *HexDecode(
    "000100582112a442b7e7a701bc34d686fa87dfae"
    "802200105354554e207465737420636c69656e74"
    "002400046e0001ff"
    "80290008932ff9b151263b36"
    "000600096576746a3a68367659202020"
    "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
    "80280004e57a3bcf");
// Section 2.2.
const Bytes kResponseV4 = *HexDecode(
    "0101003c2112a442b7e7a701bc34d686fa87dfae"
    "8022000b7465737420766563746f7220"
    "002000080001a147e112a643"
    "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
    "80280004c07d4c96");
// Section 2.3.
const Bytes kResponseV6 = *HexDecode(
    "010100482112a442b7e7a701bc34d686fa87dfae"
    "8022000b7465737420766563746f7220"
    "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
    "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
    "80280004c8fb0b4c");

/// A message without checksums: header and the attributes given in hexadecimal.
Bytes Message(const char* type, const std::string& attributes) {
  Bytes bytes = *HexDecode(std::string(type) + "00002112a442000102030405060708090a0b" + attributes);
  base::StoreU16(bytes.data() + 2, static_cast<uint16_t>(bytes.size() - kStunHeaderSize));
  return bytes;
}

TEST(StunMessage, ReadsTheRequestOfRfc5769) {
  const auto message = StunMessage::Parse(kRequest);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->message_class, StunClass::kRequest);
  EXPECT_EQ(base::HexEncode(message->transaction), "b7e7a701bc34d686fa87dfae");
  EXPECT_EQ(message->username, "evtj:h6vY");
  EXPECT_EQ(message->priority, 0x6e0001ff);
  EXPECT_EQ(message->ice_controlled, 0x932ff9b151263b36);
  EXPECT_FALSE(message->ice_controlling);
  EXPECT_FALSE(message->use_candidate);
  EXPECT_EQ(message->software, "STUN test client");
  EXPECT_TRUE(message->has_fingerprint);
  EXPECT_TRUE(message->unknown_attributes().empty());
  EXPECT_TRUE(message->CheckIntegrity(kPassword));
  EXPECT_FALSE(message->CheckIntegrity("VOkJxbRl1RmTxUk/WvJxBu"));
}

TEST(StunMessage, ReadsTheResponsesOfRfc5769) {
  const auto v4 = StunMessage::Parse(kResponseV4);
  ASSERT_TRUE(v4);
  EXPECT_EQ(v4->message_class, StunClass::kSuccess);
  EXPECT_EQ(v4->mapped_address, base::SocketAddress::Parse("192.0.2.1:32853"));
  EXPECT_TRUE(v4->CheckIntegrity(kPassword));
  const auto v6 = StunMessage::Parse(kResponseV6);
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->mapped_address,
            base::SocketAddress::Parse("[2001:db8:1234:5678:11:2233:4455:6677]:32853"));
  EXPECT_TRUE(v6->CheckIntegrity(kPassword));
}

TEST(StunMessage, DoesNotReadWithOneBitChanged) {
  for (size_t bit = 0; bit < kRequest.size() * 8; ++bit) {
    Bytes changed = kRequest;
    changed[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    const auto message = StunMessage::Parse(changed);
    // A changed attribute type can hide the fingerprint, but not the change from the integrity.
    EXPECT_TRUE(!message || !message->CheckIntegrity(kPassword) || !message->has_fingerprint)
        << bit;
  }
}

TEST(StunMessage, DoesNotReadWhenCutAnywhere) {
  for (size_t size = 0; size < kRequest.size(); ++size) {
    Bytes cut(kRequest.begin(), kRequest.begin() + static_cast<ptrdiff_t>(size));
    EXPECT_FALSE(StunMessage::Parse(cut)) << size;
    if (size < kStunHeaderSize) continue;
    base::StoreU16(cut.data() + 2, static_cast<uint16_t>(size - kStunHeaderSize));
    const auto message = StunMessage::Parse(cut);
    EXPECT_TRUE(!message || !message->has_fingerprint) << size;
  }
}

TEST(StunMessage, OtherMethodsAreNotRead) {
  EXPECT_TRUE(StunMessage::Parse(Message("0001", "")));
  EXPECT_FALSE(StunMessage::Parse(Message("0003", "")));  // TURN Allocate
  EXPECT_EQ(StunMessage::Parse(Message("0011", ""))->message_class, StunClass::kIndication);
  EXPECT_EQ(StunMessage::Parse(Message("0111", ""))->message_class, StunClass::kError);
}

TEST(StunMessage, ValuesOfWrongLengthAreNotRead) {
  for (const char* attribute :
       {"0024000300000000", "00250004aabbccdd", "802a000400000000", "8029000100000000",
        "0020000400010001", "00200008000300010a000001", "0020000800020001aabbccdd",
        "000900020000ffff", "0009000400000200", "0009000400000464", "0008000400000000",
        "8028000400000000", "00060008aabbccdd"})
    EXPECT_FALSE(StunMessage::Parse(Message("0101", attribute))) << attribute;
}

TEST(StunMessage, TheFirstOfRepeatedAttributesCounts) {
  const auto message = StunMessage::Parse(Message("0001", "00240004000000010024000400000002"));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->priority, 1u);
}

TEST(StunMessage, WhatFollowsTheIntegrityIsNotTrusted) {
  std::array<uint8_t, 200> buffer;
  StunWriter writer(buffer, StunClass::kRequest, {});
  writer.Username("ours", "theirs");
  const size_t size = writer.Finish("a password of some length");
  // Without the fingerprint, and with USE-CANDIDATE and an unknown attribute behind the integrity.
  Bytes bytes(buffer.begin(), buffer.begin() + static_cast<ptrdiff_t>(size - 8));
  bytes.insert(bytes.end(), {0x00, 0x25, 0, 0, 0x7f, 0xff, 0, 0});
  base::StoreU16(bytes.data() + 2, static_cast<uint16_t>(bytes.size() - kStunHeaderSize));
  const auto message = StunMessage::Parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->CheckIntegrity("a password of some length"));
  EXPECT_FALSE(message->use_candidate);
  EXPECT_TRUE(message->unknown_attributes().empty());
}

TEST(StunMessage, NothingMayFollowTheFingerprint) {
  Bytes bytes = kRequest;
  for (int i = 0; i < 4; ++i) bytes.push_back(0);
  base::StoreU16(bytes.data() + 2, static_cast<uint16_t>(bytes.size() - kStunHeaderSize));
  EXPECT_FALSE(StunMessage::Parse(bytes));
}

TEST(StunMessage, NamesUnknownAttributesThatMustBeUnderstood) {
  std::string attributes = "c0570000";  // may be skipped
  for (int i = 0; i < 20; ++i) attributes += "7fff0000";
  const auto message = StunMessage::Parse(Message("0001", "00330000" + attributes));
  ASSERT_TRUE(message);
  ASSERT_EQ(message->unknown_attributes().size(), kMaxUnknownAttributes);
  EXPECT_EQ(message->unknown_attributes()[0], 0x0033);
  EXPECT_EQ(message->unknown_attributes()[1], 0x7fff);
}

TEST(StunMessage, LargerThanAnyOfOursIsNotRead) {
  Bytes bytes = Message("0001", "");
  while (bytes.size() <= kMaxStunSize) bytes.insert(bytes.end(), {0x80, 0x99, 0, 0});
  base::StoreU16(bytes.data() + 2, static_cast<uint16_t>(bytes.size() - kStunHeaderSize));
  EXPECT_TRUE(IsStun(bytes));
  EXPECT_FALSE(StunMessage::Parse(bytes));
}

TEST(StunMessage, SurvivesRandomAttributes) {
  base::SeededRandom random(1);
  for (int round = 0; round < 20000; ++round) {
    Bytes bytes(kStunHeaderSize + 4 * random.Below(20));
    random.Fill(bytes);
    bytes[0] = random.Below(2) != 0 ? 1 : 0;
    bytes[1] = random.Below(2) != 0 ? 0x11 : 0x01;
    base::StoreU16(bytes.data() + 2, static_cast<uint16_t>(bytes.size() - kStunHeaderSize));
    base::StoreU32(bytes.data() + 4, kMagicCookie);
    for (size_t i = kStunHeaderSize; i + 3 < bytes.size(); i += 4) bytes[i + 2] = 0;
    const auto message = StunMessage::Parse(bytes);
    EXPECT_FALSE(message && message->CheckIntegrity(kPassword));
    (void)LocalUfragOf(bytes);
  }
}

TEST(IsStun, TellsStunFromWhatElseComesToThePort) {
  EXPECT_TRUE(IsStun(kRequest));
  EXPECT_FALSE(IsStun({}));
  EXPECT_FALSE(IsStun(*HexDecode("16fefd0000000000000000003a010000")));            // DTLS
  EXPECT_FALSE(IsStun(*HexDecode("806f000100000001deadbeef010203040506070809")));  // RTP
  Bytes other_cookie = kRequest;
  other_cookie[4] ^= 1;
  EXPECT_FALSE(IsStun(other_cookie));
  Bytes longer = kRequest;
  longer.resize(longer.size() + 4);
  EXPECT_FALSE(IsStun(longer));
}

TEST(LocalUfragOf, IsTheFragmentBeforeTheColonOfARequest) {
  EXPECT_EQ(LocalUfragOf(kRequest), "evtj");
  EXPECT_EQ(LocalUfragOf(kResponseV4), std::nullopt);
  EXPECT_EQ(LocalUfragOf(Message("0001", "")), std::nullopt);
  EXPECT_EQ(LocalUfragOf(Message("0001", "0006000461626364")), std::nullopt);  // no colon
  EXPECT_EQ(LocalUfragOf(Message("0001", "000600043a626364")), std::nullopt);  // nothing before it
  EXPECT_EQ(LocalUfragOf(Message("0001", "0006000861623a64")), std::nullopt);  // cut
  EXPECT_EQ(LocalUfragOf(Message("0001", "0006000461623a64")), "ab");
}

}  // namespace
}  // namespace plaza::ice
