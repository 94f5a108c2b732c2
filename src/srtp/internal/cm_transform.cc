// AES_CM_128_HMAC_SHA1_80 (RFC 3711 sections 4.1.1 and 4.2.1).
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <cstring>

#include "srtp/internal/hmac_sha1.h"
#include "srtp/internal/transform.h"

namespace plaza::srtp {
namespace {

constexpr size_t kSaltSize = 14;
constexpr size_t kTagSize = 10;

class CmTransform final : public Transform {
 public:
  CmTransform(const std::array<uint8_t, kSaltSize>& salt, std::span<const uint8_t> auth_key)
      : salt_(salt), hmac_(auth_key), cipher_(EVP_CIPHER_CTX_new()) {}
  ~CmTransform() override {
    EVP_CIPHER_CTX_free(cipher_);
    OPENSSL_cleanse(salt_.data(), salt_.size());
  }
  CmTransform(const CmTransform&) = delete;
  CmTransform& operator=(const CmTransform&) = delete;

  bool SetKey(const uint8_t* key) {
    return cipher_ && EVP_EncryptInit_ex(cipher_, EVP_aes_128_ctr(), nullptr, key, nullptr) == 1;
  }

  bool Seal(const PacketContext& context, std::span<uint8_t> out, const uint8_t* plain,
            uint8_t* tag) override {
    const size_t size = out.size() - context.header_size;
    if (!ApplyKeystream(context, out.data() + context.header_size, plain, size)) return false;
    const auto code = Authenticate(context, out);
    std::memcpy(tag, code.data(), kTagSize);
    return true;
  }

  bool Open(const PacketContext& context, base::ByteView packet, const uint8_t* tag,
            uint8_t* plain) override {
    const auto code = Authenticate(context, packet);
    if (CRYPTO_memcmp(code.data(), tag, kTagSize) != 0) return false;
    return ApplyKeystream(context, plain, packet.data() + context.header_size,
                          packet.size() - context.header_size);
  }

 private:
  std::array<uint8_t, SHA_DIGEST_LENGTH> Authenticate(const PacketContext& context,
                                                      base::ByteView packet) const {
    uint8_t trailer[4];
    base::StoreU32(trailer, context.trailer);
    return hmac_.Compute(packet, trailer);
  }

  bool ApplyKeystream(const PacketContext& context, uint8_t* out, const uint8_t* in, size_t size) {
    if (size == 0) return true;
    uint8_t counter[16] = {};
    base::StoreU32(counter + 4, context.ssrc);
    base::StoreU16(counter + 8, static_cast<uint16_t>(context.index >> 32));
    base::StoreU32(counter + 10, static_cast<uint32_t>(context.index));
    for (size_t i = 0; i < kSaltSize; ++i) counter[i] ^= salt_[i];
    int written = 0;
    return EVP_EncryptInit_ex(cipher_, nullptr, nullptr, nullptr, counter) == 1 &&
           EVP_EncryptUpdate(cipher_, out, &written, in, static_cast<int>(size)) == 1;
  }

  std::array<uint8_t, kSaltSize> salt_;
  HmacSha1 hmac_;
  EVP_CIPHER_CTX* cipher_;
};

}  // namespace

std::unique_ptr<Transform> MakeCmTransform(const SessionKeys& keys) {
  auto transform = std::make_unique<CmTransform>(keys.salt, keys.authentication);
  if (!transform->SetKey(keys.encryption.data())) return nullptr;
  return transform;
}

}  // namespace plaza::srtp
