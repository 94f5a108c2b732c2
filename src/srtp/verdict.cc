// Names of verdicts.
#include "srtp/session.h"

namespace plaza::srtp {

const char* ToString(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kAuthFailed:
      return "auth-failed";
    case Verdict::kReplayed:
      return "replayed";
    case Verdict::kMalformed:
      return "malformed";
    case Verdict::kNoRoom:
      return "no-room";
    case Verdict::kTooManyStreams:
      return "too-many-streams";
    case Verdict::kKeyExhausted:
      return "key-exhausted";
  }
  return "unknown";
}

}  // namespace plaza::srtp
