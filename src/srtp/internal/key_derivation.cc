// Session keys from the master key (RFC 3711 section 4.3, key derivation rate 0).
#include "srtp/internal/key_derivation.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <span>

#include "srtp/profile.h"

namespace plaza::srtp {
namespace {

// RFC 3711 section 4.3.1; those of RTCP (section 4.3.2) are three higher.
constexpr uint8_t kEncryptionLabel = 0;
constexpr uint8_t kAuthenticationLabel = 1;
constexpr uint8_t kSaltLabel = 2;
constexpr uint8_t kRtcpLabelOffset = 3;

bool DeriveKey(base::ByteView master, uint8_t label, std::span<uint8_t> out) {
  // The counter block is the salt, with the label over its eighth byte, and a counter from zero.
  std::array<uint8_t, 16> counter{};
  const auto salt = master.subspan(kMasterKeySize);
  std::copy(salt.begin(), salt.end(), counter.begin());
  counter[7] ^= label;

  std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                          &EVP_CIPHER_CTX_free);
  int written = 0;
  std::fill(out.begin(), out.end(), uint8_t{0});
  return context &&
         EVP_EncryptInit_ex(context.get(), EVP_aes_128_ctr(), nullptr, master.data(),
                            counter.data()) == 1 &&
         EVP_EncryptUpdate(context.get(), out.data(), &written, out.data(),
                           static_cast<int>(out.size())) == 1;
}

}  // namespace

SessionKeys::~SessionKeys() { OPENSSL_cleanse(this, sizeof *this); }

std::optional<SessionKeys> DeriveSessionKeys(base::ByteView master, PacketKind kind) {
  if (master.size() < kMasterKeySize || master.size() > kMasterKeySize + 14) return std::nullopt;
  const uint8_t offset = kind == PacketKind::kRtcp ? kRtcpLabelOffset : 0;
  std::optional<SessionKeys> keys(std::in_place);
  if (!DeriveKey(master, offset + kEncryptionLabel, keys->encryption) ||
      !DeriveKey(master, offset + kAuthenticationLabel, keys->authentication) ||
      !DeriveKey(master, offset + kSaltLabel, keys->salt)) {
    keys.reset();
  }
  return keys;
}

}  // namespace plaza::srtp
