// The server: all parts of `plaza serve`, wired.
#pragma once

#include <functional>

#include "app/config/config.h"
#include "base/result.h"

namespace plaza::app {

/// Runs until SIGTERM or SIGINT: then it is not ready for `config.drain_seconds`, and after that
/// clients are told and connections closed, for at most `config.shutdown_seconds`. Each further
/// signal cuts the phase short. SIGHUP calls `reload` and takes over what can be, all or nothing.
/// An error says in one line why the server could not start.
base::Status RunServer(const Config& config, const std::function<base::Result<Config>()>& reload);

}  // namespace plaza::app
