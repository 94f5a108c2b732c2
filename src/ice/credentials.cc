#include "ice/credentials.h"

#include <algorithm>

namespace plaza::ice {
namespace {

/// RFC 8839 allows letters, digits, '+' and '/'. Old stacks write more, as the base64 of URLs has
/// it; browsers take that, so do we.
bool IsIceChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/' || c == '-' || c == '_' || c == '=' || c == '#';
}

base::Status CheckText(const std::string& field, const std::string& text, size_t min, size_t max) {
  if (text.size() < min || text.size() > max)
    return base::InvalidArgument(
        field, "must have " + std::to_string(min) + " to " + std::to_string(max) + " characters");
  if (!std::all_of(text.begin(), text.end(), IsIceChar))
    return base::InvalidArgument(field, "has a character that RFC 8839 does not allow");
  return {};
}

}  // namespace

Credentials MakeCredentials(base::Random& random) {
  Credentials credentials;
  credentials.ufrag = random.String(kUfragLength);
  credentials.pwd = random.String(kPwdLength);
  return credentials;
}

base::Status Check(const Credentials& credentials) {
  base::Status ufrag = CheckText("ice-ufrag", credentials.ufrag, kMinUfragLength, kMaxUfragLength);
  if (!ufrag) return ufrag;
  return CheckText("ice-pwd", credentials.pwd, kMinPwdLength, kMaxPwdLength);
}

}  // namespace plaza::ice
