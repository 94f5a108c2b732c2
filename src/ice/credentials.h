// Username fragment and password of one end of an ICE session (RFC 8445 section 5.3).
#pragma once

#include <string>

#include "base/random.h"
#include "base/result.h"

namespace plaza::ice {

/// Lengths that RFC 8839 section 5.4 allows.
inline constexpr size_t kMinUfragLength = 4;
inline constexpr size_t kMaxUfragLength = 256;
inline constexpr size_t kMinPwdLength = 22;
inline constexpr size_t kMaxPwdLength = 256;
/// Lengths of ours. The fragment finds the peer among all peers of a worker, so it is long enough
/// (71 bits) never to meet another by chance.
inline constexpr size_t kUfragLength = 12;
inline constexpr size_t kPwdLength = 24;

struct Credentials {
  std::string ufrag;
  std::string pwd;
  bool operator==(const Credentials&) const = default;
};

/// Fresh credentials. `random` must be fit for keys.
Credentials MakeCredentials(base::Random& random);

/// Holds what came from a peer against RFC 8839: lengths and characters. The error's field is
/// "ice-ufrag" or "ice-pwd".
base::Status Check(const Credentials& credentials);

}  // namespace plaza::ice
