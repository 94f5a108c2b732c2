// The published vectors: RFC 3711 appendix B, RFC 7714 sections 16 and 17.
#include "srtp/internal/transform.h"

#include <gtest/gtest.h>

#include <string_view>

#include "base/encoding.h"

namespace plaza::srtp {
namespace {

base::Bytes Hex(std::string_view text) { return base::HexDecode(text).value(); }

template <size_t kSize>
void Set(std::array<uint8_t, kSize>& out, std::string_view hex) {
  const base::Bytes bytes = Hex(hex);
  std::copy(bytes.begin(), bytes.end(), out.begin());
}

SessionKeys Rfc7714Keys() {
  SessionKeys keys;
  Set(keys.encryption, "000102030405060708090a0b0c0d0e0f");
  Set(keys.salt, "517569642070726f2071756f");
  return keys;
}

TEST(KeyDerivation, GivesTheKeysOfRfc3711AppendixB3) {
  const auto keys = DeriveSessionKeys(
      Hex("e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6"), PacketKind::kRtp);
  ASSERT_TRUE(keys);
  EXPECT_EQ(base::HexEncode(keys->encryption), "c61e7a93744f39ee10734afe3ff7a087");
  EXPECT_EQ(base::HexEncode(keys->salt), "30cbbc08863d8c85d49db34a9ae1");
  EXPECT_EQ(base::HexEncode(keys->authentication), "cebe321f6ff7716b6fd4ab49af256a156d38baa4");
}

TEST(KeyDerivation, RefusesAMasterOfWrongSize) {
  EXPECT_FALSE(DeriveSessionKeys(base::Bytes(15), PacketKind::kRtp));
  EXPECT_FALSE(DeriveSessionKeys(base::Bytes(31), PacketKind::kRtp));
}

TEST(CmTransform, GivesTheKeystreamOfRfc3711AppendixB2) {
  SessionKeys keys;
  Set(keys.encryption, "2b7e151628aed2a6abf7158809cf4f3c");
  Set(keys.salt, "f0f1f2f3f4f5f6f7f8f9fafbfcfd");
  const auto transform = MakeCmTransform(keys);
  const base::Bytes zeros(48);
  base::Bytes out(48);
  uint8_t tag[10];
  ASSERT_TRUE(transform->Seal({}, out, zeros.data(), tag));
  EXPECT_EQ(base::HexEncode(out),
            "e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab"
            "41e95b3bb0a2e8dd477901e4fca894c0");
}

TEST(GcmTransform, SealsAndOpensTheRtpPacketOfRfc7714Section16) {
  const base::Bytes header = Hex("8040f17b8041f8d35501a0b2");
  const std::string_view text = "Gallia est omnis divisa in partes tres";
  const PacketContext context{0x5501a0b2, 0xf17b, 0, header.size()};

  base::Bytes packet = header;
  packet.resize(header.size() + text.size());
  uint8_t tag[16];
  const auto sealer = MakeGcmTransform(PacketKind::kRtp, Direction::kSeal, Rfc7714Keys());
  ASSERT_TRUE(sealer->Seal(context, packet, base::AsBytes(text).data(), tag));
  EXPECT_EQ(base::HexEncode(base::ByteView(packet).subspan(header.size())),
            "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833");
  EXPECT_EQ(base::HexEncode(tag), "899d7f27beb16a9152cf765ee4390cce");

  const auto opener = MakeGcmTransform(PacketKind::kRtp, Direction::kOpen, Rfc7714Keys());
  base::Bytes plain(text.size());
  ASSERT_TRUE(opener->Open(context, packet, tag, plain.data()));
  EXPECT_EQ(base::AsText(plain), text);
  tag[15] ^= 1;
  EXPECT_FALSE(opener->Open(context, packet, tag, plain.data()));
}

TEST(GcmTransform, SealsTheRtcpPacketOfRfc7714Section17) {
  const base::Bytes compound =
      Hex("81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61"
          "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef");
  const PacketContext context{0x4d617273, 0x5d4, 0x800005d4, 8};
  base::Bytes packet = compound;
  uint8_t tag[16];
  const auto sealer = MakeGcmTransform(PacketKind::kRtcp, Direction::kSeal, Rfc7714Keys());
  ASSERT_TRUE(sealer->Seal(context, packet, compound.data() + 8, tag));
  EXPECT_EQ(base::HexEncode(base::ByteView(packet).subspan(8)),
            "63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda"
            "4ce09b4686303ded0bb9275b");
  EXPECT_EQ(base::HexEncode(tag), "c84aa45896cf4d2fc5abf87245d9eade");
}

}  // namespace
}  // namespace plaza::srtp
