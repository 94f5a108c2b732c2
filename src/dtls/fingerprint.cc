// Certificate fingerprints as SDP writes them (RFC 8122 section 5).
#include "dtls/fingerprint.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/encoding.h"

namespace plaza::dtls {
namespace {

struct HashInfo {
  Hash hash;
  std::string_view name;
  size_t digest_size;
  const EVP_MD* (*function)();
};

constexpr std::array<HashInfo, 3> kHashes = {{
    {Hash::kSha256, "sha-256", 32, &EVP_sha256},
    {Hash::kSha384, "sha-384", 48, &EVP_sha384},
    {Hash::kSha512, "sha-512", 64, &EVP_sha512},
}};

const HashInfo& InfoOf(Hash hash) { return kHashes[static_cast<size_t>(hash)]; }

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

// "AA:BB:CC", exactly `size` pairs.
std::optional<base::Bytes> ParseDigest(std::string_view text, size_t size) {
  if (text.size() != 3 * size - 1) return std::nullopt;
  std::string digits;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i % 3 != 2) {
      digits.push_back(text[i]);
    } else if (text[i] != ':') {
      return std::nullopt;
    }
  }
  return base::HexDecode(digits);
}

}  // namespace

std::optional<Fingerprint> Fingerprint::Parse(std::string_view text) {
  const size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  for (const HashInfo& info : kHashes) {
    if (!EqualIgnoringCase(text.substr(0, space), info.name)) continue;
    auto digest = ParseDigest(text.substr(space + 1), info.digest_size);
    if (!digest) return std::nullopt;
    return Fingerprint{info.hash, std::move(*digest)};
  }
  return std::nullopt;
}

Fingerprint Fingerprint::Of(Hash hash, base::ByteView certificate_der) {
  Fingerprint fingerprint{hash, base::Bytes(InfoOf(hash).digest_size)};
  if (EVP_Digest(certificate_der.data(), certificate_der.size(), fingerprint.digest.data(), nullptr,
                 InfoOf(hash).function(), nullptr) != 1) {
    fingerprint.digest.clear();  // Equals nothing that Parse() gives.
  }
  return fingerprint;
}

std::string Fingerprint::ToString() const {
  std::string text(InfoOf(hash).name);
  char separator = ' ';
  for (const uint8_t byte : digest) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    text.push_back(separator);
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 0x0f]);
    separator = ':';
  }
  return text;
}

bool operator==(const Fingerprint& a, const Fingerprint& b) {
  return a.hash == b.hash && a.digest.size() == b.digest.size() &&
         CRYPTO_memcmp(a.digest.data(), b.digest.data(), a.digest.size()) == 0;
}

bool MatchesAny(std::span<const Fingerprint> expected, base::ByteView certificate_der) {
  return std::any_of(expected.begin(), expected.end(), [&](const Fingerprint& fingerprint) {
    return !fingerprint.digest.empty() &&
           fingerprint == Fingerprint::Of(fingerprint.hash, certificate_der);
  });
}

}  // namespace plaza::dtls
