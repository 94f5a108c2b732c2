// The server: all parts of `plaza serve`, wired.
#pragma once

#include <functional>

#include "app/config/config.h"
#include "base/result.h"

namespace plaza::app {

/// Runs until SIGTERM or SIGINT, which drain: clients are told and connections closed, for at most
/// `config.shutdown_seconds`. SIGHUP calls `reload` and takes over what can be. An error says in
/// one line why the server could not start.
base::Status RunServer(const Config& config, const std::function<base::Result<Config>()>& reload);

}  // namespace plaza::app
