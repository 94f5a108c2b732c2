// Whether the other side still answers (RFC 9260 section 8.1).
#pragma once

#include "sctp/internal/constants.h"

namespace plaza::sctp::internal {

/// Counts what stayed unanswered in a row: data, heartbeats and stream resets alike.
class PathHealth {
 public:
  void OnAnswered() { errors_ = 0; }
  void OnUnanswered() { ++errors_; }
  bool failed() const { return errors_ > kMaxPathErrors; }

 private:
  int errors_ = 0;
};

}  // namespace plaza::sctp::internal
