// Where a participant's UserSig comes from.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "net/event_loop.h"
#include "net/tls.h"

namespace plaza::tools {

struct Credentials {
  uint32_t sdk_app_id = 0;
  std::string user_sig;
};

/// Asks the demo of the server (http://… or https://…) to sign; runs the loop meanwhile.
base::Result<Credentials> AskDemo(net::EventLoop& loop, const std::string& server,
                                  const std::string& user, const net::TlsTrust& trust);

}  // namespace plaza::tools
