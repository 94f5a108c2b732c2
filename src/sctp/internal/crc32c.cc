#include "sctp/internal/crc32c.h"

#include <array>

namespace plaza::sctp::internal {
namespace {

constexpr uint32_t kReversedPolynomial = 0x82F63B78;
constexpr size_t kSlices = 8;
using Tables = std::array<std::array<uint32_t, 256>, kSlices>;

// Table n tells what a byte does to the checksum n bytes later ("slicing by 8").
constexpr Tables MakeTables() {
  Tables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? kReversedPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (size_t slice = 1; slice < kSlices; ++slice)
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint32_t before = tables[slice - 1][byte];
      tables[slice][byte] = before >> 8 ^ tables[0][before & 0xFF];
    }
  return tables;
}

constexpr Tables kTables = MakeTables();

uint32_t LoadLittle(const uint8_t* p) {
  return static_cast<uint32_t>(p[0]) | static_cast<uint32_t>(p[1]) << 8 |
         static_cast<uint32_t>(p[2]) << 16 | static_cast<uint32_t>(p[3]) << 24;
}

uint32_t Extend(uint32_t crc, base::ByteView bytes) {
  const uint8_t* p = bytes.data();
  size_t left = bytes.size();
  for (; left >= kSlices; left -= kSlices, p += kSlices) {
    const uint32_t low = crc ^ LoadLittle(p);
    const uint32_t high = LoadLittle(p + 4);
    crc = kTables[7][low & 0xFF] ^ kTables[6][low >> 8 & 0xFF] ^ kTables[5][low >> 16 & 0xFF] ^
          kTables[4][low >> 24] ^ kTables[3][high & 0xFF] ^ kTables[2][high >> 8 & 0xFF] ^
          kTables[1][high >> 16 & 0xFF] ^ kTables[0][high >> 24];
  }
  for (; left > 0; --left, ++p) crc = crc >> 8 ^ kTables[0][(crc ^ *p) & 0xFF];
  return crc;
}

}  // namespace

uint32_t Crc32c(base::ByteView bytes) { return ~Extend(0xFFFFFFFF, bytes); }

uint32_t ChecksumOf(base::ByteView packet) {
  constexpr uint8_t kNoChecksum[4] = {};
  uint32_t crc = Extend(0xFFFFFFFF, packet.first(8));
  crc = ~Extend(Extend(crc, kNoChecksum), packet.subspan(12));
  return __builtin_bswap32(crc);  // the field is the one little-endian number of SCTP
}

}  // namespace plaza::sctp::internal
