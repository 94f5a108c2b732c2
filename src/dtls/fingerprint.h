// Certificate fingerprints as SDP writes them (RFC 8122 section 5).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace plaza::dtls {

/// Hash functions that a fingerprint may be made with. Older ones are not accepted.
enum class Hash : uint8_t { kSha256, kSha384, kSha512 };

/// The hash of a certificate.
struct Fingerprint {
  Hash hash = Hash::kSha256;
  base::Bytes digest;  ///< 32, 48 or 64 bytes

  /// From the value of `a=fingerprint:` ("sha-256 AA:BB:…"); letters of either case. Nothing when
  /// the hash is unknown or the digest has not its length.
  static std::optional<Fingerprint> Parse(std::string_view text);
  /// The hash of a certificate's DER encoding.
  static Fingerprint Of(Hash hash, base::ByteView certificate_der);
  /// "sha-256 AA:BB:…", upper case.
  std::string ToString() const;
  /// Compares in constant time.
  friend bool operator==(const Fingerprint& a, const Fingerprint& b);
};

/// Whether the certificate is the one that any of `expected` names.
bool MatchesAny(std::span<const Fingerprint> expected, base::ByteView certificate_der);

}  // namespace plaza::dtls
