// Turns OpenSSL's error queue into ours.
#pragma once

#include <string>

#include "base/result.h"

namespace plaza::dtls {

/// The oldest entry of this thread's error queue in words; empties the queue.
std::string TakeOpenSslError();

/// `what` failed, and why OpenSSL says so.
base::Error OpenSslError(const std::string& what);

}  // namespace plaza::dtls
