// AEAD_AES_128_GCM (RFC 7714).
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "srtp/internal/transform.h"

namespace plaza::srtp {
namespace {

constexpr size_t kNonceSize = 12;
constexpr int kTagSize = 16;

class GcmTransform final : public Transform {
 public:
  GcmTransform(PacketKind kind, base::ByteView salt) : kind_(kind), cipher_(EVP_CIPHER_CTX_new()) {
    std::copy_n(salt.begin(), kNonceSize, salt_.begin());
  }
  ~GcmTransform() override {
    EVP_CIPHER_CTX_free(cipher_);
    OPENSSL_cleanse(salt_.data(), salt_.size());
  }
  GcmTransform(const GcmTransform&) = delete;
  GcmTransform& operator=(const GcmTransform&) = delete;

  bool SetKey(Direction direction, const uint8_t* key) {
    return cipher_ && EVP_CipherInit_ex(cipher_, EVP_aes_128_gcm(), nullptr, key, nullptr,
                                        direction == Direction::kSeal) == 1;
  }

  bool Seal(const PacketContext& context, std::span<uint8_t> out, const uint8_t* plain,
            uint8_t* tag) override {
    int written = 0;
    uint8_t* payload = out.data() + context.header_size;
    const size_t size = out.size() - context.header_size;
    return Begin(context, out.data()) && Update(payload, plain, size) &&
           EVP_EncryptFinal_ex(cipher_, payload + size, &written) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher_, EVP_CTRL_AEAD_GET_TAG, kTagSize, tag) == 1;
  }

  bool Open(const PacketContext& context, base::ByteView packet, const uint8_t* tag,
            uint8_t* plain) override {
    int written = 0;
    uint8_t nothing;
    // OpenSSL reads the tag only, it has no const for it.
    return Begin(context, packet.data()) &&
           Update(plain, packet.data() + context.header_size,
                  packet.size() - context.header_size) &&
           EVP_CIPHER_CTX_ctrl(cipher_, EVP_CTRL_AEAD_SET_TAG, kTagSize,
                               const_cast<uint8_t*>(tag)) == 1 &&
           EVP_DecryptFinal_ex(cipher_, &nothing, &written) == 1;
  }

 private:
  // Nonce and associated data. RTCP's associated data ends in the E flag and index (RFC 7714
  // section 9.2).
  bool Begin(const PacketContext& context, const uint8_t* header) {
    std::array<uint8_t, kNonceSize> nonce = salt_;
    uint8_t fields[kNonceSize] = {};
    base::StoreU32(fields + 2, context.ssrc);
    base::StoreU16(fields + 6, static_cast<uint16_t>(context.index >> 32));
    base::StoreU32(fields + 8, static_cast<uint32_t>(context.index));
    for (size_t i = 0; i < kNonceSize; ++i) nonce[i] ^= fields[i];
    if (EVP_CipherInit_ex(cipher_, nullptr, nullptr, nullptr, nonce.data(), -1) != 1) return false;
    if (!Authenticate(header, context.header_size)) return false;
    if (kind_ == PacketKind::kRtp) return true;
    uint8_t trailer[4];
    base::StoreU32(trailer, context.trailer);
    return Authenticate(trailer, sizeof trailer);
  }

  bool Authenticate(const uint8_t* bytes, size_t size) {
    int written = 0;
    return EVP_CipherUpdate(cipher_, nullptr, &written, bytes, static_cast<int>(size)) == 1;
  }

  bool Update(uint8_t* out, const uint8_t* in, size_t size) {
    int written = 0;
    return size == 0 || EVP_CipherUpdate(cipher_, out, &written, in, static_cast<int>(size)) == 1;
  }

  PacketKind kind_;
  std::array<uint8_t, kNonceSize> salt_;
  EVP_CIPHER_CTX* cipher_;
};

}  // namespace

std::unique_ptr<Transform> MakeGcmTransform(PacketKind kind, Direction direction,
                                            const SessionKeys& keys) {
  auto transform = std::make_unique<GcmTransform>(kind, keys.salt);
  if (!transform->SetKey(direction, keys.encryption.data())) return nullptr;
  return transform;
}

}  // namespace plaza::srtp
