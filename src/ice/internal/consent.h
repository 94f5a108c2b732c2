// Whether the peer still wants what we send on a path: consent freshness (RFC 7675).
#pragma once

#include <array>
#include <optional>

#include "base/random.h"
#include "base/time.h"
#include "ice/stun_message.h"

namespace plaza::ice {

/// Between an answer and the next check, times 0.8 to 1.2.
inline constexpr base::Duration kConsentInterval = std::chrono::seconds(5);
/// Until an unanswered check is followed by another one. RFC 7675 would wait as long as after an
/// answer, and lose a living path too easily under heavy loss.
inline constexpr base::Duration kConsentRetry = std::chrono::milliseconds(500);

class Consent {
 public:
  /// Consent was just given, by a connectivity check.
  Consent(base::Time now, base::Random& random) { Confirm(now, random); }

  /// When the next check is to be sent.
  base::Time next_check() const { return next_check_; }
  base::Time confirmed() const { return confirmed_; }
  /// The transaction of a check that is sent now.
  TransactionId Send(base::Time now, base::Random& random);
  /// Whether `id` is of a check of ours that is not answered yet; it is then taken as answered.
  bool TakeAnswer(const TransactionId& id);
  void Confirm(base::Time now, base::Random& random);

 private:
  base::Time next_check_;
  base::Time confirmed_;
  std::array<std::optional<TransactionId>, 8> unanswered_;  ///< the latest
  size_t next_slot_ = 0;
};

}  // namespace plaza::ice
