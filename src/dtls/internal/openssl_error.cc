// Turns OpenSSL's error queue into ours.
#include "dtls/internal/openssl_error.h"

#include <openssl/err.h>

namespace plaza::dtls {

std::string TakeOpenSslError() {
  const unsigned long code = ERR_peek_error();
  const char* reason = code ? ERR_reason_error_string(code) : nullptr;
  ERR_clear_error();
  return reason ? reason : "unknown reason";
}

base::Error OpenSslError(const std::string& what) {
  return {base::ErrorKind::kInternal, what + ": " + TakeOpenSslError()};
}

}  // namespace plaza::dtls
