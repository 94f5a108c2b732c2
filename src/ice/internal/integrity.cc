#include "ice/internal/integrity.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cassert>
#include <cstdlib>
#include <cstring>

#include "ice/stun_message.h"

namespace plaza::ice {
namespace {

constexpr size_t kIntegrityAttributeSize = 4 + kIntegritySize;
constexpr uint32_t kFingerprintMask = 0x5354554e;  // "STUN"

constexpr std::array<uint32_t, 256> MakeCrcTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t remainder = i;
    for (int bit = 0; bit < 8; ++bit)
      remainder = (remainder >> 1) ^ ((remainder & 1) != 0 ? 0xedb88320 : 0);
    table[i] = remainder;
  }
  return table;
}
constexpr std::array<uint32_t, 256> kCrcTable = MakeCrcTable();

}  // namespace

Integrity ComputeIntegrity(base::ByteView message, std::string_view password) {
  assert(message.size() >= kStunHeaderSize && message.size() <= kMaxStunSize);
  std::array<uint8_t, kMaxStunSize> copy;
  std::memcpy(copy.data(), message.data(), message.size());
  const size_t length = message.size() - kStunHeaderSize + kIntegrityAttributeSize;
  base::StoreU16(copy.data() + 2, static_cast<uint16_t>(length));
  Integrity digest{};
  unsigned size = 0;
  if (HMAC(EVP_sha1(), password.data(), static_cast<int>(password.size()), copy.data(),
           message.size(), digest.data(), &size) == nullptr ||
      size != kIntegritySize)
    std::abort();  // SHA-1 is missing: nothing can be authenticated
  return digest;
}

bool SameIntegrity(const Integrity& computed, base::ByteView received) {
  return received.size() == computed.size() &&
         CRYPTO_memcmp(computed.data(), received.data(), computed.size()) == 0;
}

uint32_t ComputeFingerprint(base::ByteView message) {
  uint32_t crc = 0xffffffff;
  for (const uint8_t byte : message) crc = (crc >> 8) ^ kCrcTable[(crc ^ byte) & 0xff];
  return ~crc ^ kFingerprintMask;
}

}  // namespace plaza::ice
