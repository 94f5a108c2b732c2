#include "ice/internal/consent.h"

namespace plaza::ice {

TransactionId Consent::Send(base::Time now, base::Random& random) {
  TransactionId id;
  random.Fill(id);
  unanswered_[next_slot_++ % unanswered_.size()] = id;
  next_check_ = now + kConsentRetry;
  return id;
}

bool Consent::TakeAnswer(const TransactionId& id) {
  for (auto& each : unanswered_) {
    if (each != id) continue;
    each.reset();
    return true;
  }
  return false;
}

void Consent::Confirm(base::Time now, base::Random& random) {
  confirmed_ = now;
  next_check_ =
      now + base::Seconds(base::ToSeconds(kConsentInterval) * (0.8 + 0.4 * random.Unit()));
}

}  // namespace plaza::ice
