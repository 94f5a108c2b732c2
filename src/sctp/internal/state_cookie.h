// The cookie that lets us answer an INIT without keeping anything (RFC 9260 section 5.1.3).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/random.h"
#include "base/time.h"

namespace plaza::sctp::internal {

/// What the other side said in its INIT or INIT ACK.
struct RemoteTerms {
  uint32_t tag = 0;
  uint32_t initial_tsn = 0;
  uint32_t window = 0;
  uint16_t streams = 0;      ///< that we may send on
  bool forward_tsn = false;  ///< RFC 3758
  bool re_config = false;    ///< RFC 6525
};

struct StateCookie {
  RemoteTerms terms;
  base::Time made_at{};  ///< for its lifetime
};

/// Signs cookies and checks them (HMAC-SHA256) with a key that is drawn once.
class CookieJar {
 public:
  static constexpr size_t kContentSize = 24;
  static constexpr size_t kCookieSize = kContentSize + 32;
  using Sealed = std::array<uint8_t, kCookieSize>;

  explicit CookieJar(base::Random& random) { random.Fill(key_); }

  Sealed Seal(const StateCookie& cookie) const;
  /// Nothing if it is not one of ours.
  std::optional<StateCookie> Open(base::ByteView sealed) const;

 private:
  std::array<uint8_t, 32> Sign(base::ByteView content) const;

  std::array<uint8_t, 32> key_{};
};

}  // namespace plaza::sctp::internal
